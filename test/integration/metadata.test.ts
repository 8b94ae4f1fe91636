import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { createMetadataFileSystem } from '../../src/ui/documents/metadataFileSystem';
import { metadataUri, runUri } from '../../src/ui/documents/uris';
import { MemoryProvider } from '../support/memoryProvider';
import { MemoryServer } from '../support/memoryServer';
import { TestConnections, until } from './world';

describe('metadata as a document', () => {
  const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
  const uri = metadataUri(ref);
  let provider: MemoryProvider;
  let connections: TestConnections;
  let files: vscode.FileSystemProvider & vscode.Disposable;

  beforeEach(() => {
    provider = new MemoryProvider();
    provider.log('ada/churn', '1.0.0', {}, { metadata: { rows: 120, split: { train: 0.8 } }, created: 1_700_000_000_000 });
    connections = new TestConnections(provider);
    files = createMetadataFileSystem({ connections, explain: error => (error instanceof Error ? error.message : String(error)) });
  });

  afterEach(() => files.dispose());

  const read = async () => Buffer.from(await files.readFile(uri)).toString();
  const write = async (text: string) => files.writeFile(uri, Buffer.from(text), { create: false, overwrite: true });
  const stored = async () => (await provider.version(ref)).metadata;

  it('is indented JSON', async () => {
    assert.equal(await read(), '{\n  "rows": 120,\n  "split": {\n    "train": 0.8\n  }\n}\n');
  });

  it('of a run is what is told of it, to read', async () => {
    const server = new MemoryServer();
    const run = server.keep(server.experiment('churn'), 'train/1', { parameters: { lr: '0.1' }, tags: { owner: 'ada' }, user: 'ada', program: 'train.py', history: { auc: [0.9], loss: [NaN] } });
    const ofRuns = createMetadataFileSystem({ connections: new TestConnections(server), explain: String });
    const facts: unknown = JSON.parse(Buffer.from(await ofRuns.readFile(runUri(run))).toString());
    assert.deepEqual(facts, { name: 'train/1', status: 'finished', user: 'ada', program: 'train.py', parameters: { lr: '0.1' }, metrics: { auc: 0.9, loss: 'NaN' }, tags: { owner: 'ada' } });
    assert.equal((await ofRuns.stat(runUri(run))).permissions, vscode.FilePermission.Readonly);
    await assert.rejects(async () => ofRuns.writeFile(runUri(run), Buffer.from('{}'), { create: false, overwrite: true }));
    ofRuns.dispose();
  });

  it('is stored when it is saved', async () => {
    await write('{"rows": 121}');
    assert.deepEqual(await stored(), { rows: 121 });
  });

  it('keeps the layout that was saved', async () => {
    await write('{"rows":   121}');
    assert.equal(await read(), '{"rows":   121}');
    assert.equal((await files.stat(uri)).size, 15);
  });

  for (const [text, complaint] of [
    ['[1]', /not a list/u],
    ['"text"', /not a text/u],
    ['12', /not a number/u],
    ['null', /not null/u],
    ['', /is empty\. Write \{\}/u],
    ['{"rows": }', /not valid JSON: Unexpected token '\}'/u],
  ] as const) {
    it(`is refused with a sentence when it is ${JSON.stringify(text)}`, async () => {
      await assert.rejects(write(text), complaint);
      assert.deepEqual(await stored(), { rows: 120, split: { train: 0.8 } });
    });
  }

  it('changes when another window changes it, and its time with it', async () => {
    const told: vscode.FileChangeType[] = [];
    files.onDidChangeFile(events => told.push(...events.map(({ type }) => type)));
    files.watch(uri, { recursive: false, excludes: [] });
    const before = await files.stat(uri);
    await provider.label(ref, { metadata: { rows: 7 } });
    connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
    await until(() => told.length > 0, 'the editor was told');
    assert.deepEqual(told, [vscode.FileChangeType.Changed]);
    assert.ok((await files.stat(uri)).mtime > before.mtime);
  });

  it('does not change when it was this window that saved it', async () => {
    const told: unknown[] = [];
    files.onDidChangeFile(events => told.push(...events));
    files.watch(uri, { recursive: false, excludes: [] });
    await write('{"rows":   121}');
    connections.changed({ connection: 'local', workspace: 'ada', artifact: 'churn' });
    await new Promise(resolve => setTimeout(resolve, 100));
    assert.deepEqual(told, []);
  });

  it('is gone when its version is deleted', async () => {
    const told: vscode.FileChangeType[] = [];
    files.onDidChangeFile(events => told.push(...events.map(({ type }) => type)));
    files.watch(uri, { recursive: false, excludes: [] });
    provider.artifactsByName.delete('ada/churn');
    connections.changed({ connection: 'local' });
    await until(() => told.length > 0, 'the editor was told');
    assert.deepEqual(told, [vscode.FileChangeType.Deleted]);
  });

  it('tells the window what changed', async () => {
    const changes: unknown[] = [];
    connections.onDidChange(change => changes.push(change));
    await write('{}');
    assert.deepEqual(changes, [{ connection: 'local', workspace: 'ada', artifact: 'churn' }]);
  });
});
