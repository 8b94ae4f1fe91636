import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createArtifactFileSystem } from '../../src/ui/documents/artifactFileSystem';
import { placeOf, assetOf, assetUri, metadataUri, versionOf } from '../../src/ui/documents/uris';
import { runFiles } from '../../src/model/runFiles';
import { MemoryProvider } from '../support/memoryProvider';
import { MemoryServer } from '../support/memoryServer';
import { TestConnections, until } from './world';

const nasty = ['plain', 'with space', ' leading', 'a%2Fb', '100%', 'a#b?c&d=e', 'ünïcödé 🎯', '~0041', 'CON', 'trailing.', 'e\u0301', '\u00e9', '中文', '+x', "it's", '[1]{2}', 'a:b/c\\d', 'line\nbreak', '..', '.', '\ud800'];

describe('URIs of assets and metadata', () => {
  for (const name of nasty) {
    it(`keep ${JSON.stringify(name)} as a name through text and back`, () => {
      const ref = { connection: name, workspace: name, artifact: name, version: name, path: 'data/table.csv' };
      assert.deepEqual(assetOf(vscode.Uri.parse(assetUri(ref).toString(), true)), ref);
      const { path: _, ...version } = ref;
      assert.deepEqual(versionOf(vscode.Uri.parse(metadataUri(version).toString(), true)), version);
    });
  }

  for (const path of nasty.filter(name => !/[/\\\n]|^\.+$|\ud800$/u.test(name))) {
    it(`keep ${JSON.stringify(path)} as a path through text and back`, () => {
      const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0', path: `deep/${path}` };
      assert.deepEqual(assetOf(vscode.Uri.parse(assetUri(ref).toString(), true)), ref);
    });
  }

  it('end with the extension of the asset', () => {
    assert.match(assetUri({ connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0', path: 'plot.png' }).path, /\/plot\.png$/u);
  });

  it('are read back with a query that a viewer added', () => {
    const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0', path: 'plot.png' };
    assert.deepEqual(assetOf(assetUri(ref).with({ query: 'version=12' })), ref);
  });

  it('name a workspace or an artifact when they are shorter', () => {
    assert.deepEqual(placeOf(vscode.Uri.parse('artifact://local/ada/churn')), { kind: 'artifact', connection: 'local', workspace: 'ada', artifact: 'churn' });
    assert.deepEqual(placeOf(vscode.Uri.parse('artifact://local/')), { kind: 'connection', connection: 'local' });
  });

  it('of other schemes are not ours', () => {
    assert.equal(placeOf(vscode.Uri.parse('file:///ada/churn/1.0.0/a.csv')), undefined);
  });
});

describe('the artifact file system', () => {
  const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
  let provider: MemoryProvider;
  let connections: TestConnections;
  let files: vscode.FileSystemProvider & vscode.Disposable;

  beforeEach(() => {
    provider = new MemoryProvider();
    provider.log('ada/churn', '1.0.0', { 'train/a.csv': 'id,x\n1,2\n', 'README.md': '# churn', 'far.parquet': { elsewhere: 's3://bucket/far.parquet' } }, { created: 1_700_000_000_000 });
    connections = new TestConnections(provider);
    files = createArtifactFileSystem({ connections, explain: error => (error instanceof Error ? error.message : String(error)) });
  });

  afterEach(() => files.dispose());

  const at = (path: string) => assetUri({ ...ref, path });

  it('gives the bytes of an asset', async () => {
    assert.equal(Buffer.from(await files.readFile(at('train/a.csv'))).toString(), 'id,x\n1,2\n');
  });

  it('tells size and time of an asset, and that it is read-only', async () => {
    const time = 1_700_000_000_000;
    assert.deepEqual({ ...await files.stat(at('README.md')) }, { type: vscode.FileType.File, ctime: time, mtime: time, size: 7, permissions: vscode.FilePermission.Readonly });
  });

  it('lists a folder, and the names above it', async () => {
    assert.deepEqual(await files.readDirectory(at('')), [['train', vscode.FileType.Directory], ['README.md', vscode.FileType.File], ['far.parquet', vscode.FileType.File]]);
    assert.deepEqual(await files.readDirectory(at('train')), [['a.csv', vscode.FileType.File]]);
    assert.deepEqual(await files.readDirectory(vscode.Uri.parse('artifact://local/ada/churn')), [['1.0.0', vscode.FileType.Directory]]);
    assert.deepEqual(await files.readDirectory(vscode.Uri.parse('artifact://local/ada')), [['churn', vscode.FileType.Directory]]);
    assert.deepEqual(await files.readDirectory(vscode.Uri.parse('artifact://local/')), [['ada', vscode.FileType.Directory]]);
  });

  it('says that a missing asset is not found', async () => {
    await assert.rejects(async () => files.stat(at('missing.csv')), { name: /^EntryNotFound/u });
    await assert.rejects(async () => files.readFile(at('missing.csv')), { name: /^EntryNotFound/u });
  });

  it('says why a remote asset cannot be read', async () => {
    await assert.rejects(async () => files.readFile(at('far.parquet')), /only its link is recorded/u);
  });

  it('does not read what is larger than the setting allows', async () => {
    provider.log('ada/churn', '2.0.0', { 'big.bin': 'x'.repeat(1_000_001) });
    const setting = vscode.workspace.getConfiguration('artifacts.preview');
    await setting.update('maxMegabytes', 1, vscode.ConfigurationTarget.Global);
    try {
      await assert.rejects(async () => files.readFile(assetUri({ ...ref, version: '2.0.0', path: 'big.bin' })), /1 MB/u);
      assert.equal(provider.given.get('read'), undefined);
    } finally {
      await setting.update('maxMegabytes', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('reads once for all who ask at the same time', async () => {
    await Promise.all([files.readFile(at('README.md')), files.readFile(at('README.md')), files.readFile(at('README.md').with({ query: 'version=1' }))]);
    assert.equal(provider.given.get('read'), 1);
  });

  it('lets nothing be written', async () => {
    await assert.rejects(async () => files.writeFile(at('README.md'), new Uint8Array(), { create: true, overwrite: true }), /never changes/u);
    await assert.rejects(async () => files.delete(at('README.md'), { recursive: false }), /never changes/u);
  });

  it('tells an open editor that its version was deleted', async () => {
    const told: vscode.FileChangeEvent[] = [];
    files.onDidChangeFile(events => told.push(...events));
    files.watch(at('README.md'), { recursive: false, excludes: [] });
    provider.artifactsByName.delete('ada/churn');
    connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
    await until(() => told.length > 0, 'the editor was told');
    assert.deepEqual(told.map(({ type, uri }) => [type, uri.path]), [[vscode.FileChangeType.Deleted, at('README.md').path]]);
  });

  describe('of a run', () => {
    let server: MemoryServer;
    let log: vscode.Uri;

    beforeEach(() => {
      server = new MemoryServer();
      const run = server.keep(server.experiment('churn'), 'train', { files: { 'log.txt': 'one' }, status: 'running' });
      log = assetUri({ ...runFiles(run), path: 'log.txt' });
      connections = new TestConnections(server);
      files = createArtifactFileSystem({ connections, explain: error => (error instanceof Error ? error.message : String(error)) });
    });

    it('has addresses that come back as they were', () => {
      assert.deepEqual(assetOf(vscode.Uri.parse(log.toString(), true)), { connection: 'local', workspace: 'ada', artifact: '@run', version: 'r-1', path: 'log.txt' });
    });

    it('tells the size that a file has now, and a time at which editors read it again', async () => {
      const before = await files.stat(log);
      server.write({ connection: 'local', workspace: 'ada', run: 'r-1' }, { 'log.txt': 'one two' });
      await new Promise(resolve => setTimeout(resolve, 5));
      const after = await files.stat(log);
      assert.deepEqual([before.size, after.size], [3, 7]);
      assert.ok(after.mtime > before.mtime);
      assert.equal(Buffer.from(await files.readFile(log)).toString(), 'one two');
    });

    it('reads a file that grows while it is read', async () => {
      server.read = async function* () {
        yield Buffer.from('one');
        yield Buffer.from(' two');
      };
      assert.equal(Buffer.from(await files.readFile(log)).toString(), 'one two');
    });

    it('tells an open editor to read again', async () => {
      const told: vscode.FileChangeEvent[] = [];
      files.onDidChangeFile(events => told.push(...events));
      files.watch(log, { recursive: false, excludes: [] });
      connections.changed({ connection: 'local', workspace: 'ada' });
      await until(() => told.length > 0, 'the editor was told');
      assert.deepEqual(told.map(({ type }) => type), [vscode.FileChangeType.Changed]);
    });

    it('lets nothing be written', async () => {
      await assert.rejects(async () => files.writeFile(log, new Uint8Array(), { create: true, overwrite: true }), /can only be read/u);
    });
  });
});
