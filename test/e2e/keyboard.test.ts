import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** The same job without a mouse: nothing here clicks, hovers or drags. */
describe('the main job by keyboard alone', () => {
  tellsOneStory();
  let workbench: Workbench;

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await workbench.page.keyboard.press(key);
    }
  };

  const run = async (title: string): Promise<void> => {
    await press('F1');
    await workbench.quickInput.waitFor();
    await workbench.page.keyboard.type(title);
    const first = workbench.quickInput.locator('.monaco-list-row.focused .label-name').filter({ hasText: new RegExp(`^${title}$`) });
    await first.waitFor();
    await press('Enter');
  };

  /** The row of the side bar that has the focus. */
  const focused = (): Locator => workbench.sideBar.locator('.monaco-list:focus-within .monaco-list-row.focused');

  /** Presses a key until the focus is where it is wanted. */
  const walk = async (key: string, isThere: () => Promise<boolean>, what: string): Promise<void> => {
    for (let steps = 0; !await isThere(); steps++) {
      assert.ok(steps < 60, `${key} does not lead to ${what}`);
      await press(key);
      // The tree draws its focus with the next frame.
      await workbench.page.waitForTimeout(40);
    }
  };

  const name = async (row: Locator): Promise<string> => await row.count() === 0 ? '' : (await row.first().locator('.label-name').first().innerText()).trim();

  const walkTo = async (label: string, key = 'ArrowDown'): Promise<void> => {
    await walk(key, async () => await name(focused()) === label, `the row ${label}`);
  };

  /** Opens the row that has the focus and waits for the rows below it. */
  const open = async (): Promise<void> => {
    await walk('ArrowRight', async () => await focused().getAttribute('aria-expanded') === 'true', 'an open row');
  };

  const menu = async (label: string): Promise<void> => {
    // An entry that needs trust comes a moment after the window does, and an open menu does not change.
    const menus = workbench.page.locator('.monaco-menu');
    const wanted = menus.locator('.action-label').filter({ hasText: label });
    await press('Shift+F10');
    await menus.first().waitFor();
    for (let tries = 0; await wanted.count() === 0; tries++) {
      assert.ok(tries < 20, `the menu does not have ${label}`);
      await press('Escape');
      await menus.first().waitFor({ state: 'detached' });
      await workbench.page.waitForTimeout(250);
      await press('Shift+F10');
      await menus.first().waitFor();
    }
    const entry = workbench.page.locator('.monaco-menu .action-item.focused .action-label');
    await walk('ArrowDown', async () => await entry.count() > 0 && (await entry.first().innerText()).trim() === label, `the entry ${label}`);
    await press('Enter');
  };

  const focusTree = async (): Promise<void> => {
    await run('ML Artifacts: Focus on Artifacts View');
    await workbench.sideBar.locator('.monaco-list:focus-within').waitFor();
  };

  /** Where the focus is inside the details page. */
  const inDetails = async (selector: string): Promise<boolean> => await workbench.webview.locator(`${selector}:focus`).count() > 0;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'artifacts.defaultWorkspace': 'ada' } });
  });

  after(async () => {
    await workbench.close();
  });

  it('logs a folder from the Explorer', async () => {
    await run('View: Show Explorer');
    await workbench.sideBar.locator('.explorer-folders-view .monaco-list:focus-within').waitFor();
    await walkTo('data');
    await menu('Log as Artifact…');
    await workbench.answer('Choose an artifact in ada');
    await workbench.answer('Choose the version of data');
    await workbench.question(/Log 1 file, /);
    await press('Enter');
    await workbench.statusBarItem('Logged ada/data:1.0.0').waitFor();
  });

  it('walks the tree to a file and opens it', async () => {
    await focusTree();
    await walkTo('data');
    await open();
    await walkTo('1.0.0');
    await open();
    await walkTo('customers.csv');
    await press('Enter');
    await workbench.editorTab('customers.csv').waitFor();
  });

  it('reads every row of the tree to a screen reader as what it is', async () => {
    const labels = await Promise.all((await workbench.sideBar.locator('.pane-body .monaco-list-row').all()).map(row => row.getAttribute('aria-label')));
    const said = labels.join('\n');
    assert.match(said, /^Local, connection/m);
    assert.match(said, /^ada, workspace, 1 artifact/m);
    assert.match(said, /^data, artifact, 1\.0\.0, dataset, 1 version/m);
    assert.match(said, /^1\.0\.0, version of data, Latest, 1 file, 17\.8 kB/m);
    assert.match(said, /^customers\.csv, 17\.8 kB/m);
  });

  it('goes through the tabs of the details page with the arrow keys', async () => {
    await focusTree();
    await walkTo('1.0.0', 'ArrowUp');
    await menu('Open Details');
    await workbench.webview.getByRole('heading', { level: 1, name: 'data 1.0.0' }).waitFor();
    await walk('Tab', () => inDetails('[role=tab]'), 'the tabs');
    const selected = workbench.webview.locator('[role=tab][aria-selected=true]');
    for (const tab of [/^Files/, /^Lineage/, /^Versions/, /^Overview/]) {
      await press('ArrowRight');
      await selected.filter({ hasText: tab }).waitFor();
      assert.ok(await inDetails('[role=tab][aria-selected=true]'));
    }
  });

  it('opens a file from the list in the details', async () => {
    await press('ArrowRight');
    await workbench.webview.locator('.grid-rows [role=row]').first().waitFor();
    await walk('Tab', () => inDetails('[role=grid]'), 'the list of files');
    await press('Enter');
    await workbench.page.locator('.tab.active', { hasText: 'customers.csv' }).waitFor();
  });

  it('walks the lineage and opens what it finds', async () => {
    await focusTree();
    await menu('Show Lineage');
    await workbench.webview.locator('.graph-svg .node.run').waitFor();
    await walk('Tab', () => inDetails('.graph'), 'the graph');
    const strong = workbench.webview.locator('.graph-svg .node.selected');
    assert.match(await strong.getAttribute('class') ?? '', /version/);
    await press('ArrowLeft');
    await workbench.webview.locator('.graph-svg .node.run.selected').waitFor();
  });

  it('sets an alias', async () => {
    await focusTree();
    await walkTo('1.0.0');
    await menu('Edit Aliases…');
    await workbench.answer('Select the aliases', 'prod');
    await workbench.row('1.0.0').filter({ hasText: 'prod' }).waitFor();
  });

  it('copies a reference and downloads with the keys of the view', async () => {
    await focusTree();
    await walkTo('1.0.0');
    // Enter selects: the keys of the view mean what is selected, VS Code does not tell what has the focus.
    await press('Enter', 'Control+C');
    await workbench.statusBarItem(/ada\/data:1\.0\.0|Copied/).waitFor();
    assert.equal(await workbench.clipboard(), 'ada/data:1.0.0');
    const folder = path.join(path.dirname(workbench.folder), 'downloads');
    fs.mkdirSync(path.join(folder, 'empty'), { recursive: true });
    await focusTree();
    await press('Control+Alt+d');
    await workbench.question('Where to?');
    await workbench.page.keyboard.type('Choose a Folder');
    await press('Enter');
    await workbench.quickInput.getByRole('button', { name: 'Download Here' }).waitFor();
    // It writes the folder that it begins with into the box, once it has read it.
    await workbench.quickInput.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await press('Control+A');
    // As a person types: of what comes faster it misses some, and Enter means the folder that it has looked at last.
    await workbench.page.keyboard.type(folder, { delay: 50 });
    await workbench.quickInput.locator('.quick-input-list .monaco-list-row', { hasText: path.basename(folder) }).waitFor();
    await workbench.page.keyboard.type('/');
    await workbench.quickInput.locator('.quick-input-list .monaco-list-row', { hasText: 'empty' }).waitFor();
    await press('Enter');
    await workbench.notification('Downloaded ada/data:1.0.0').waitFor();
    const [name = ''] = fs.readdirSync(folder).filter((each) => each !== 'empty');
    assert.ok(fs.readFileSync(path.join(folder, name, 'customers.csv')).equals(fs.readFileSync(path.join(workbench.folder, 'data', 'customers.csv'))));
  });

  it('deletes a version after the question that Escape answers with no', async () => {
    await focusTree();
    await walkTo('1.0.0');
    await press('Enter', 'Delete');
    await workbench.dialog('Delete ada/data:1.0.0?').waitFor();
    await press('Escape');
    await workbench.dialog('Delete ada/data:1.0.0?').waitFor({ state: 'detached' });
    assert.ok(await workbench.row('1.0.0').isVisible());
    await focusTree();
    await press('Delete');
    const button = workbench.dialog('Delete ada/data:1.0.0?').getByRole('button', { name: /^Delete/ });
    await button.waitFor();
    await walk('Tab', () => button.evaluate(element => element === document.activeElement), 'the button Delete');
    await press('Enter');
    await workbench.row('1.0.0').waitFor({ state: 'detached' });
  });
});
