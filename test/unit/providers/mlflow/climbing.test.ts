import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { VersionRef } from '../../../../src/model/artifact';
import { isArtifactError } from '../../../../src/model/errors';
import { runFiles } from '../../../../src/model/runFiles';
import { pathProblem } from '../../../../src/model/safePath';
import { downloadVersion } from '../../../../src/operations/downloadVersion';
import type { Provider } from '../../../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../../../src/store/localFiles';
import { scaled } from '../../../faults/harness/scale';
import type { Reply, Seen } from '../../../support/faultServer';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { hostilePaths } from '../../../support/hostilePaths';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { logVersion, workerFile } from '../../../support/providers';
import { temporaryFolder } from '../../../support/temporaryFolder';

/** A sixth of them in `npm test`. */
const paths = hostilePaths.filter((_, index) => index % scaled(6, 1) === 0);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('an MLflow that names files so that they would lie elsewhere', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let files: LocalFiles;
  let instead: (call: string, seen: Seen) => Reply | undefined;
  const ref = { connection: 'mlflow', workspace: 'default', artifact: 'churn', version: '1.0.0' } as const;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());
  beforeEach(async () => {
    double = new MlflowDouble();
    instead = () => undefined;
    mlflow = await faultyMlflow({ double, instead: (call, seen) => instead(call, seen), patience: { pause: 1 } });
    provider = await mlflow.open();
    await logVersion(provider, { draft: ref, files: { 'a.txt': 'foreign' } });
    fs.mkdirSync(target(), { recursive: true });
    fs.writeFileSync(path.join(folder(), 'parent', 'x'), 'mine');
  });
  afterEach(() => mlflow.close());

  const runOf = (): string => [...double.runs.keys()][0] ?? '';
  const target = (): string => path.join(folder(), 'parent', 'between', 'target');
  const download = async (version: VersionRef): Promise<readonly string[]> =>
    (await downloadVersion({ provider: await mlflow.open(), files }, { version, folder: target(), conflicts: 'overwrite' })).written;
  /** As it was before, but for what is in the chosen folder, which is empty afterwards. */
  function nothingIsOutside(of: string): void {
    const beside = [folder(), path.join(folder(), 'parent'), path.join(folder(), 'parent', 'between')].flatMap((each) => fs.readdirSync(each));
    assert.deepEqual(beside, ['parent', 'between', 'x', 'target'], of);
    assert.equal(fs.readFileSync(path.join(folder(), 'parent', 'x'), 'utf8'), 'mine', of);
    fs.rmSync(target(), { recursive: true });
    fs.mkdirSync(target());
  }

  it('in the list of a run, writes what has a plain name into the chosen folder, and leaves the rest out', async () => {
    for (const name of paths) {
      instead = (call) => (call === 'GET artifacts/list' ? { body: JSON.stringify({ files: [{ path: name, file_size: 7 }, { path: 'good.txt', file_size: 7 }] }) } : call === 'GET artifacts' ? { body: 'foreign' } : undefined);
      const written = await download(runFiles({ ...ref, run: runOf() }));
      assert.ok(written.includes('good.txt') && written.every((each) => pathProblem(each) === undefined), JSON.stringify(name));
      nothingIsOutside(JSON.stringify(name));
    }
    assert.ok(hostilePaths.length >= 300);
    // Nor is the server asked for what climbs.
    assert.deepEqual(mlflow.requests.filter((request) => /(?:^|[/=])(?:\.|%2e){2}(?:[/&]|%2f|$)/iu.test(request.path)), []);
  });

  for (const [field, forged] of [
    ['the name', (name: string) => ({ path: name, file: 'a.txt', size: 7, sha256: sha256('foreign') })],
    ['the place', (name: string) => ({ path: 'b.txt', file: name, size: 7, sha256: sha256('foreign') })],
  ] as const) {
    it(`in a manifest, by ${field} of a file, is told that it is damaged, and nothing is written`, async () => {
      for (const name of paths.filter((each) => pathProblem(each.toWellFormed()) !== undefined)) {
        const manifest = JSON.stringify({ format: 1, assets: [forged(name)] });
        double.models.get('churn')?.versions[0]?.tags.set('mlartifacts.manifest', sha256(manifest));
        double.files.set(`0/${runOf()}/artifacts/manifest.json`, Buffer.from(manifest));
        await assert.rejects(download(ref), (error) => isArtifactError(error, 'corrupt') || isArtifactError(error, 'unsafePath'), JSON.stringify(name));
        assert.deepEqual(fs.readdirSync(target()), [], JSON.stringify(name));
        nothingIsOutside(JSON.stringify(name));
      }
    });
  }

  it('in the head of an answer is not heard', async () => {
    for (const name of paths) {
      const plain = name.replaceAll(/[^\x20-\x7e]|"/gu, '');
      const headers = { 'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name.toWellFormed())}` };
      instead = (call, seen) => (call === 'GET artifacts' ? { ...double.answer(seen), headers } : undefined);
      assert.deepEqual([await download(ref), fs.readdirSync(target())], [['a.txt'], ['a.txt']], name);
      nothingIsOutside(JSON.stringify(name));
    }
  });

  it('by sending on to another path is told that the file is damaged, and nothing is written', async () => {
    const locations = new Set(paths.map((name) => URL.parse(name, `${mlflow.url}/elsewhere/`)).flatMap((url) => (url?.origin === mlflow.url ? [`${url.pathname}${url.search}`] : [])));
    assert.ok(locations.size > 10);
    for (const location of locations) {
      instead = (call, { path: asked }) => {
        if (call === 'GET artifacts') {
          return asked.endsWith('a.txt') ? { status: 302, headers: { location } } : undefined;
        }
        return asked === location ? { body: 'another' } : undefined;
      };
      await assert.rejects(download(ref), (error) => isArtifactError(error, 'corrupt') && error.message.includes('a.txt'), location);
      assert.deepEqual(fs.readdirSync(target()), [], location);
      nothingIsOutside(location);
    }
  });
});
