import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import { pathProblem } from '../../src/model/safePath';
import { runFiles } from '../../src/model/runFiles';
import { downloadVersion } from '../../src/operations/downloadVersion';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { chance, scaled } from '../faults/harness/scale';
import { type Comet, startComet } from '../support/comet/comet';
import type { Mishap } from '../support/comet/mishaps';
import type { StoredVersion } from '../support/comet/records';
import { all, bytesOf, cometProvider, logVersion, silentLog, workerFile } from '../support/providers';
import { temporaryFolder } from '../support/temporaryFolder';

const HOSTILE_TEXT = ['<img src=x onerror=alert(1)>', '[x](command:workbench.action.quit)', '$(trash) \u202Egnp.exe', '=HYPERLINK("http://evil.example")', '__proto__', '\n\n# big', 'x'.repeat(1_000_000)];

describe('a Comet that means ill', function () {
  this.timeout(scaled(60_000, 3_600_000));
  const folder = temporaryFolder();
  let comet: Comet;
  let provider: Provider;
  let files: LocalFiles;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());
  beforeEach(async () => {
    comet = await startComet();
    provider = await open();
  });
  afterEach(async () => {
    await provider.dispose();
    await comet.stop();
  });

  const open = (): Promise<Provider> => cometProvider(comet, {}, silentLog, { silence: 1_000, pause: 1 });
  const ref = { connection: 'comet', workspace: 'ada', artifact: 'churn', version: '1.0.0' } as const;
  const stored = (): StoredVersion => comet.version('churn', '1.0.0');
  /** The same file under another name. */
  const rename = (name: string): void => {
    const [asset] = stored().assets.values();
    stored().assets.clear();
    stored().assets.set(name, { ...asset!, path: name });
  };
  const run = (): { readonly connection: string; readonly workspace: string; readonly run: string } => ({ connection: 'comet', workspace: 'ada', run: stored().experiment });

  it('writes nothing outside the folder, whatever its files are called', async () => {
    await logVersion(provider, { files: { 'a.txt': 'evil' } });
    const parent = path.join(folder(), 'parent');
    const target = path.join(parent, 'target');
    const random = chance(18);
    const parts = ['..', '.', '', 'a', '\\', '..\\', 'C:', '\\\\host', '%2e%2e', '%252e', '\u0000', '~', 'x'.repeat(300), '…', '．．', 'CON'];
    const made = Array.from({ length: scaled(60, 2_000) }, () => Array.from({ length: 1 + Math.floor(random() * 4) }, () => parts[Math.floor(random() * parts.length)]).join('/'));
    for (const name of ['../x', '..\\x', '/abs', 'C:\\x', 'C:/x', '\\\\host\\x', '%252e%252e/x', 'a\u0000b', 'a/../../b', '../../../../tmp/x', './x', 'a//b', '', '.', '..', ...made]) {
      rename(name);
      const fresh = await open();
      const downloading = downloadVersion({ provider: fresh, files }, { version: ref, folder: target, conflicts: 'overwrite' });
      if (pathProblem(name) === undefined) {
        await downloading.catch((error: unknown) => assert.ok(isArtifactError(error), String(error)));
      } else {
        await assert.rejects(downloading, (error: unknown) => isArtifactError(error, 'unsafePath'), JSON.stringify(name));
      }
      await fresh.dispose();
      assert.deepEqual(fs.existsSync(parent) ? fs.readdirSync(parent).filter((each) => each !== 'target') : [], [], JSON.stringify(name));
    }
    assert.deepEqual(fs.readdirSync(folder()).filter((name) => name !== 'parent'), []);
  });

  it('says the same of a name twice, and of a size that is none', async () => {
    await logVersion(provider, { files: { 'a.txt': 'evil' } });
    const [asset] = stored().assets.values();
    stored().assets.set('other', asset!);
    const other = await open();
    await assert.rejects(downloadVersion({ provider: other, files }, { version: ref, folder: folder(), conflicts: 'fail' }), (error: unknown) => isArtifactError(error, 'unsafePath'));
    await other.dispose();
    for (const size of [-1, 1.5, 1e300, 'many' as unknown as number]) {
      stored().assets.set('a.txt', { ...asset!, size });
      const fresh = await open();
      await assert.rejects(all(fresh.assets(ref)), (error: unknown) => isArtifactError(error, 'serverFault'), String(size));
      await fresh.dispose();
    }
  });

  it('hands on text as text, however long it is', async () => {
    await logVersion(provider, { files: { 'a.txt': 'x' } });
    const experiment = comet.records.experiments.get(stored().experiment)!;
    for (const text of HOSTILE_TEXT) {
      stored().metadata = JSON.stringify({ [text]: text });
      stored().tags = [text];
      experiment.name = text;
      experiment.parameters.set(text, text);
      experiment.others.set(text, text);
      const began = Date.now();
      const fresh = await open();
      const [version, details] = await Promise.all([fresh.version(ref), fresh.run!(run())]);
      await fresh.dispose();
      assert.deepEqual([Object.entries(version.metadata), version.tags, version.producer?.name, details.name], [[[text, text]], [text], text, text]);
      assert.deepEqual(Object.entries(details.parameters).find(([name]) => name === text), [text, text]);
      assert.ok(Date.now() - began < 2_000);
    }
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('makes one version, however often the answer about it gets lost', async () => {
    const random = chance(10);
    const rounds = scaled(30, 500);
    for (let round = 0; round < rounds; round++) {
      const lost = (): Mishap => (random() < 0.5 ? { kind: 'lost' } : { kind: 'lost', status: 503 });
      comet.fail('POST /write/artifacts/upsert', lost());
      comet.fail('POST /write/artifacts/state', lost());
      await logVersion(provider, { files: { a: String(round) } });
    }
    assert.deepEqual(comet.artifact('churn').versions.map(({ number, state }) => [number, state]), Array.from({ length: rounds }, (_, index) => [`${index + 1}.0.0`, 'CLOSED']));
  });

  it('gets an answer in one sentence to whatever it says', async () => {
    await logVersion(provider, { files: { 'a.txt': 'x' } });
    const jobs: Readonly<Record<string, readonly [route: string, work: (fresh: Provider) => Promise<unknown>]>> = {
      whoAmI: ['GET /account-details', (fresh) => fresh.whoAmI()],
      workspaces: ['GET /workspaces', (fresh) => all(fresh.workspaces())],
      names: ['GET /artifacts/get-all', (fresh) => all(fresh.artifacts(ref))],
      artifact: ['GET /artifacts/get', (fresh) => fresh.version(ref)],
      version: ['GET /artifacts/version', (fresh) => fresh.version(ref)],
      files: ['GET /artifacts/version/files', (fresh) => all(fresh.assets(ref))],
      read: ['GET /artifacts/version/files', (fresh) => bytesOf(fresh.read({ ...ref, path: 'a.txt' }))],
      projects: ['GET /projects', (fresh) => all(fresh.experiments!(ref))],
      experiments: ['GET /experiments', (fresh) => all(fresh.runs!({ ...ref, experiment: 'general' }))],
      experiment: ['GET /experiment/metadata', (fresh) => fresh.run!(run())],
      metrics: ['GET /experiment/metrics/summary', (fresh) => fresh.run!(run())],
      parameters: ['GET /experiment/parameters', (fresh) => fresh.run!(run())],
      tags: ['GET /experiment/tags', (fresh) => fresh.run!(run())],
      history: ['GET /experiment/metrics/get-metric', (fresh) => fresh.metricHistory!(run(), 'loss')],
      lineage: ['GET /get/artifacts', (fresh) => fresh.lineage!(run())],
      assets: ['GET /experiment/asset/list', (fresh) => all(fresh.assets(runFiles(run())))],
    };
    // Keys that are read, with values of every kind: random names would never be looked at.
    const keys = ['artifacts', 'name', 'versions', 'version', 'artifactVersionId', 'artifactId', 'files', 'fileName', 'fileSize', 'assetId', 'link', 'metadata', 'alias', 'tags', 'state', 'values', 'valueCurrent', 'metrics',
      'metricValue', 'step', 'projects', 'projectName', 'experiments', 'experimentKey', 'workspaceNames', 'userName', 'artifact', 'artifactName', 'assets', 'remote', '__proto__', 'constructor', 'sdk_error_code', 'msg'];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.constantFrom<unknown>(null, true, '', 'x', '../x', '1.0.0', -1, 0, 1e308, 7, 'NaN', '9'.repeat(400)), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 })),
    }));
    await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.keys(jobs)), value, async (job, answer) => {
      const [route, work] = jobs[job]!;
      comet.fail(route, ...Array.from({ length: 8 }, (): Mishap => ({ kind: 'answer', status: 200, body: JSON.stringify(answer) })));
      const fresh = await open();
      const began = Date.now();
      await work(fresh).catch((error: unknown) => {
        assert.ok(isArtifactError(error), `${job}: ${String(error)}`);
        assert.ok(error.message.length < 700, error.message.slice(0, 900));
      });
      assert.ok(Date.now() - began < 2_000, `${job} took ${Date.now() - began} ms`);
      comet.calm();
      await fresh.dispose();
    }), { numRuns: scaled(300, 20_000), endOnFailure: true });
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});
