import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import { runFiles } from '../../src/model/runFiles';
import type { Provider } from '../../src/providers/provider';
import type { MatihSettings } from '../../src/providers/registry';
import { blobOf } from '../support/comet/blobs';
import { type Matih, type MatihOptions, startMatih, withCredentials } from '../support/matih/matih';
import { rootOf } from '../support/matih/records';
import { startSink } from '../support/matih/sink';
import { all, logVersion, matihProvider, textOf } from '../support/providers';
import { temporaryFolder } from '../support/temporaryFolder';

/** Seed 004's table of files, a folder, a dictionary, a text and a figure. */
const SEED = {
  'models/model.pkl': 'weights',
  'config/model_config.json': JSON.stringify({ threshold: 0.5, features: ['amount', 'frequency'] }),
  'reports/summary.txt': 'Model achieved 91.2% accuracy on holdout set',
  'plots/loss_curve.png': Buffer.from('89504e470d0a1a0a', 'hex'),
  'plots/loss_curve.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'evaluation/deep/er/test_predictions.csv': 'y,p\n',
};

describe('files on MATIH', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const open: { matih?: Matih; providers: Provider[]; forget: () => void } = { providers: [], forget: () => {} };

  async function start(options: MatihOptions = {}): Promise<Matih> {
    open.forget = withCredentials();
    open.matih = await startMatih(options);
    return open.matih;
  }
  async function provide(settings: Partial<MatihSettings> = {}): Promise<Provider> {
    const provider = await matihProvider(open.matih!, settings);
    open.providers.push(provider);
    return provider;
  }
  afterEach(async () => {
    await Promise.all(open.providers.splice(0).map((provider) => provider.dispose()));
    await open.matih?.stop();
    open.forget();
    assert.deepEqual(open.matih?.faults ?? [], []);
    delete open.matih;
  });

  const ref = { connection: 'matih', workspace: 'acme-corp', artifact: 'churn' };
  const logged = (provider: Provider, files: Readonly<Record<string, string | Uint8Array>> = SEED) => logVersion(provider, { draft: { workspace: 'acme-corp' }, files });
  const read = async (provider: Provider): Promise<string> => textOf(provider.read({ ...ref, version: '1.0.0', path: 'reports/summary.txt' }));

  it('each go under their path, with the types of the seed’s table, and the manifest comes last', async () => {
    const matih = await start({ quirks: { listsExperiment: false } });
    const provider = await provide();
    const version = await logged(provider);
    const [run] = matih.versionRuns();
    const paths = [...run!.files.keys()];
    assert.deepEqual(paths.slice(0, -1).sort(), Object.keys(SEED).map((each) => `files/${each}`).sort());
    assert.equal(paths.at(-1), 'mlartifacts/manifest.json');
    assert.deepEqual((await all(provider.assets(version))).map(({ path: each, type }) => [path.basename(each), type]), [
      ['model_config.json', 'configuration'], ['test_predictions.csv', 'data'], ['model.pkl', 'model'], ['loss_curve.png', 'plot'], ['loss_curve.svg', 'plot'], ['summary.txt', 'report'],
    ]);
    assert.equal(await read(provider), SEED['reports/summary.txt']);
  });

  it('lie where the experiment says, are read from there, and people are told', async () => {
    const matih = await start();
    const own = matih.experiment('fraud', 's3://team-bucket/fraud');
    const provider = await provide({ experiment: 'fraud' });
    await logged(provider);
    assert.equal(await read(provider), SEED['reports/summary.txt']);
    const experiments = await all(provider.experiments!({ ...ref }));
    assert.deepEqual(experiments.map(({ name, location }) => [name, location]), [['fraud', 's3://team-bucket/fraud']]);
    const run = await provider.startRun!({ ...ref, name: 'train' });
    assert.equal((await provider.run!(run)).location, `s3://team-bucket/fraud/${run.run}/artifacts`);
    assert.equal(rootOf(own, { id: run.run, experiment: own.id }), `s3://team-bucket/fraud/${run.run}/artifacts`);
  });

  it('are written without a place to read them from, and a sentence says what to set', async () => {
    await start();
    const provider = await provide({ readFrom: undefined });
    const version = await logged(provider);
    assert.deepEqual([version.assets, version.bytes! > 0, provider.runFiles], [6, true, false]);
    assert.deepEqual((await all(provider.versions(ref))).map(({ version: number }) => number), ['1.0.0']);
    for (const attempt of [() => all(provider.assets(version)), () => all(provider.entries({ ...version, path: '' })), () => read(provider)]) {
      await assert.rejects(attempt, (error: unknown) => isArtifactError(error, 'unsupported') && error.message.includes('set “readFrom” of the connection matih to s3://'));
    }
    const run = await provider.startRun!({ ...ref, name: 'train' });
    assert.equal((await provider.run!(run)).location, `s3://matih-artifacts/experiments/${(await provider.run!(run)).experiment}/runs/${run.run}/artifacts`);
  });

  it('of others are shown with their run', async () => {
    const matih = await start();
    for (const readFrom of [matih.readFrom.s3, matih.readFrom.mlflow]) {
      const provider = await provide({ readFrom });
      const run = await provider.startRun!({ ...ref, name: 'theirs' });
      matih.records.runs.get(run.run)!.files.set('models/model.pkl', blobOf('weights'));
      const files = runFiles(run);
      // Only these names are files of the run, whatever its storage says.
      ['../up', '/abs', 'a//b', 'a\\b', 'C:/x', 'a/../../b'].forEach((each) => matih.records.runs.get(run.run)!.files.set(each, blobOf('x')));
      assert.deepEqual((await all(provider.entries({ ...files, path: '' }))).map(({ kind, path: each }) => [kind, each]), [['folder', 'models']]);
      assert.equal(await textOf(provider.read({ ...files, path: 'models/model.pkl' })), 'weights');
      assert.deepEqual([(await provider.version(files)).assets, (await provider.version(files)).producer?.name], [1, 'theirs']);
    }
  });

  it('are not looked for where there are no credentials, or none that are right', async () => {
    await start();
    const provider = await provide();
    const version = await logged(provider);
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIASOMEBODYELSE';
    await assert.rejects(all((await provide()).assets(version)), (error: unknown) => isArtifactError(error, 'forbidden'));
    delete process.env['AWS_ACCESS_KEY_ID'];
    await assert.rejects(all((await provide()).assets(version)), (error: unknown) => isArtifactError(error, 'noAccess') && error.message.includes('no AWS credentials'));
    assert.equal((await logged(await provide())).version, '2.0.0', 'who may not read may write');
  });

  it('go to a server that is like MATIH but for its names, by a profile alone', async () => {
    const matih = await start({
      token: 'raw', quirks: { envelope: true },
      names: { prefix: '/tracking/v3', tenant: 'x-org', authorization: 'x-api-key', scheme: '', file: 'upload', path: 'dir', answer: 'stored_at' },
    });
    const routes = { experiments: '', experiment: '/{experiment_id}', runs: '/runs', run: '/runs/{run_id}', logArtifact: '/runs/{run_id}/log-artifact', logBatch: '/runs/{run_id}/log-batch', end: '/runs/{run_id}/end' };
    const provider = await provide({
      readFrom: matih.readFrom.mlflow,
      profile: {
        routes: Object.fromEntries(Object.entries(routes).map(([name, below]) => [name, `/tracking/v3/experiments${below}`])),
        headers: { tenant: 'X-Org', authorization: 'X-Api-Key', scheme: '' },
        upload: { file: 'upload', path: 'dir', answer: 'stored_at' },
      },
    });
    await logged(provider);
    assert.equal(await read(provider), SEED['reports/summary.txt']);
  });

  it('of 2 GiB stream through: at most 100 MiB above idle', async function () {
    this.timeout(120_000);
    const file = path.join(folder(), 'sparse.bin');
    fs.closeSync(fs.openSync(file, 'w'));
    fs.truncateSync(file, 2 * 1024 ** 3);
    const sink = await startSink();
    const child = fork(path.join(__dirname, '../support/matih/uploadProcess.js'), [sink.url, file]);
    const [{ grown, bytes }] = await once(child, 'message') as [{ grown: number; bytes: number }];
    child.disconnect();
    await sink.close();
    assert.equal(bytes, 2 * 1024 ** 3);
    assert.ok(grown <= 100 * 1024 ** 2, `${Math.round(grown / 1024 ** 2)} MiB above idle`);
  });
});
