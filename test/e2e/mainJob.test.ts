import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** One person's way through the extension, in one window: each step finds what the ones before it left. */
describe('the main job with mouse and prompts', () => {
  tellsOneStory();
  let workbench: Workbench;

  const file = (...names: string[]): string => path.join(workbench.folder, ...names);
  const text = async (locator: Locator): Promise<string> => (await locator.innerText()).replace(/\s+/g, ' ').trim();
  const version = (number: string): Locator => workbench.row(number);
  const details = (name: string): Locator => workbench.webview.getByRole('heading', { level: 1, name });
  const detailsTab = (name: RegExp): Locator => workbench.webview.getByRole('tab', { name });

  const firstChoice = async (pattern: RegExp): Promise<void> => {
    await soon(async () => { assert.match((await workbench.choices())[0] ?? '', pattern); });
  };

  /** Waits until the line that Enter writes with reads so. */
  const preflight = async (line: RegExp): Promise<string> => {
    await workbench.question('Enter logs');
    const row = workbench.quickInput.locator('.monaco-list-row').filter({ hasText: line }).first();
    await row.waitFor();
    return await workbench.textOf(row);
  };

  const openDetails = async (number: string): Promise<void> => {
    await workbench.showArtifacts();
    await workbench.expand('data');
    await workbench.inlineAction(version(number), 'Open Details');
    await details(`data ${number}`).waitFor();
  };

  before(async () => {
    workbench = await openWorkbench({ settings: { 'artifacts.defaultWorkspace': 'ada' } });
    fs.mkdirSync(file('data', 'plots'));
    fs.copyFileSync(file('reports', 'loss.png'), file('data', 'plots', 'loss.png'));
    fs.copyFileSync(file('metrics.json'), file('data', 'metrics.json'));
  });

  after(async () => {
    await workbench.close();
  });

  it('logs a folder by a right-click and three times Enter', async () => {
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.question('Choose an artifact in ada');
    await firstChoice(/New artifact “data”/);
    await workbench.page.keyboard.press('Enter');
    await workbench.question('Choose the version of data');
    await firstChoice(/^1\.0\.0/);
    await workbench.page.keyboard.press('Enter');
    assert.match(await preflight(/Log 3 files/), /Log 3 files, 35(\.\d)? kB \(35(\.\d)? kB new\)/);
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Logged ada/data:1.0.0').waitFor();
  });

  it('shows the version in the side bar with its size and its files', async () => {
    await workbench.showArtifacts();
    await workbench.expand('data');
    await version('1.0.0').waitFor();
    assert.match(await workbench.textOf(version('1.0.0')), /^1\.0\.0 Latest · 3 files · 35(\.\d)? kB/);
    await workbench.expand('1.0.0', 'plots');
    await workbench.row('loss.png').waitFor();
    const rows = await workbench.rows();
    const from = rows.findIndex(row => row.startsWith('1.0.0'));
    assert.deepEqual(rows.slice(from + 1, from + 5).map(row => row.replace(/ .*/, '')), ['plots', 'loss.png', 'customers.csv', 'metrics.json']);
  });

  it('opens a table as text that cannot be changed', async () => {
    await workbench.row('customers.csv').click();
    const lines = workbench.page.locator('.editor-instance .view-lines');
    const [header = ''] = fs.readFileSync(file('data', 'customers.csv'), 'utf8').split('\n');
    await lines.getByText(header.slice(0, 20)).first().waitFor();
    await lines.click();
    await workbench.page.keyboard.type('x');
    await workbench.page.locator('.monaco-editor-overlaymessage', { hasText: /read-only/i }).waitFor();
    assert.equal(await workbench.editorTab('customers.csv').evaluate(tab => tab.classList.contains('dirty')), false);
  });

  it('opens JSON with its language', async () => {
    await workbench.row('metrics.json').click();
    await workbench.editorTab('metrics.json').waitFor();
    await workbench.page.locator('.editor-instance .view-lines').getByText('"accuracy"').first().waitFor();
    await workbench.statusBarItem(/^JSON$/).waitFor();
  });

  it('opens a picture in the picture viewer', async () => {
    await workbench.row('loss.png').click();
    await workbench.editorTab('loss.png').waitFor();
    const picture = workbench.webview.locator('img');
    await picture.waitFor();
    assert.ok(await picture.evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return image.naturalWidth;
    }) > 100);
  });

  it('opens the details page with what the version is', async () => {
    await openDetails('1.0.0');
    assert.deepEqual(await Promise.all((await workbench.webview.getByRole('tab').all()).map(text)), ['Overview', 'Files 3', 'Lineage', 'Versions 1']);
    assert.match(await text(workbench.webview.locator('.facts')), /Logged .+ by .+ 3 files .*35(\.\d)? kB/);
    await workbench.webview.locator('.headline', { hasText: 'Latest' }).waitFor();
  });

  it('records the commit that the files were logged at', async () => {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: workbench.folder, encoding: 'utf8' }).trim();
    await workbench.webview.locator('.facts', { hasText: `commit ${commit.slice(0, 7)} (dirty)` }).waitFor();
    await workbench.webview.locator('.overview-main', { hasText: commit }).waitFor();
  });

  it('lists the files, filters them, and opens one with a double click', async () => {
    await detailsTab(/^Files/).click();
    const rows = workbench.webview.locator('.grid-rows [role=row]');
    await rows.nth(2).waitFor();
    assert.deepEqual(await workbench.webview.locator('.cell-name .path').evaluateAll(cells => cells.map(cell => cell.textContent)),
      ['customers.csv', 'metrics.json', 'plots/loss.png']);
    await workbench.webview.getByRole('textbox', { name: 'Filter files' }).fill('metr');
    await workbench.webview.getByText('1 of 3 files').waitFor();
    await rows.first().dblclick();
    await workbench.editorTab('metrics.json').waitFor();
  });

  it('proposes the next major number when logged again, and writes only what changed', async () => {
    fs.appendFileSync(file('data', 'metrics.json'), ' \n');
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.question('Choose an artifact in ada');
    await firstChoice(/^data\b/);
    await workbench.page.keyboard.press('Enter');
    await workbench.question('Choose the version of data');
    await firstChoice(/^2\.0\.0 next major/);
    await workbench.page.keyboard.press('Enter');
    const size = fs.statSync(file('data', 'metrics.json')).size;
    assert.match(await preflight(/Log 3 files/), new RegExp(`\\(${size} B new\\).*1 changed, 2 the same as 1\\.0\\.0`));
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Logged ada/data:2.0.0').waitFor();
    await workbench.showArtifacts();
    await version('2.0.0').waitFor();
    assert.match(await workbench.textOf(version('2.0.0')), /Latest/);
    assert.doesNotMatch(await workbench.textOf(version('1.0.0')), /Latest/);
  });

  it('sets an alias from the tree', async () => {
    await workbench.contextMenu(version('1.0.0'), 'Edit Aliases…');
    await workbench.answer('Select the aliases', 'prod');
    await version('1.0.0').filter({ hasText: 'prod' }).waitFor();
  });

  it('moves an alias after a confirmation that says from where', async () => {
    await workbench.contextMenu(version('2.0.0'), 'Edit Aliases…');
    await workbench.question('Select the aliases');
    assert.match((await workbench.choices()).join('\n'), /prod.*on 1\.0\.0; moves here/);
    await workbench.tick('Select the aliases', 'prod');
    await workbench.pick('Move prod from 1.0.0 to 2.0.0?', 'Move');
    await version('2.0.0').filter({ hasText: 'prod' }).waitFor();
    // VS Code draws one row after the other.
    await version('1.0.0').filter({ hasNotText: 'prod' }).waitFor();
  });

  it('begins a run in the status bar', async () => {
    await workbench.statusBarItem(/workspace \d{4}/).click();
    await workbench.pick('recorded under this run', 'New Run…');
    await workbench.answer(/name/i, 'evaluation 7');
    await workbench.statusBarItem('evaluation 7').waitFor();
  });

  it('downloads a version byte for byte', async () => {
    const folder = path.join(path.dirname(workbench.folder), 'downloads');
    fs.mkdirSync(folder);
    await workbench.inlineAction(version('1.0.0'), 'Download Version…');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${folder}/`, 'Download Here');
    await workbench.notification('Downloaded ada/data:1.0.0').waitFor();
    const [name = ''] = fs.readdirSync(folder);
    const bytes = (...names: string[]): Buffer => fs.readFileSync(path.join(folder, name, ...names));
    assert.deepEqual(fs.readdirSync(path.join(folder, name), { recursive: true }).sort(), ['customers.csv', 'metrics.json', 'plots', path.join('plots', 'loss.png')]);
    assert.ok(bytes('customers.csv').equals(fs.readFileSync(file('data', 'customers.csv'))));
    assert.ok(bytes('plots', 'loss.png').equals(fs.readFileSync(file('data', 'plots', 'loss.png'))));
    // As it was when 1.0.0 was logged, not as it is now.
    assert.ok(bytes('metrics.json').equals(fs.readFileSync(file('metrics.json'))));
  });

  it('shows in the lineage which run made the version, and which used it', async () => {
    await openDetails('1.0.0');
    await detailsTab(/^Lineage/).click();
    await workbench.webview.locator('.graph-svg .node.version').first().waitFor();
    const list = workbench.webview.locator('.lineage-list');
    await list.getByText('evaluation 7').waitFor();
    assert.equal(await workbench.webview.locator('.graph-svg .node.run').count(), 2);
    assert.match(await text(list), /run workspace .+ produced data 1\.0\.0 run evaluation 7 used data 1\.0\.0/);
  });

  it('renames the run, in the status bar and the lineage as well', async () => {
    await workbench.expand('Local', 'ada', 'Runs');
    await workbench.row('evaluation 7').click();
    await workbench.page.keyboard.press('F2');
    await workbench.answer(/New name of the run/, 'final evaluation');
    await workbench.row('final evaluation').waitFor();
    await workbench.statusBarItem('final evaluation').waitFor();
    await workbench.webview.locator('.lineage-list').getByText('final evaluation').waitFor();
    assert.equal(await workbench.webview.locator('.lineage-list').getByText('evaluation 7').count(), 0);
    await workbench.collapse('Runs');
  });

  it('lists the versions with what each changed', async () => {
    await detailsTab(/^Versions/).click();
    const changed = workbench.webview.locator('.grid-versions [role=row]').filter({ hasText: '2.0.0' });
    await changed.filter({ hasText: '0 added, 0 removed, 1 changed' }).waitFor();
    await workbench.webview.locator('.grid-versions [role=row]').filter({ hasText: '1.0.0' }).filter({ hasText: 'First version' }).waitFor();
  });

  it('copies the reference of a version', async () => {
    await workbench.contextMenu(version('2.0.0'), 'Copy Reference');
    await soon(async () => { assert.equal(await workbench.clipboard(), 'ada/data:2.0.0'); });
  });

  it('logs a new version of an artifact from its row', async () => {
    await workbench.inlineAction(workbench.row('data'), 'Log New Version…');
    await workbench.pick('What is to be logged?', 'data');
    await workbench.question('Choose the version of data');
    await workbench.page.keyboard.press('Enter');
    assert.match(await preflight(/Log 3 files/), /\(0 B new\).*nothing changed since 2\.0\.0/);
    await workbench.page.keyboard.press('Enter');
    await version('3.0.0').waitFor();
  });

  it('deletes a version only after a question, and never uses its number again', async () => {
    const ask = async (): Promise<Locator> => {
      await workbench.contextMenu(version('3.0.0'), 'Delete Version…');
      const question = workbench.dialog('ada/data:3.0.0');
      await question.waitFor();
      return question;
    };
    await (await ask()).getByRole('button', { name: 'Cancel' }).click();
    assert.ok(await version('3.0.0').isVisible());
    await (await ask()).getByRole('button', { name: /^Delete/ }).click();
    await version('3.0.0').waitFor({ state: 'detached' });
    await workbench.inlineAction(workbench.row('data'), 'Log New Version…');
    await workbench.pick('What is to be logged?', 'data');
    await workbench.question('Choose the version of data');
    await firstChoice(/^4\.0\.0 next major/);
    await workbench.page.keyboard.press('Escape');
  });

  it('adds a file to a version as the next minor one', async () => {
    await workbench.contextMenu(version('2.0.0'), 'Update Version…');
    await workbench.pick('what is added to the next version?', 'Add or Replace Files…');
    await workbench.chooseInDialog(file('config.yaml'), 'Log');
    await workbench.question('Choose the version of data');
    await workbench.page.keyboard.press('Enter');
    assert.match(await preflight(/Log 4 files/), /1 new, 3 the same as 2\.0\.0/);
    await workbench.page.keyboard.press('Enter');
    await workbench.expand('2.1.0');
    await workbench.row('config.yaml').waitFor();
  });

  it('records a link without fetching what it names', async () => {
    await workbench.contextMenu(workbench.row('data'), 'Add Remote Asset…');
    await workbench.answer('Where the data is', 's3://bucket/big/train.parquet');
    await workbench.pick('What stands in the version?', 'Add One Link');
    await workbench.answer('Where it stands in the artifact', 'remote/train.parquet');
    await workbench.expand('2.2.0', 'remote');
    await workbench.row('train.parquet').filter({ hasText: 's3://bucket/big/train.parquet' }).waitFor();
    await workbench.contextMenu(workbench.row('train.parquet'), 'Copy Link');
    await soon(async () => { assert.equal(await workbench.clipboard(), 's3://bucket/big/train.parquet'); });
  });

  it('logs the selected text', async () => {
    await workbench.showExplorer();
    await workbench.row('config.yaml').dblclick();
    await workbench.editorTab('config.yaml').waitFor();
    await workbench.page.locator('.editor-instance .view-lines').click();
    await workbench.page.keyboard.press('Control+A');
    await workbench.command('ML Artifacts: Log Selection as Artifact…');
    await workbench.answer('Name of the file in the artifact', 'settings.yaml');
    await workbench.question('Choose an artifact in ada');
    await workbench.page.keyboard.press('Enter');
    await workbench.question('Choose the version of settings');
    await workbench.page.keyboard.press('Enter');
    await preflight(/Log 1 file/);
    await workbench.page.keyboard.press('Enter');
    await workbench.showArtifacts();
    await workbench.expand('settings');
    await workbench.row('settings').filter({ hasText: '1.0.0' }).waitFor();
  });

  it('logs what is dropped on an artifact', async () => {
    await workbench.editorTab('config.yaml').dragTo(workbench.row('settings'));
    await workbench.question('Choose the version of settings');
    await workbench.page.keyboard.press('Enter');
    await preflight(/Log 1 file/);
    await workbench.page.keyboard.press('Enter');
    await workbench.row('settings').filter({ hasText: '2.0.0' }).waitFor();
  });

  it('shows only artifacts whose name contains the filter', async () => {
    await workbench.command('ML Artifacts: Filter Artifacts…');
    await workbench.answer(/filter|name/i, 'sett');
    await workbench.row('data').waitFor({ state: 'detached' });
    await workbench.row('settings').waitFor();
    await workbench.command('ML Artifacts: Clear Filter');
    await workbench.row('data').waitFor();
  });

  it('tells of a file that is written to while it is logged', async () => {
    fs.writeFileSync(file('train.log'), Buffer.alloc(300_000_000, 'epoch '));
    const training = setInterval(() => fs.appendFileSync(file('train.log'), 'epoch '), 1);
    try {
      await workbench.showExplorer();
      await workbench.contextMenu(workbench.row('train.log'), 'Log as Artifact…');
      await workbench.answer('Choose an artifact');
      await workbench.answer('Choose the version');
      await workbench.question(/Log 1 file, /);
      await workbench.page.keyboard.press('Enter');
      await workbench.notification('“train.log” was written to while it was logged. ada/train:1.0.0 holds what was read.').waitFor();
    } finally {
      clearInterval(training);
      fs.rmSync(file('train.log'));
    }
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('shows the details as they were after the window was reloaded', async () => {
    await workbench.load();
    await workbench.editorTab('data 1.0.0').click();
    await details('data 1.0.0').waitFor();
    await soon(async () => { assert.equal(await detailsTab(/^Versions/).getAttribute('aria-selected'), 'true'); });
  });
});

/** For what takes a moment to get where it is looked for. */
async function soon(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 5000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}
