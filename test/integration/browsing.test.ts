import * as assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Change } from '../../src/model/change';
import { openProvider } from '../../src/providers/registry';
import { fileSource } from '../../src/store/localFiles';
import { createConnections } from '../../src/ui/connections';
import { readSettings } from '../../src/ui/settings';
import { assetUri, metadataUri } from '../../src/ui/documents/uris';
import { silent, testSecrets, until } from './world';

/** What the extension itself has registered, on the store of this window. */
describe('browsing the embedded store', () => {
  const workspace = 'browsing';
  const ref = { connection: 'local', workspace, artifact: 'churn', version: '1.0.0' };
  let workerFile: string;
  let folder: string;

  const connect = () => createConnections({ log: silent, secrets: testSecrets(), open: settings => openProvider(settings, { workerFile, log: silent }) });

  async function log(connections: ReturnType<typeof connect>, artifact: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const provider = await connections.get();
    const writer = await provider.begin({ connection: 'local', workspace, artifact, type: 'dataset', version: 'major', metadata: { rows: 1 } });
    try {
      const sources = await Promise.all(Object.entries(files).map(async ([logical, content], index) => {
        const file = path.join(folder, `${artifact}-${index}`);
        await fs.writeFile(file, content);
        return fileSource({ path: logical, file, size: content.length });
      }));
      await writer.put(sources);
      return (await writer.commit()).version;
    } finally {
      await writer.abandon();
    }
  }

  before(async () => {
    const extension = vscode.extensions.getExtension('ml-artifacts.ml-artifacts');
    assert.ok(extension, 'the extension is there');
    await extension.activate();
    workerFile = path.join(extension.extensionUri.fsPath, 'dist', 'worker.js');
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'browsing-'));
    const connections = connect();
    try {
      await log(connections, 'churn', {
        'config.json': '{"depth": 3}\n',
        'train/100% #1?.csv': 'id,x\n1,2\n',
        'plot.png': await fs.readFile(path.join(__dirname, '../../../media/icon.png')),
        'notes.ipynb': JSON.stringify({ cells: [{ cell_type: 'markdown', metadata: {}, source: ['# Notes'] }], metadata: {}, nbformat: 4, nbformat_minor: 5 }),
      });
    } finally {
      connections.dispose();
    }
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await fs.rm(folder, { recursive: true, force: true });
  });

  it('opens an asset as a document in its language, read-only', async () => {
    const uri = assetUri({ ...ref, path: 'config.json' });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.deepEqual([document.languageId, document.getText()], ['json', '{"depth": 3}\n']);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('artifact'), false);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(uri, new Uint8Array()));
  });

  it('opens an asset whatever its name', async () => {
    const document = await vscode.workspace.openTextDocument(assetUri({ ...ref, path: 'train/100% #1?.csv' }));
    assert.equal(document.getText(), 'id,x\n1,2\n');
  });

  it('opens an image in the image viewer', async () => {
    await vscode.commands.executeCommand('vscode.open', assetUri({ ...ref, path: 'plot.png' }));
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputCustom);
    assert.equal(tab.input.viewType, 'imagePreview.previewEditor');
  });

  it('opens a notebook as a notebook', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(assetUri({ ...ref, path: 'notes.ipynb' }));
    assert.equal(notebook.cellAt(0).document.getText(), '# Notes');
  });

  it('lists a version for whoever walks it', async () => {
    const names = (await vscode.workspace.fs.readDirectory(assetUri({ ...ref, path: '' }))).map(([name]) => name);
    assert.deepEqual(names, ['train', 'config.json', 'notes.ipynb', 'plot.png']);
  });

  it('edits metadata in an editor, with the schema', async () => {
    const uri = metadataUri(ref);
    const document = await vscode.workspace.openTextDocument(uri);
    assert.deepEqual([document.languageId, JSON.parse(document.getText())], ['json', { rows: 1 }]);
    const all = () => new vscode.Range(0, 0, document.lineCount, 0);
    const type = async (text: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, all(), text);
      await vscode.workspace.applyEdit(edit);
    };
    await type('[1]\n');
    await until(() => vscode.languages.getDiagnostics(uri).some(({ message }) => message.includes('object')), 'the schema complained');
    assert.equal(await document.save().then(saved => saved, () => false), false);
    await type('{"rows": 2}\n');
    assert.equal(await document.save(), true);
    const connections = connect();
    try {
      assert.deepEqual((await (await connections.get()).version(ref)).metadata, { rows: 2 });
    } finally {
      connections.dispose();
    }
  });

  it('sees what another window logs within two seconds', async () => {
    const [here, there] = [connect(), connect()];
    try {
      await here.get();
      await new Promise(resolve => setTimeout(resolve, 500));
      const changes: Change[] = [];
      here.onDidChange(change => changes.push(change));
      await log(there, 'elsewhere', { 'a.txt': 'a' });
      await until(() => changes.some(({ artifact }) => artifact === undefined || artifact === 'elsewhere'), 'the change was seen', 2000);
    } finally {
      here.dispose();
      there.dispose();
    }
  });

  it('keeps its store where the setting says', async () => {
    assert.ok((await fs.readdir(readSettings().storePath)).includes('format.json'));
  });
});
