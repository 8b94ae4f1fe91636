import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { ArtifactRef } from '../../src/model/artifact';
import { runNodeId, versionNodeId } from '../../src/model/lineage';
import { runFiles } from '../../src/model/runFiles';
import type { Provider } from '../../src/providers/provider';
import { cometClient } from '../support/comet/client';
import { type Comet, startComet } from '../support/comet/comet';
import { all, cometProvider, logVersion, textOf } from '../support/providers';
import type { Python } from '../support/python';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

interface Found {
  readonly version: string;
  readonly type: string;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly metadata: unknown;
  readonly source: string;
  readonly experiment: string;
  readonly assets: readonly { readonly path: string; readonly remote: boolean; readonly link: string | null; readonly size: number; readonly metadata: Readonly<Record<string, unknown>> | null }[];
}

describe("Comet's own client and we on one server", function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  let comet: Comet;
  let python: Python;
  let provider: Provider;

  before(async function () {
    this.timeout(15 * 60_000);
    comet = await startComet();
    python = await cometClient(comet);
  });
  beforeEach(async () => {
    provider = await cometProvider(comet);
  });
  afterEach(async () => {
    await provider.dispose();
    assert.deepEqual(comet.faults, []);
    assert.deepEqual(comet.leftOpen(), []);
  });
  after(async () => {
    await python.close();
    await comet.stop();
  });

  const ref = (artifact: string): ArtifactRef => ({ connection: 'comet', workspace: comet.workspace, artifact });

  it('we read what it logged', async () => {
    writeFiles(folder(), { 'a.csv': 'x,y\n', 'data/Ünïcödé/数据 1.txt': 'words', 'data/empty': '' });
    const { experiment } = await python.run<{ readonly experiment: string }>('comet_log', {
      name: 'theirs 50%', type: 'model', version: '1.4.5', aliases: ['staging'], tags: ['customer:1'], metadata: { rows: 1, 'ü': [null] },
      add: [{ path: path.join(folder(), 'a.csv'), metadata: { split: 'train' } }, { path: path.join(folder(), 'data') }, { text: 'in memory', logical_path: 'memory.txt' }],
      links: [{ uri: 'any text at all', logical_path: 'link' }, { uri: 's3://bucket/dir/train.csv' }],
    });
    const [artifact] = await all(provider.artifacts({ ...ref('theirs'), search: 'THEIRS' }));
    assert.deepEqual([artifact?.artifact, artifact?.type, artifact?.latest], ['theirs 50%', 'model', '1.4.5']);
    const version = await provider.version({ ...ref('theirs 50%'), version: 'staging' });
    assert.deepEqual(
      [version.version, version.isLatest, version.aliases, version.tags, version.metadata, version.producer?.run, version.assets, version.bytes],
      ['1.4.5', true, ['staging'], ['customer:1'], { rows: 1, 'ü': [null] }, experiment, 6, 18],
    );
    const assets = await all(provider.assets(version));
    assert.deepEqual(assets.map((asset) => [asset.path, asset.size, asset.link]), [
      ['a.csv', 4, undefined], ['data/empty', 0, undefined], ['data/Ünïcödé/数据 1.txt', 5, undefined], ['link', 0, 'any text at all'], ['memory.txt', 9, undefined], ['train.csv', 0, 's3://bucket/dir/train.csv'],
    ]);
    assert.deepEqual(assets[0]?.metadata, { split: 'train' });
    // Its client could not list the bucket, and says so beside the link.
    assert.deepEqual([assets[5]?.metadata?.['synced'], typeof assets[5]?.metadata?.['error_message']], [false, 'string']);
    for (const [name, content] of [['a.csv', 'x,y\n'], ['data/Ünïcödé/数据 1.txt', 'words'], ['data/empty', ''], ['memory.txt', 'in memory']] as const) {
      assert.equal(await textOf(provider.read({ ...version, path: name })), content);
    }
    assert.deepEqual(comet.version('theirs 50%', '1.4.5').consumers, new Set());
  });

  it('it reads, uses and downloads what we logged', async () => {
    const logged = await logVersion(provider, {
      draft: { workspace: comet.workspace, artifact: 'ours 100%', type: 'dataset', aliases: ['prod'], tags: ['clean'], metadata: { rows: 2 } },
      files: { 'a.txt': 'one', 'folder/Ünï 数.txt': 'two', 'folder/50%+&?#.txt': 'three', 'empty': '' },
      links: [{ path: 'far', link: 'https://example.com/?q=ü', metadata: { etag: 'x' } }],
    });
    const found = await python.run<Found>('comet_get', { name: 'ours 100%', version_or_alias: 'prod' });
    assert.deepEqual(
      [found.version, found.type, found.aliases, found.tags, found.metadata, found.source],
      ['1.0.0', 'dataset', ['Latest', 'prod'], ['clean'], { rows: 2 }, logged.producer?.run],
    );
    assert.deepEqual(found.assets.map((asset) => [asset.path, asset.remote, asset.link, asset.size]), [
      ['a.txt', false, null, 3], ['empty', false, null, 0], ['far', true, 'https://example.com/?q=ü', 0], ['folder/50%+&?#.txt', false, null, 5], ['folder/Ünï 数.txt', false, null, 3],
    ]);
    assert.equal(found.assets[2]?.metadata?.['etag'], 'x');
    assert.deepEqual([...comet.version('ours 100%', '1.0.0').consumers], [found.experiment]);
    const { files } = await python.run<{ readonly files: unknown }>('comet_download', { name: 'ours 100%', folder: folder() });
    assert.deepEqual(files, { 'a.txt': 'one', 'empty': '', 'folder/Ünï 数.txt': 'two', 'folder/50%+&?#.txt': 'three' });
  });

  it('each goes on where the other stopped', async () => {
    await logVersion(provider, { draft: { workspace: comet.workspace, artifact: 'relay', version: '1.4.5' }, files: { 'kept.txt': 'kept', 'changed.txt': 'old' } });
    const [changed] = writeFiles(folder(), { 'changed.txt': 'new' });
    await python.run('comet_update', { name: 'relay', folder: path.join(folder(), 'in'), overwrite_strategy: 'OVERWRITE', add: [{ path: changed, logical_path: 'changed.txt' }] });
    const theirs = await provider.version({ ...ref('relay'), version: 'Latest' });
    assert.equal(theirs.version, '1.5.0');
    assert.equal(await textOf(provider.read({ ...theirs, path: 'kept.txt' })), 'kept');
    assert.equal(await textOf(provider.read({ ...theirs, path: 'changed.txt' })), 'new');
    assert.equal((await logVersion(provider, { draft: { workspace: comet.workspace, artifact: 'relay', version: 'minor' }, files: { a: '1' } })).version, '1.6.0');
    assert.equal((await python.run<{ readonly version: string }>('comet_log', { name: 'relay' })).version, '2.0.0');
    assert.deepEqual((await all(provider.versions(ref('relay')))).map(({ version }) => version), ['2.0.0', '1.6.0', '1.5.0', '1.4.5']);
  });

  it('each sees the labels that the other sets', async () => {
    const version = await logVersion(provider, { draft: { workspace: comet.workspace, artifact: 'labels', aliases: ['one'], tags: ['x'] }, files: { a: '1' } });
    await python.run('comet_label', { name: 'labels', aliases: ['two', 'three'], tags: ['y'] });
    const seen = await provider.version(version);
    assert.deepEqual([seen.aliases, seen.tags], [['three', 'two'], ['y']]);
    await provider.label!(version, { aliases: ['four'], metadata: { checked: true } });
    const found = await python.run<Found>('comet_get', { name: 'labels', version_or_alias: 'four' });
    assert.deepEqual([found.aliases, found.tags, found.metadata], [['Latest', 'four'], ['y'], { checked: true }]);
  });

  it('a run of ours is an experiment of its own, which uses what is recorded and ends as it is told', async () => {
    await python.run('comet_log', { name: 'used', add: [{ text: 'a', logical_path: 'a' }] });
    const run = await provider.startRun!({ connection: 'comet', workspace: comet.workspace, name: 'train' });
    await provider.consume!({ ...ref('used'), version: 'Latest' }, run);
    await logVersion(provider, { draft: { workspace: comet.workspace, artifact: 'made', producer: run }, files: { m: '1' } });
    assert.deepEqual([...comet.version('used', '1.0.0').consumers], [run.run]);
    assert.equal(comet.version('made', '1.0.0').experiment, run.run);
    const browse = { workspace: comet.workspace, project: 'general', experiment: run.run, artifact: 'made' };
    assert.equal((await python.run<{ readonly state: string }>('comet_browse', browse)).state, 'running');
    await provider.endRun!(run, 'failed');
    assert.equal((await python.run<{ readonly state: string }>('comet_browse', browse)).state, 'crashed');
  });

  it('we read what an experiment of its own logged, made and used', async () => {
    const { experiment } = await python.run<{ readonly experiment: string }>('comet_log', {
      name: 'trained', type: 'model', project: 'churn', metrics: [0.5, 0.25, 0.125], parameters: { depth: 3, 'learning rate': 0.01 }, add: [{ text: 'm', logical_path: 'm' }],
    });
    const run = { connection: 'comet', workspace: comet.workspace, run: experiment };
    const { metrics, parameters, experiment: project, status } = await provider.run!(run);
    assert.deepEqual([metrics.filter(({ name }) => name === 'loss').map(({ value, step }) => [value, step]), parameters['depth'], parameters['learning rate'], project, status], [[[0.125, 2]], '3', '0.01', 'churn', 'finished']);
    assert.deepEqual((await provider.metricHistory!(run, 'loss')).map(({ step, value }) => [step, value]), [[0, 0.5], [1, 0.25], [2, 0.125]]);
    const { experiment: user } = await python.run<Found>('comet_get', { name: 'trained' });
    const trained = { ...ref('trained'), version: '1.0.0' };
    assert.deepEqual((await provider.lineage!(run)).edges, [{ from: runNodeId(run), to: versionNodeId(trained), relation: 'produced' }]);
    assert.deepEqual((await provider.lineage!({ ...run, run: user })).edges, [{ from: versionNodeId(trained), to: runNodeId({ ...run, run: user }), relation: 'consumed' }]);
  });

  it('we read the files of an experiment that belong to no version', async () => {
    const [file] = writeFiles(folder(), { 'weights.bin': 'weights' });
    const run = await python.run<string>('comet_log_assets', { name: 'with files', assets: [{ path: file, name: 'models/weights.bin' }], links: [{ uri: 's3://b/k', name: 'far' }] });
    const files = runFiles({ connection: 'comet', workspace: comet.workspace, run });
    const assets = await all(provider.assets(files));
    assert.deepEqual(assets.map((asset) => [asset.path, asset.size, asset.link]), [['far', 0, 's3://b/k'], ['models/weights.bin', 7, undefined]]);
    assert.equal(await textOf(provider.read({ ...files, path: 'models/weights.bin' })), 'weights');
    assert.equal((await provider.run!({ connection: 'comet', workspace: comet.workspace, run })).name, 'with files');
  });
});
