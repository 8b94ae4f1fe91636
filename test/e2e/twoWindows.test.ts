import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { prepared } from './support/editor';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** Functional bound; what is promised is two seconds, and each test prints what it took. */
const LATE = 10_000;

/** Two windows, each with an editor and an extension host of its own, on one store. */
describe('two windows on one store', () => {
  tellsOneStory();
  const settings = { 'artifacts.store.path': path.join(prepared().folder, 'shared-store'), 'artifacts.defaultWorkspace': 'ada' };
  let first: Workbench;
  let second: Workbench;

  /** Up to the line that Enter writes with. */
  const prepareLog = async (workbench: Workbench, number?: string): Promise<void> => {
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.answer('Choose an artifact in ada');
    await workbench.answer('Choose the version of data', number);
    await workbench.question(/Log \d+ files?, /);
    await workbench.showArtifacts();
    await workbench.quickInputBox.focus();
  };

  const arrival = async (what: string, there: Locator, state: 'visible' | 'detached' = 'visible'): Promise<void> => {
    const began = performance.now();
    await there.waitFor({ timeout: LATE, state });
    console.log(`    ${what}: in the other window after ${Math.round(performance.now() - began)} ms`);
  };

  before(async () => {
    [first, second] = await Promise.all([openWorkbench({ settings }), openWorkbench({ settings })]);
    await second.showArtifacts();
  });

  after(async () => {
    await Promise.all([first.close(), second.close()]);
  });

  it('shows an artifact that the other window logged, where the view was empty', async () => {
    await second.sideBar.getByText('Nothing is logged yet').waitFor();
    await prepareLog(first);
    await first.page.keyboard.press('Enter');
    await first.statusBarItem('Logged ada/data:1.0.0').waitFor();
    await arrival('first artifact', second.row('data'));
  });

  it('shows a version that the other window logged', async () => {
    await second.expand('data');
    await second.row('1.0.0').waitFor();
    await prepareLog(first);
    await first.page.keyboard.press('Enter');
    await first.statusBarItem('Logged ada/data:2.0.0').waitFor();
    await arrival('new version', second.row('2.0.0'));
  });

  it('shows an alias that the other window set, also in details that are open', async () => {
    await first.expand('data');
    await first.inlineAction(first.row('1.0.0'), 'Open Details');
    await first.webview.getByRole('heading', { level: 1, name: 'data 1.0.0' }).waitFor();
    await second.contextMenu(second.row('1.0.0'), 'Edit Aliases…');
    await second.answer('Select the aliases', 'staging');
    await second.row('1.0.0').filter({ hasText: 'staging' }).waitFor();
    await arrival('alias in the tree', first.row('1.0.0').filter({ hasText: 'staging' }));
    await first.webview.locator('.headline', { hasText: 'staging' }).waitFor({ timeout: LATE });
  });

  it('takes away a version that the other window deleted', async () => {
    await second.contextMenu(second.row('2.0.0'), 'Delete Version…');
    await second.dialog('Delete ada/data:2.0.0?').getByRole('button', { name: /^Delete/ }).click();
    await second.row('2.0.0').waitFor({ state: 'detached' });
    await arrival('deletion', first.row('2.0.0'), 'detached');
  });

  it('gives a number that both claim at once to one, and tells the other', async () => {
    fs.writeFileSync(path.join(first.folder, 'data', 'whose.txt'), 'the first window\n');
    fs.writeFileSync(path.join(first.folder, 'data', 'only-first.txt'), 'first\n');
    fs.writeFileSync(path.join(second.folder, 'data', 'whose.txt'), 'the second window\n');
    fs.writeFileSync(path.join(second.folder, 'data', 'only-second.txt'), 'second\n');
    await Promise.all([prepareLog(first, '7.0.0'), prepareLog(second, '7.0.0')]);
    await Promise.all([first.page.keyboard.press('Enter'), second.page.keyboard.press('Enter')]);
    const refusal = /already there|already exists/i;
    const outcome = async (workbench: Workbench): Promise<'logged' | 'refused'> => await Promise.race([
      workbench.statusBarItem('Logged ada/data:7.0.0').waitFor().then(() => 'logged' as const),
      workbench.notification(refusal).waitFor().then(() => 'refused' as const),
    ]);
    const outcomes = await Promise.all([outcome(first), outcome(second)]);
    assert.deepEqual([...outcomes].sort(), ['logged', 'refused']);
    const [winner, loser, name] = outcomes[0] === 'logged' ? [first, second, 'first'] as const : [second, first, 'second'] as const;
    const told = await loser.page.locator('.notification-toast').filter({ hasText: refusal }).allInnerTexts();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /7\.0\.0/);

    // In both windows the version is the winner's, and nothing but the winner's.
    for (const workbench of [winner, loser]) {
      await workbench.expand('data', '7.0.0');
      await workbench.row('whose.txt').waitFor();
      const rows = await workbench.rows();
      assert.equal(rows.filter(row => row.startsWith('7.0.0')).length, 1);
      assert.deepEqual(rows.filter(row => row.startsWith('only-')).map(row => row.split(' ')[0]), [`only-${name}.txt`]);
    }
    await loser.row('whose.txt').click();
    await loser.page.locator('.editor-instance .view-lines').getByText(`the ${name} window`).waitFor();
  });
});
