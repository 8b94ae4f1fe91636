import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { gitFacts } from '../../src/model/gitFacts';
import type { JsonObject } from '../../src/model/json';
import type { LogResult } from '../../src/ui/commands/logFlow';
import { call } from './verbs';
import { until } from './world';

/*
 * One example for each row of the table that README promises to key bindings, tasks and other extensions. Nothing here answers a
 * prompt: a test in which one opens runs into its timeout.
 */

const fails = async (code: string, call: Thenable<unknown>): Promise<void> => {
  await assert.rejects(async () => call, (error: Error & { code?: string }) => {
    assert.ok(error instanceof Error);
    assert.equal(error.code, code, error.message);
    assert.doesNotMatch(error.message, /undefined|\[object/u);
    return true;
  });
};

describe('commands with answers', () => {
  let folder: string;
  let workspace: string;
  let data: string;
  let count = 0;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'automation-')));
    // A workspace of its own for each test keeps them apart in the one store.
    workspace = `auto-${Date.now()}-${count++}`;
    data = path.join(folder, 'data');
    fs.mkdirSync(path.join(data, 'train'), { recursive: true });
    fs.writeFileSync(path.join(data, 'a.csv'), 'x,y\n1,2\n');
    fs.writeFileSync(path.join(data, 'train', 'b.json'), '{}');
    fs.writeFileSync(path.join(data, 'noise.pyc'), 'noise');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const log = (answers: object = {}): Thenable<LogResult> =>
    call('logArtifact', vscode.Uri.file(data), { workspace, artifact: 'churn', version: 'major', confirm: false, ...answers });
  const paths = async (reference: string): Promise<string[]> => (await call('listAssets', reference)).map((asset) => asset.path);

  describe('artifacts.logArtifact', () => {
    it('logs a folder and says what became of it', async () => {
      const result = await log();
      assert.deepEqual(result, { reference: `${workspace}/churn:1.0.0`, workspace, artifact: 'churn', version: '1.0.0', assets: 2, bytes: 10 });
      assert.deepEqual(await paths(result.reference), ['a.csv', 'train/b.json']);
    });

    it('takes type, number, aliases, tags, metadata and exclusions', async () => {
      const { reference } = await log({ type: 'features', version: '2.1.0', aliases: ['prod'], tags: ['customer:1'], metadata: { rows: 1 }, exclude: ['train'] });
      const [version] = await call('listVersions', `${workspace}/churn`);
      assert.deepEqual([version!.version, version!.aliases, version!.tags, version!.metadata['rows']], ['2.1.0', ['prod'], ['customer:1'], 1]);
      assert.deepEqual(await paths(reference), ['a.csv', 'noise.pyc']);
      assert.equal((await call('listArtifacts', { workspace }))[0]!.type, 'features');
    });

    it('takes several targets, each folder staying a folder', async () => {
      const other = path.join(folder, 'other.txt');
      fs.writeFileSync(other, 'text');
      const { reference } = await call('logArtifact', [vscode.Uri.file(data), vscode.Uri.file(other)], { workspace, artifact: 'both', version: 'major', confirm: false });
      assert.deepEqual(await paths(reference), ['data/a.csv', 'data/train/b.json', 'other.txt']);
    });

    it('takes a path, as key bindings pass it, and both arguments as one', async () => {
      const result = await call('logArtifact', [data, { workspace, artifact: 'bound', version: 'minor', confirm: false }]);
      assert.equal(result.reference, `${workspace}/bound:1.0.0`);
    });

    it('takes the next major number where nothing is to be confirmed and none is given', async () => {
      await log();
      const result = await call('logArtifact', vscode.Uri.file(data), { workspace, artifact: 'churn', confirm: false });
      assert.equal(result.version, '2.0.0');
    });

    it('writes the Git commit into the metadata of files that are in a repository', async () => {
      const [root] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(root);
      await call('logArtifact', vscode.Uri.joinPath(root.uri, 'data'), { workspace, artifact: 'tracked', version: 'major', confirm: false });
      const [version] = await call('listVersions', `${workspace}/tracked`);
      assert.match(gitFacts(version!.metadata)!.commit, /^[0-9a-f]{40}$/u);
      assert.equal((version!.metadata['git'] as JsonObject)['path'], 'data');
    });

    it('says that a number exists', async () => {
      await log({ version: '1.0.0' });
      await fails('alreadyExists', log({ version: '1.0.0' }));
    });

    for (const [what, answers] of [
      ['a misspelt answer', { alias: ['prod'] }], ['a bump that is none', { version: 'huge' }], ['an alias that cannot be one', { aliases: ['Latest'] }],
      ['metadata that is no object', { metadata: [1] }], ['a name that cannot be one', { artifact: 'a/b' }],
    ] as const) {
      it(`refuses ${what}`, () => fails('invalid', log(answers)));
    }

    it('takes a path below the first folder of the workspace, as a task writes it', async () => {
      const { reference, assets } = await call('logArtifact', './data', { workspace, artifact: 'relative', version: 'major', confirm: false });
      assert.deepEqual([reference, assets], [`${workspace}/relative:1.0.0`, 1]);
    });

    it('says that a file is missing', () => fails('notFound', call('logArtifact', vscode.Uri.file(path.join(folder, 'gone')), { workspace, artifact: 'x', version: 'major', confirm: false })));

    it('says that a connection is unknown', () => fails('notFound', log({ connection: 'nowhere' })));

    it('refuses what is not on this machine', () =>
      fails('unsupported', call('logArtifact', vscode.Uri.parse('https://example.com/x'), { workspace, artifact: 'x', version: 'major', confirm: false })));
  });

  describe('artifacts.updateVersion', () => {
    it('logs the next minor version with files added and removed', async () => {
      const { reference } = await log();
      const added = path.join(folder, 'new.csv');
      fs.writeFileSync(added, '1');
      const result = await call('updateVersion', reference, { files: [vscode.Uri.file(added)], remove: ['train'], confirm: false });
      assert.equal(result.version, '1.1.0');
      assert.deepEqual(await paths(result.reference), ['a.csv', 'new.csv']);
    });
  });

  describe('artifacts.logSelection', () => {
    it('logs text as a file', async () => {
      const result = await call('logSelection', undefined, { text: '91 %', path: 'reports/summary.txt', workspace, artifact: 'report', version: 'major', confirm: false });
      assert.deepEqual(await paths(result.reference), ['reports/summary.txt']);
    });

    it('logs what is selected in an untitled document', async () => {
      const document = await vscode.workspace.openTextDocument({ content: 'first line\nsecond line', language: 'plaintext' });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(0, 0, 0, 5);
      const result = await call('logSelection', undefined, { path: 'note.txt', workspace, artifact: 'note', version: 'major', confirm: false });
      assert.equal(result.bytes, 5);
    });
  });

  describe('artifacts.downloadVersion', () => {
    it('brings the files to a folder', async () => {
      const { reference } = await log();
      const to = path.join(folder, 'down');
      assert.deepEqual(await call('downloadVersion', reference, { to: vscode.Uri.file(to) }), { folder: to, written: 2, kept: 0 });
      assert.equal(fs.readFileSync(path.join(to, 'a.csv'), 'utf8'), 'x,y\n1,2\n');
    });

    it('takes an alias, the latest, and only what the globs name', async () => {
      await log({ aliases: ['prod'] });
      const to = vscode.Uri.file(path.join(folder, 'down'));
      assert.equal((await call('downloadVersion', `${workspace}/churn:prod`, { to, paths: ['**/*.json'] })).written, 1);
      assert.deepEqual(await call('downloadVersion', `${workspace}/churn`, { to }), { folder: to.fsPath, written: 1, kept: 1 });
    });

    it('treats what is there as it is told', async () => {
      const { reference } = await log();
      const to = path.join(folder, 'down');
      fs.mkdirSync(to);
      fs.writeFileSync(path.join(to, 'a.csv'), 'mine');
      const uri = vscode.Uri.file(to);
      await fails('alreadyExists', call('downloadVersion', reference, { to: uri, conflicts: 'fail' }));
      assert.deepEqual(await call('downloadVersion', reference, { to: uri, conflicts: 'keep' }), { folder: to, written: 1, kept: 1 });
      assert.equal(fs.readFileSync(path.join(to, 'a.csv'), 'utf8'), 'mine');
      assert.deepEqual(await call('downloadVersion', reference, { to: uri, conflicts: 'overwrite' }), { folder: to, written: 1, kept: 1 });
    });

    it('records the use under the active run, where browsing records nothing', async () => {
      const run = await call('selectRun', { workspace, name: 'trainer' });
      const { reference } = await log();
      const other = await call('selectRun', { workspace, name: 'user' });
      await call('listAssets', reference);
      const consumers = async (): Promise<string[]> => (await call('lineage', reference)).edges.filter((edge) => edge.relation === 'consumed').map((edge) => edge.to);
      assert.deepEqual(await consumers(), []);
      await call('downloadVersion', reference, { to: vscode.Uri.file(path.join(folder, 'down')) });
      const used = await consumers();
      assert.equal(used.length, 1);
      assert.ok(used[0]?.includes(other.run) && !used[0].includes(run.run));
    });

    it('says that a version is missing', () => fails('notFound', call('downloadVersion', `${workspace}/none:1.0.0`, { to: vscode.Uri.file(folder) })));
  });

  it('artifacts.downloadAsset brings one folder of a version', async () => {
    const { reference } = await log();
    const to = path.join(folder, 'down');
    assert.deepEqual(await call('downloadAsset', reference, { path: 'train', to: vscode.Uri.file(to) }), { folder: to, written: 1, kept: 0 });
    assert.deepEqual(fs.readdirSync(to), ['train']);
  });

  describe('artifacts.addRemoteAsset', () => {
    it('records a link beside what the artifact has, as the next minor version', async () => {
      await log();
      const result = await call('addRemoteAsset', `${workspace}/churn`, { uri: 's3://bucket/dir/train.parquet' });
      assert.equal(result.version, '1.1.0');
      const added = (await call('listAssets', result.reference)).find((asset) => asset.link !== undefined);
      assert.deepEqual([added!.path, added!.link], ['train.parquet', 's3://bucket/dir/train.parquet']);
      assert.equal(result.assets, 3);
    });

    it('takes any string, a path and a new artifact', async () => {
      const result = await call('addRemoteAsset', undefined, { uri: 'the blue disk', path: 'disks/blue', workspace, artifact: 'disks' });
      assert.equal(result.version, '1.0.0');
      assert.deepEqual(await paths(result.reference), ['disks/blue']);
    });
  });

  it('artifacts.setAliases sets these and no others, and moves them without asking', async () => {
    await log({ aliases: ['prod'] });
    const { reference } = await log();
    const result = await call('setAliases', reference, { aliases: ['prod', 'staging'] });
    assert.deepEqual([...result.aliases].sort(), ['prod', 'staging']);
    const [, first] = await call('listVersions', `${workspace}/churn`);
    assert.deepEqual(first!.aliases, []);
  });

  it('artifacts.setTags replaces the tags', async () => {
    const { reference } = await log({ tags: ['old'] });
    assert.deepEqual([...(await call('setTags', reference, { tags: ['customer:1', 'clean'] })).tags].sort(), ['clean', 'customer:1']);
  });

  it('artifacts.setMetadata replaces the metadata', async () => {
    const { reference } = await log({ metadata: { a: 1 } });
    assert.deepEqual((await call('setMetadata', reference, { metadata: { b: { c: [1, null] } } })).metadata, { b: { c: [1, null] } });
  });

  it('artifacts.deleteVersion deletes without asking, frees what nothing else needs, and the number is gone for good', async () => {
    const { reference } = await log({ aliases: ['prod'] });
    const result = await call('deleteVersion', reference, { confirm: false });
    assert.deepEqual([result.reference, result.aliases], [reference, ['prod']]);
    await fails('notFound', call('listAssets', reference));
    await fails('alreadyExists', log({ version: '1.0.0' }));
  });

  it('artifacts.showDetails opens the page of the version', async () => {
    const { reference } = await log();
    await call('showDetails', reference, { tab: 'assets' });
    const isPage = (): boolean => vscode.window.tabGroups.all.flatMap((group) => group.tabs).some(({ input, label }) => input instanceof vscode.TabInputWebview && label.includes('churn'));
    await until(isPage, 'the page of churn');
  });

  describe('artifacts.openAsset', () => {
    it('opens the file in an editor, read from the store', async () => {
      const { reference } = await log();
      await call('openAsset', reference, { path: 'a.csv' });
      const document = vscode.window.activeTextEditor?.document;
      assert.deepEqual([document?.uri.scheme, document?.getText()], ['artifact', 'x,y\n1,2\n']);
    });

    it('says that a path is missing', async () => {
      const { reference } = await log();
      await fails('notFound', call('openAsset', reference, { path: 'none.csv' }));
    });
  });

  it('artifacts.lineage gives nodes and edges', async () => {
    const { reference } = await log();
    const { nodes, edges } = await call('lineage', reference);
    assert.deepEqual(nodes.map((node) => node.kind).sort(), ['run', 'version']);
    assert.deepEqual(edges.map((edge) => edge.relation), ['produced']);
  });

  it('artifacts.compareVersions tells what changed and opens it side by side', async () => {
    const { reference } = await log();
    fs.writeFileSync(path.join(data, 'a.csv'), 'changed');
    fs.writeFileSync(path.join(data, 'new.csv'), 'new');
    fs.rmSync(path.join(data, 'train'), { recursive: true });
    const second = await log();
    const result = await call('compareVersions', second.reference, { with: '1.0.0' });
    assert.deepEqual(result, { before: reference, after: second.reference, added: ['new.csv'], removed: ['train/b.json'], changed: ['a.csv'], same: 0 });
  });

  it('artifacts.listArtifacts lists a workspace', async () => {
    await log({ type: 'dataset' });
    const [artifact, ...others] = await call('listArtifacts', { workspace });
    assert.deepEqual(others, []);
    assert.deepEqual(artifact, { reference: `${workspace}/churn`, workspace, artifact: 'churn', type: 'dataset', tags: [], latest: '1.0.0' });
  });

  it('artifacts.listArtifacts lists all workspaces of the default connection when none is named', async () => {
    await log();
    assert.ok((await call('listArtifacts')).some((each) => each.reference === `${workspace}/churn`));
  });

  it('artifacts.listVersions lists newest first', async () => {
    const before = Date.now();
    await log();
    await log({ version: 'patch' });
    const versions = await call('listVersions', `${workspace}/churn`);
    assert.deepEqual(versions.map((each) => [each.version, each.latest, each.assets, each.bytes]), [['1.0.1', true, 2, 10], ['1.0.0', false, 2, 10]]);
    assert.ok(versions[1]!.created >= before - 2000);
  });

  it('artifacts.listAssets lists path, size, digest and type', async () => {
    const { reference } = await log();
    const [asset] = await call('listAssets', reference);
    assert.deepEqual({ ...asset, sha256: asset!.sha256?.length }, { path: 'a.csv', size: 8, sha256: 64, type: 'data' });
  });

  for (const id of ['listVersions', 'listAssets'] as const) {
    it(`artifacts.${id} refuses what is no reference`, () => fails('invalid', call(id, 'a/b/c:d')));
    it(`artifacts.${id} refuses to guess`, () => fails('invalid', call(id)));
  }

  it('artifacts.addConnection and artifacts.removeConnection make another store known, and forget it', async () => {
    const name = `shared-${count}`;
    await call('addConnection', { kind: 'local', name, path: path.join(folder, 'shared') });
    try {
      await fails('alreadyExists', call('addConnection', { kind: 'local', name, path: folder }));
      const result = await log({ connection: name });
      assert.deepEqual((await call('listArtifacts', { connection: name })).map((each) => each.reference), [`${workspace}/churn`]);
      await fails('notFound', call('listAssets', result.reference));
      assert.equal((await call('listAssets', result.reference, { connection: name })).length, 2);
    } finally {
      await call('removeConnection', name);
    }
    await fails('notFound', call('listArtifacts', { connection: name }));
  });

  it('artifacts.addConnection refuses a kind that does not exist', () => fails('invalid', call('addConnection', { kind: 'floppy', name: 'x', path: folder })));

  it('artifacts.removeConnection keeps the embedded store', () => fails('invalid', call('removeConnection', 'local')));

  it('artifacts.selectRun takes the run of that name, and makes it when there is none', async () => {
    const made = await call('selectRun', { workspace, name: 'train-0412' });
    await call('selectRun', { workspace, name: 'another' });
    const again = await call('selectRun', { workspace, name: 'train-0412' });
    assert.deepEqual([again.run, again.name, again.workspace], [made.run, 'train-0412', workspace]);
  });

  it('artifacts.endRun ends the active run, and the next use makes a new one', async () => {
    const run = await call('selectRun', { workspace, name: 'short' });
    await call('endRun');
    const { reference } = await log();
    const { nodes } = await call('lineage', reference);
    assert.ok(nodes.every((node) => node.kind !== 'run' || node.ref.run !== run.run));
  });

  it('artifacts.copyReference puts the reference on the clipboard', async () => {
    const { reference } = await log();
    await call('copyReference', reference);
    assert.equal(await vscode.env.clipboard.readText(), reference);
  });

  it('artifacts.openSample copies the sample into a folder of its own', async () => {
    const first = await call('openSample', { to: vscode.Uri.file(folder) });
    const second = await call('openSample', { to: vscode.Uri.file(folder) });
    assert.ok(fs.existsSync(path.join(first.folder, 'train.py')));
    assert.notEqual(first.folder, second.folder);
  });
});
