import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import * as vscode from 'vscode';
import { isAbort } from '../../src/model/errors';
import { invocationOf } from '../../src/ui/commands/invocation';
import type { ListedVersion } from '../../src/ui/commands/listings';
import { filter } from '../../src/ui/commands/view';
import type { Services } from '../../src/ui/services';
import { call } from './verbs';

/** Long enough for the window to draw what the extension shows, by how busy store and window are now; there is no event for it. */
async function drawn(): Promise<void> {
  const start = Date.now();
  await call('listArtifacts');
  await vscode.commands.executeCommand('setContext', 'artifacts.test', true);
  await after(Math.min(2500, 600 + 5 * (Date.now() - start)));
}

/** Whether a call has ended by now. */
async function hasEnded(work: Thenable<unknown>): Promise<boolean> {
  return Promise.race([Promise.resolve(work).then(() => true), after(100, false)]);
}

async function press(command: string): Promise<void> {
  await drawn();
  await vscode.commands.executeCommand(command);
}

const enter = (): Promise<void> => press('workbench.action.acceptSelectedQuickOpenItem');
const down = (): Promise<void> => press('workbench.action.quickOpenSelectNext');
const back = (): Promise<void> => press('workbench.action.quickInputBack');
const escape = (): Promise<void> => press('workbench.action.closeQuickOpen');

describe('prompts', () => {
  let folder: string;
  let data: string;
  let name: string;
  let count = 0;

  before(async () => {
    // Starting the extension and its first worker takes longer than a key press later on.
    await call('listArtifacts');
  });
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'prompts-')));
    name = `data-${Date.now()}-${count++}`;
    data = path.join(folder, name);
    fs.mkdirSync(data);
    fs.writeFileSync(path.join(data, 'a.csv'), '1');
    fs.writeFileSync(path.join(data, 'b.csv'), '2');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const versions = async (): Promise<readonly ListedVersion[]> => call('listVersions', name);

  it('logs a folder in three key presses, under its own name', async () => {
    const logging = call('logArtifact', vscode.Uri.file(data), [vscode.Uri.file(data)]);
    await enter();
    await enter();
    assert.equal(await hasEnded(logging), false);
    await enter();
    const result = await logging;
    assert.deepEqual([result.artifact, result.version, result.assets], [name, '1.0.0', 2]);
  });

  it('offers the artifact that the files were logged to before, and the next major number', async () => {
    await call('logArtifact', vscode.Uri.file(data), { artifact: `other-${name}`, version: 'major', confirm: false });
    const logging = call('logArtifact', vscode.Uri.file(data));
    await enter();
    await enter();
    await enter();
    const result = await logging;
    assert.deepEqual([result.artifact, result.version], [`other-${name}`, '2.0.0']);
  });

  it('offers the minor number for a folder that was downloaded', async () => {
    const { reference } = await call('logArtifact', vscode.Uri.file(data), { artifact: name, version: 'major', confirm: false });
    const to = vscode.Uri.file(path.join(folder, 'down'));
    await call('downloadVersion', reference, { to });
    fs.writeFileSync(path.join(to.fsPath, 'c.csv'), '3');
    const logging = call('logArtifact', to);
    await enter();
    await enter();
    await enter();
    const result = await logging;
    assert.deepEqual([result.artifact, result.version, result.assets], [name, '1.1.0', 3]);
  });

  it('takes another number by the arrow key', async () => {
    await call('logArtifact', vscode.Uri.file(data), { artifact: name, version: 'major', confirm: false });
    const logging = call('logArtifact', vscode.Uri.file(data), { artifact: name });
    await down();
    await enter();
    await enter();
    assert.equal((await logging).version, '1.1.0');
  });

  it('goes back a step', async () => {
    await call('logArtifact', vscode.Uri.file(data), { artifact: name, version: 'major', confirm: false });
    const logging = call('logArtifact', vscode.Uri.file(data), { artifact: name });
    await enter();
    await back();
    await down();
    await enter();
    await enter();
    assert.equal((await logging).version, '1.1.0');
  });

  it('asks only for what is missing', async () => {
    const logging = call('logArtifact', vscode.Uri.file(data), { artifact: name, version: 'major' });
    await enter();
    assert.equal((await logging).version, '1.0.0');
  });

  it('writes nothing and stays silent when it is left by Escape', async () => {
    const logging = call('logArtifact', vscode.Uri.file(data));
    await enter();
    await escape();
    assert.equal(await logging, undefined);
    await assert.rejects(async () => versions(), (error: { code?: string }) => error.code === 'notFound');
  });

  it('keeps the tree as it was when filtering is left by Escape', async () => {
    const tree = { filter: 'before' };
    const filtering = filter({ tree } as Services, invocationOf([], 'subject'));
    await escape();
    await assert.rejects(filtering, isAbort);
    assert.equal(tree.filter, 'before');
  });

  it('downloads where the settings say, in a folder of its own, with one Enter', async () => {
    const { reference } = await call('logArtifact', vscode.Uri.file(data), { artifact: name, version: 'major', confirm: false });
    const settings = vscode.workspace.getConfiguration('artifacts');
    await settings.update('download.folder', folder, vscode.ConfigurationTarget.Global);
    try {
      const downloading = call('downloadVersion', reference);
      await enter();
      const result = await downloading;
      assert.equal(result.folder, path.join(folder, `${name}-1.0.0`));
      assert.ok(fs.existsSync(path.join(result.folder, 'a.csv')));
    } finally {
      await settings.update('download.folder', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('lists conflicts and keeps what is there when told to', async () => {
    const { reference } = await call('logArtifact', vscode.Uri.file(data), { artifact: name, version: 'major', confirm: false });
    const to = path.join(folder, 'down');
    fs.mkdirSync(to);
    fs.writeFileSync(path.join(to, 'a.csv'), 'mine');
    const downloading = call('downloadVersion', reference, { to: vscode.Uri.file(to) });
    await enter();
    assert.deepEqual(await downloading, { folder: to, written: 1, kept: 1 });
    assert.equal(fs.readFileSync(path.join(to, 'a.csv'), 'utf8'), 'mine');
  });
});
