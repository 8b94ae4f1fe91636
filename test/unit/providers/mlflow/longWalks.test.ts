import assert from 'node:assert/strict';
import type { RunRef } from '../../../../src/model/artifact';
import { runFiles } from '../../../../src/model/runFiles';
import { downloadVersion } from '../../../../src/operations/downloadVersion';
import type { Provider } from '../../../../src/providers/provider';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all } from '../../../support/providers';
import { filesBelow } from '../../../support/stores';
import { temporaryFolder } from '../../../support/temporaryFolder';

const FOLDERS = 20;
/** The root as well. */
const WALK = FOLDERS + 1;

describe('files of others on an MLflow that takes a second for each folder, and twenty for each file', function () {
  this.timeout(20_000);
  const { now } = Date;
  let passed: number;
  const folder = temporaryFolder();
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let run: RunRef;
  const version = { connection: 'mlflow', workspace: 'default', artifact: 'theirs', version: '1.0.0' } as const;

  beforeEach(async () => {
    double = new MlflowDouble();
    passed = 0;
    Date.now = () => now() + passed;
    mlflow = await faultyMlflow({ double, instead: (call) => {
      passed += call === 'GET artifacts/list' ? 1_000 : call === 'GET artifacts' ? 20_000 : 0;
      return undefined;
    } });
    provider = await mlflow.open();
    run = await provider.startRun!({ connection: 'mlflow', workspace: 'default', name: 'train' });
    for (let index = 0; index < FOLDERS; index++) {
      double.files.set(`0/${run.run}/artifacts/d${index}/a.txt`, Buffer.from('a'));
    }
    const source = `mlflow-artifacts:/0/${run.run}/artifacts`;
    double.models.set('theirs', { name: 'theirs', tags: new Map(), aliases: new Map([['prod', '1']]), made: 1, versions: [{ version: '1', source, run: run.run, tags: new Map() }] });
  });
  afterEach(async () => {
    Date.now = now;
    await mlflow.close();
  });

  async function listsOf(work: () => Promise<unknown>): Promise<number> {
    const before = mlflow.requests.length;
    await work();
    return mlflow.requests.slice(before).filter((seen) => callOf(seen) === 'GET artifacts/list').length;
  }
  const pass = (milliseconds: number): void => {
    passed += milliseconds;
  };
  const files = { digest: () => Promise.reject(new Error('Nothing is there to compare.')) };
  const download = (of = runFiles(run), target = 'target'): Promise<unknown> =>
    downloadVersion({ provider, files }, { version: of, folder: `${folder()}/${target}`, conflicts: 'fail' });

  it('are walked once to open a version, to count it and to download it', async () => {
    await provider.endRun!(run, 'finished');
    const lists = await listsOf(async () => {
      assert.equal((await provider.version({ ...version, version: 'prod' })).assets, FOLDERS);
      assert.equal((await provider.version(version)).assets, FOLDERS);
      await download(version);
    });
    assert.equal(lists, WALK);
    assert.equal(filesBelow(`${folder()}/target`).length, FOLDERS);
  });

  it('are walked once to see what a folder of a run holds, and to register it', async () => {
    await provider.endRun!(run, 'finished');
    const lists = await listsOf(async () => {
      assert.equal((await all(provider.assets(runFiles(run)))).length, FOLDERS);
      await provider.register!({ ...runFiles(run), path: '' }, { ...version, artifact: 'taken', type: 'dataset', version: 'major' });
    });
    assert.equal(lists, WALK);
  });

  it('are walked once to download those of a run that goes on, and again for who asks then', async () => {
    assert.equal(await listsOf(() => download()), WALK);
    double.files.set(`0/${run.run}/artifacts/late.txt`, Buffer.from('late'));
    assert.equal((await all(provider.assets(runFiles(run)))).length, FOLDERS + 1);
    const made = await provider.register!({ ...runFiles(run), path: '' }, { ...version, artifact: 'taken', type: 'dataset', version: 'major' });
    assert.equal(made.assets, FOLDERS + 1);
  });

  for (const [of, ref] of [['a run', () => runFiles(run)], ['a version of a run', () => version]] as const) {
    it(`of ${of} that had ended are walked again when the run was resumed, and not before`, async () => {
      await provider.endRun!(run, 'finished');
      await all(provider.assets(ref()));
      const look = async (): Promise<number> => (await all(provider.assets(ref()))).length;
      pass(30_000);
      assert.equal(await listsOf(async () => assert.equal(await look(), FOLDERS)), 0);
      double.files.set(`0/${run.run}/artifacts/late.txt`, Buffer.from('late'));
      await provider.endRun!(run, 'finished');
      pass(11_000);
      assert.equal(await look(), FOLDERS + 1);
    });
  }

  it('of a version of a run that goes on are walked once for what is done at once, and again a while later', async () => {
    const lists = await listsOf(async () => {
      await provider.version(version);
      await all(provider.assets(version));
    });
    assert.equal(lists, WALK);
    double.files.set(`0/${run.run}/artifacts/late.txt`, Buffer.from('late'));
    pass(11_000);
    assert.equal((await provider.version(version)).assets, FOLDERS + 1);
  });
});
