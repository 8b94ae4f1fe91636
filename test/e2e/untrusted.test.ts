import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { faultServer, type FaultServer } from '../support/faultServer';
import { prepared } from './support/editor';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** What a person may do in a folder that they have not said they trust: look and download, and nothing that follows the folder's word. */
describe('an untrusted workspace', () => {
  tellsOneStory();
  const store = path.join(prepared().folder, 'untrusted-store');
  let workbench: Workbench;
  /** Where the folder wants a token to be sent. */
  let eavesdropper: FaultServer;

  before(async () => {
    eavesdropper = await faultServer();
    const trusted = await openWorkbench({ settings: { 'artifacts.store.path': store, 'artifacts.defaultWorkspace': 'ada' } });
    await trusted.showExplorer();
    await trusted.contextMenu(trusted.row('data'), 'Log as Artifact…');
    await trusted.answer('Choose an artifact in ada');
    await trusted.answer('Choose the version of data');
    await trusted.question(/Log 1 file, /);
    await trusted.page.keyboard.press('Enter');
    await trusted.statusBarItem('Logged ada/data:1.0.0').waitFor();
    await trusted.close();

    // What a repository brings along that wants its own store to be used.
    fs.mkdirSync(path.join(trusted.folder, '.vscode'));
    fs.writeFileSync(path.join(trusted.folder, '.vscode', 'settings.json'), JSON.stringify({
      'artifacts.connections': [
        { kind: 'local', name: 'planted', path: path.join(trusted.folder, 'planted') },
        { kind: 'mlflow', name: 'planted-server', url: eavesdropper.url },
        { kind: 'mlflow', name: 'team', url: eavesdropper.url },
      ],
      'artifacts.defaultConnection': 'planted-server',
      'artifacts.download.folder': path.join(trusted.folder, 'planted-downloads'),
    }));
    workbench = await openWorkbench({
      trust: false,
      folder: trusted.folder,
      settings: {
        'artifacts.store.path': store,
        'artifacts.defaultWorkspace': 'ada',
        'artifacts.connections': [{ kind: 'mlflow', name: 'team', url: 'http://127.0.0.1:9' }],
      },
    });
  });

  after(async () => {
    await workbench.close();
    await eavesdropper.close();
  });

  it('is what this window is in', async () => {
    await workbench.statusBarItem('Restricted Mode').waitFor();
  });

  it('shows what was logged, and opens it', async () => {
    await workbench.showArtifacts();
    await workbench.expand('data', '1.0.0');
    await workbench.row('customers.csv').click();
    await workbench.editorTab('customers.csv').waitFor();
    await workbench.page.locator('.editor-instance .view-lines').getByText('customer').first().waitFor();
  });

  it('does not use connections that the workspace brings along', async () => {
    const rows = await workbench.rows();
    assert.ok(!rows.some(row => row.includes('planted')), rows.join('\n'));
    assert.ok(!fs.existsSync(path.join(workbench.folder, 'planted')));
  });

  it('points no connection of the user at another server', async () => {
    await workbench.expand('team');
    await workbench.row('Not reachable').waitFor();
    await workbench.screenshot('looks-untrusted');
    assert.equal(eavesdropper.requests.length, 0);
  });

  it('leaves logging, editing and deleting out of the menus', async () => {
    await workbench.row('1.0.0').click({ button: 'right' });
    const offered = await workbench.menuItems();
    await workbench.page.keyboard.press('Escape');
    assert.ok(offered.includes('Download Version…'), offered.join(', '));
    for (const item of ['Update Version…', 'Add Remote Asset…', 'Edit Aliases…', 'Edit Tags…', 'Edit Metadata', 'Delete Version…']) {
      assert.ok(!offered.includes(item), `the menu offers ${item}`);
    }
    await workbench.row('data').hover();
    assert.equal(await workbench.row('data').locator('.actions a.action-label[aria-label^="Log New Version"]').count(), 0);
    await workbench.showExplorer();
    await workbench.row('data').click({ button: 'right' });
    const inExplorer = await workbench.menuItems();
    await workbench.page.keyboard.press('Escape');
    assert.ok(!inExplorer.includes('Log as Artifact…'), inExplorer.join(', '));
  });

  it('leaves logging, editing and deleting out of the palette', async () => {
    assert.ok(await workbench.offers('ML Artifacts: Download Version…'));
    for (const title of ['Log as Artifact…', 'Update Version…', 'Add Remote Asset…', 'Edit Aliases…', 'Edit Tags…', 'Edit Metadata', 'Delete Version…', 'Add Connection…']) {
      assert.ok(!await workbench.offers(`ML Artifacts: ${title}`), `the palette offers ${title}`);
    }
  });

  it('shows details without buttons that change anything', async () => {
    await workbench.showArtifacts();
    await workbench.inlineAction(workbench.row('1.0.0'), 'Open Details');
    await workbench.webview.getByRole('heading', { level: 1, name: 'data 1.0.0' }).waitFor();
    assert.deepEqual(
      await workbench.webview.locator('.toolbar button').evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent)),
      ['Download…', 'Copy Reference', 'Copy Python Snippet', 'Reveal in Artifacts View'],
    );
    assert.equal(await workbench.webview.getByRole('button', { name: /Edit|Add|Remove|Delete/ }).count(), 0);
  });

  it('downloads a version, and not to a folder that the workspace names', async () => {
    const folder = path.join(path.dirname(workbench.folder), 'untrusted-downloads');
    fs.mkdirSync(folder);
    await workbench.webview.getByRole('button', { name: 'Download…' }).click();
    await workbench.question('Where to?');
    const places = await workbench.quickInput.locator('.monaco-list-row').allInnerTexts();
    assert.ok(!places.join('\n').includes('planted'), places.join('\n'));
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${folder}/`, 'Download Here');
    await workbench.notification('Downloaded ada/data:1.0.0').waitFor();
    const [name = ''] = fs.readdirSync(folder);
    assert.ok(fs.readFileSync(path.join(folder, name, 'customers.csv')).equals(fs.readFileSync(path.join(workbench.folder, 'data', 'customers.csv'))));
  });
});
