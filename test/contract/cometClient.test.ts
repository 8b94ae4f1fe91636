import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cometClient } from '../support/comet/client';
import { type Comet, startComet } from '../support/comet/comet';
import { UNUSUAL } from '../support/comet/quirks';
import type { Python } from '../support/python';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

interface Logged {
  readonly experiment: string;
  readonly version: string;
  readonly problem: string | null;
}

interface Found {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly artifact_tags: readonly string[];
  readonly metadata: unknown;
  readonly size: number;
  readonly source: string;
  readonly experiment: string;
  readonly assets: readonly { readonly path: string; readonly remote: boolean; readonly link: string | null; readonly size: number; readonly metadata: unknown }[];
}

interface Downloaded {
  readonly files?: Readonly<Record<string, string>>;
  readonly error?: string;
}

/** Installing its environment, once on a machine, is the longest that a start may take. */
const PATIENCE = 15 * 60_000;

describe("Comet's own client and the double of its server", function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  let comet: Comet;
  let python: Python;

  before(async function () {
    this.timeout(PATIENCE);
    comet = await startComet();
    python = await cometClient(comet);
  });
  afterEach(() => {
    assert.deepEqual(comet.faults, []);
    assert.deepEqual(comet.leftOpen(), []);
  });
  after(async () => {
    await python.close();
    await comet.stop();
  });

  const log = (name: string, input: Readonly<Record<string, unknown>> = {}): Promise<Logged> => python.run<Logged>('comet_log', { name, ...input });
  const get = (name: string, input: Readonly<Record<string, unknown>> = {}): Promise<Found> => python.run<Found>('comet_get', { name, ...input });
  const download = (name: string, to: string, input: Readonly<Record<string, unknown>> = {}): Promise<Downloaded> => python.run<Downloaded>('comet_download', { name, folder: to, ...input });

  it('runs the examples of the texts that Comet published', async () => {
    writeFiles(folder(), { 'local-file': 'one', 'new-file': 'two' });
    const seen = await python.run('comet_seeds', { folder: folder(), workspace: comet.workspace });
    assert.deepEqual(seen, [['local-file', 3, 'unknown'], ['s3://bucket/dir/train.csv', 0, 'unknown']]);
    assert.deepEqual(comet.artifact('artifact-name').versions.map(({ number, assets }) => [number, [...assets.keys()].sort()]), [['1.0.0', ['local-file']], ['1.1.0', ['local-file', 'new-file']]]);
    const { type, versions } = comet.artifact('my-specific-artifact-name');
    assert.deepEqual([type, versions.map(({ number, aliases, tags }) => [number, aliases, tags])], ['training-dataset', [['1.4.5', ['staging'], ['customer:1']]]]);
    assert.deepEqual(fs.readdirSync(path.join(folder(), 'input')), ['local-file']);
  });

  it('logs files, folders, memory, links, names of all kinds, and reads all of it back', async () => {
    writeFiles(folder(), { 'a.csv': 'x,y\n', 'data/Ünïcödé/数据 1.txt': 'words', 'data/empty': '', 'data/50%+&?#.txt': 'signs' });
    const logged = await log('my data +50%', {
      add: [{ path: path.join(folder(), 'a.csv'), metadata: { split: 'train' } }, { path: path.join(folder(), 'data') }, { text: 'in memory', logical_path: 'memory.txt' }],
      links: [{ uri: 'any text at all', logical_path: 'link' }, { uri: 'https://example.com/x.bin?y=1' }],
      metadata: { rows: 1, 'ü': [null] }, aliases: ['staging'], tags: ['customer:1'],
    });
    assert.deepEqual([logged.version, logged.problem], ['1.0.0', null]);
    const found = await get('my data +50%');
    assert.deepEqual([found.version, found.type, found.aliases, found.tags, found.metadata, found.source], ['1.0.0', 'dataset', ['Latest', 'staging'], ['customer:1'], { rows: 1, 'ü': [null] }, logged.experiment]);
    assert.deepEqual(found.assets.map((asset) => [asset.path, asset.remote, asset.link, asset.size]), [
      ['a.csv', false, null, 4],
      ['data/50%+&?#.txt', false, null, 5],
      ['data/empty', false, null, 0],
      ['data/Ünïcödé/数据 1.txt', false, null, 5],
      ['link', true, 'any text at all', 0],
      ['memory.txt', false, null, 9],
      ['x.bin', true, 'https://example.com/x.bin?y=1', 0],
    ]);
    assert.deepEqual(found.assets[0]?.metadata, { split: 'train' });
    assert.deepEqual((await download('my data +50%', path.join(folder(), 'out'))).files, {
      'a.csv': 'x,y\n', 'data/Ünïcödé/数据 1.txt': 'words', 'data/empty': '', 'data/50%+&?#.txt': 'signs', 'memory.txt': 'in memory',
    });
  });

  it('logs a version without assets', async () => {
    assert.deepEqual([(await log('empty')).version, comet.version('empty', '1.0.0').state], ['1.0.0', 'CLOSED']);
    assert.deepEqual((await get('empty')).assets, []);
  });

  it('reads by the latest, number, alias and whole reference, and records the use as an experiment only', async () => {
    for (const version of ['2.5.14', undefined]) {
      await log('numbered', { version, aliases: [version === undefined ? 'new' : 'old'], add: [{ text: String(version), logical_path: 'a' }] });
    }
    assert.deepEqual(comet.artifact('numbered').versions.map(({ number }) => number), ['2.5.14', '3.0.0']);
    const uses: string[] = [];
    for (const [input, version] of [[{}, '3.0.0'], [{ version_or_alias: '2.5.14' }, '2.5.14'], [{ version_or_alias: 'old' }, '2.5.14']] as const) {
      const found = await get('numbered', input);
      assert.equal(found.version, version);
      uses.push(found.experiment);
    }
    assert.equal((await get('ada/numbered:old')).version, '2.5.14');
    assert.deepEqual(comet.version('numbered', '3.0.0').consumers, new Set([uses[0]]));
    for (const [input, version] of [[{}, '3.0.0'], [{ version: '2.5.14' }, '2.5.14'], [{ alias: 'new' }, '3.0.0']] as const) {
      assert.equal((await get('numbered', { api: true, workspace: comet.workspace, ...input })).version, version);
    }
    assert.equal(comet.version('numbered', '3.0.0').consumers.size, 1);
  });

  it('downloads with each of the three strategies', async () => {
    await log('strategies', { add: [{ text: 'server', logical_path: 'a.txt' }] });
    const to = folder();
    assert.deepEqual(await download('strategies', to), { files: { 'a.txt': 'server' } });
    assert.deepEqual(await download('strategies', to), { files: { 'a.txt': 'server' } });
    writeFiles(to, { 'a.txt': 'mine' });
    assert.deepEqual(await download('strategies', to, { overwrite_strategy: 'FAIL' }), { error: 'ArtifactDownloadException' });
    assert.deepEqual(await download('strategies', to, { overwrite_strategy: 'PRESERVE' }), { files: { 'a.txt': 'mine' } });
    assert.deepEqual(await download('strategies', to, { overwrite_strategy: 'OVERWRITE' }), { files: { 'a.txt': 'server' } });
  });

  it('logs the next minor version of what it downloaded: files kept, changed and added, and a link', async () => {
    await log('updated', { version: '1.4.5', add: [{ text: 'kept', logical_path: 'kept.txt' }, { text: 'old', logical_path: 'changed.txt' }], links: [{ uri: 'gone', logical_path: 'link' }] });
    const [changed, added] = writeFiles(folder(), { 'changed.txt': 'new', 'added.txt': 'added' });
    const made = await python.run<{ readonly version: string; readonly experiment: string }>('comet_update', {
      name: 'updated', folder: path.join(folder(), 'in'), overwrite_strategy: 'OVERWRITE', add: [{ path: changed, logical_path: 'changed.txt' }, { path: added }], links: [{ uri: 's3://b/k', logical_path: 'far' }],
    });
    assert.equal(made.version, '1.5.0');
    assert.deepEqual([...comet.version('updated', '1.4.5').consumers], [made.experiment]);
    const { assets, experiment } = comet.version('updated', '1.5.0');
    assert.equal(experiment, made.experiment);
    assert.deepEqual([...assets.values()].map((asset) => [asset.path, asset.link ?? asset.blob?.bytes().toString()]).sort(), [
      ['added.txt', 'added'], ['changed.txt', 'new'], ['far', 's3://b/k'], ['kept.txt', 'kept'], ['link', 'gone'],
    ]);
  });

  it('gives other labels to a version and to its artifact', async () => {
    await log('labelled', { aliases: ['one', 'two'], tags: ['x'] });
    await python.run('comet_label', { name: 'labelled', aliases: ['two', 'three'], tags: ['y', 'z'], artifact_tags: ['all'] });
    const found = await get('labelled');
    assert.deepEqual([found.aliases, found.tags, found.artifact_tags], [['Latest', 'three', 'two'], ['y', 'z'], ['all']]);
    await python.run('comet_label', { name: 'labelled', aliases: [] });
    assert.deepEqual([(await get('labelled')).aliases, comet.version('labelled', '1.0.0').tags], [['Latest'], ['y', 'z']]);
  });

  it('meets the refusals of numbers that exist or were deleted', async () => {
    await log('taken', { version: '1.0.0' });
    await assert.rejects(log('taken', { version: '1.0.0' }), /LogArtifactException/u);
    await log('taken', { version: '1.1.0' });
    comet.deleteVersion('taken', '1.1.0');
    await assert.rejects(log('taken', { version: '1.1.0' }), /LogArtifactException/u);
    await assert.rejects(get('taken', { version_or_alias: '1.1.0' }), /ArtifactNotFound/u);
  });

  it('overcomes faults that pass', async () => {
    comet.fail('POST /clientlib/asset/upload', { kind: 'answer', status: 429, headers: { 'Retry-After-Custom': '1' } }, { kind: 'answer', status: 500 });
    comet.fail('POST /write/artifacts/state', { kind: 'answer', status: 503 });
    const { problem } = await log('faulty', { add: [{ text: 'a', logical_path: 'a' }, { text: 'b', logical_path: 'b' }] });
    comet.fail('GET /experiment/asset/get-asset', { kind: 'answer', status: 500 });
    assert.deepEqual([problem, await download('faulty', folder())], [null, { files: { a: 'a', b: 'b' } }]);
    assert.deepEqual(comet.mishapsLeft(), []);
  });

  it('browses what is there', async () => {
    const { experiment } = await log('browsed', { project: 'churn', metrics: [0.5, 0.25], parameters: { depth: 3 } });
    const { projects, ...seen } = await python.run<Readonly<Record<string, unknown>>>('comet_browse', { workspace: comet.workspace, project: 'churn', experiment, artifact: 'browsed' });
    assert.deepEqual([projects, seen['artifacts']].map((list) => (list as readonly string[]).includes('churn') || (list as readonly string[]).includes('browsed')), [true, true]);
    assert.deepEqual({ ...seen, artifacts: [] }, {
      workspaces: ['ada', 'team'], experiments: [experiment], artifacts: [], versions: ['1.0.0'], state: 'finished', metrics: [['0.5', 0], ['0.25', 1]], parameters: { curr_step: '1', depth: '3' }, lineage: 1,
    });
  });
});

describe("Comet's own client and a double that decides otherwise", function () {
  this.timeout(90_000);
  const folder = temporaryFolder();
  let comet: Comet;
  let python: Python;

  before(async function () {
    this.timeout(PATIENCE);
    comet = await startComet({ quirks: { ...UNUSUAL, longNames: 'accepted', directUploads: true } });
    python = await cometClient(comet, { COMET_S3_MULTIPART_SIZE_THRESHOLD: '6000000', COMET_S3_MULTIPART_PART_SIZE: '5242880' });
  });
  afterEach(() => {
    assert.deepEqual(comet.faults, []);
    assert.deepEqual(comet.leftOpen(), []);
  });
  after(async () => {
    await python.close();
    await comet.stop();
  });

  it('sends links one by one to an old server, and reads them without the field that tells of them', async () => {
    await python.run('comet_log', { name: 'links', add: [{ text: 'a', logical_path: 'a' }], links: [{ uri: 's3://b/one' , sync_mode: false }, { uri: 'two words' }] });
    const { assets } = await python.run<Found>('comet_get', { name: 'links' });
    assert.deepEqual(assets.map(({ path: name, remote, link }) => [name, remote, link]), [['a', false, null], ['one', true, 's3://b/one'], ['two words', true, 'two words']]);
    assert.ok(!comet.calls.some(({ route }) => route.endsWith('/remote/batch')));
  });

  it('sends long files to the object storage, which gets no key to see', async () => {
    const [file] = writeFiles(folder(), { 'long.txt': 'x'.repeat(11_000_000) });
    await python.run('comet_log', { name: 'long', add: [{ path: file }] });
    assert.equal(comet.version('long', '1.0.0').assets.get('long.txt')?.size, 11_000_000);
    assert.equal(comet.calls.filter(({ route }) => route === 'PUT storage').length, 3);
  });

  it('makes a second version where the answer about the first got lost', async () => {
    comet.fail('POST /write/artifacts/upsert', { kind: 'lost' });
    assert.equal((await python.run<Logged>('comet_log', { name: 'lost', version: undefined })).version, '2.0.0');
    assert.deepEqual(comet.leftOpen(), ['lost:1.0.0']);
    comet.version('lost', '1.0.0').state = 'ERROR';
  });
});
