import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { isArtifactError } from '../../src/model/errors';
import { invocationOf } from '../../src/ui/commands/invocation';
import { copyPythonSnippet } from '../../src/ui/commands/pythonSnippet';
import type { Services } from '../../src/ui/services';
import { MemoryProvider } from '../support/memoryProvider';
import { call } from './verbs';
import { TestConnections } from './world';

describe('artifacts.copyPythonSnippet', () => {
  let folder: string;
  let reference: string;

  beforeEach(async () => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'snippet-')));
    fs.writeFileSync(path.join(folder, 'a.csv'), 'x,y\n1,2\n');
    ({ reference } = await call('logArtifact', vscode.Uri.file(path.join(folder, 'a.csv')), { workspace: `snippet-${Date.now()}`, artifact: 'churn', version: 'major', confirm: false }));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const fails = async (code: string, work: Thenable<unknown>): Promise<void> =>
    assert.rejects(async () => work, (error: Error & { code?: string }) => error.code === code);

  it('puts lines on the clipboard that Python runs without this extension', async () => {
    const text = await call('copyPythonSnippet', reference);
    assert.equal(await vscode.env.clipboard.readText(), text);
    execFileSync('python3', ['-c', text], { cwd: folder });
    assert.equal(fs.readFileSync(path.join(folder, 'churn-1.0.0', 'a.csv'), 'utf8'), 'x,y\n1,2\n');
  });

  it('takes one file of a version, and an artifact for its latest version', async () => {
    assert.match(await call('copyPythonSnippet', `${reference}/a.csv`), /load_artifact\(".*churn:1\.0\.0", "churn-1\.0\.0", "a\.csv"\)/u);
    assert.match(await call('copyPythonSnippet', reference.replace(/:.*/u, '')), /load_artifact\(".*churn:Latest", /u);
  });

  it('writes at the cursor of a Python file', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: '# before\n\n# after\n' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    const text = await call('copyPythonSnippet', reference, { insert: true });
    assert.equal(document.getText(), `# before\n${text}\n# after\n`);
  });

  for (const [what, kind, language, expected] of [
    ['into the cell that the cursor is in', vscode.NotebookCellKind.Code, 'python', (text: string) => [`${text}# Title`]],
    ['as a cell of its own where the cursor is in no Python', vscode.NotebookCellKind.Markup, 'markdown', (text: string) => ['# Title', text.trimEnd()]],
  ] as const) {
    it(`writes ${what} of a notebook`, async () => {
      const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([new vscode.NotebookCellData(kind, '# Title', language)]));
      await vscode.window.showNotebookDocument(notebook);
      const text = await call('copyPythonSnippet', reference, { insert: true });
      assert.deepEqual(notebook.getCells().map(({ document }) => document.getText()), expected(text));
    });
  }

  it('says what to open where no Python is open', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: '' });
    await vscode.window.showTextDocument(document);
    await fails('invalid', call('copyPythonSnippet', reference, { insert: true }));
  });

  it('says that the embedded store cannot be written by Python', () => fails('unsupported', call('copyPythonSnippet', reference, { what: 'log' })));

  it('refuses misspelt answers', () => fails('invalid', call('copyPythonSnippet', reference, { what: 'both' })));

  it('refuses a back end without lines', async () => {
    const services = { connections: new TestConnections(new MemoryProvider()) } as unknown as Services;
    const ref = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
    await assert.rejects(copyPythonSnippet(services, invocationOf([ref, {}], 'subject')), (error) => isArtifactError(error, 'unsupported'));
  });
});
