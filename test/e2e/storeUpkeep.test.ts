import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { largeBytes } from '../support/stores';
import { prepared } from './support/editor';
import { log, openStore } from './support/seed';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** Two people without a server: what one has exported the other imports; then the disk fails. */
describe('from one store to another', () => {
  tellsOneStory();
  const team = path.join(prepared().folder, 'team-store');
  const file = path.join(prepared().folder, 'churn.tar');
  const weights = path.join(prepared().folder, 'weights.bin');
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ settings: { 'artifacts.connections': [{ kind: 'local', name: 'team', path: team }], 'artifacts.defaultWorkspace': 'ada' } });
    const store = await openStore(workbench.store);
    try {
      const readme = path.join(workbench.folder, 'README.md');
      fs.writeFileSync(weights, largeBytes(1, 300_000));
      await log(store, { artifact: 'churn', type: 'dataset', files: { 'README.md': readme }, links: [{ path: 'prices.parquet', link: 's3://bucket/prices.parquet' }] });
      await log(store, { artifact: 'churn', type: 'dataset', aliases: ['prod'], files: { 'README.md': readme, 'model/weights.bin': weights } });
    } finally {
      await store.dispose();
    }
    await workbench.showArtifacts();
  });
  after(() => workbench.close());

  it('exports an artifact with its history from its row', async () => {
    await workbench.expand('Local', 'ada', 'churn');
    await workbench.row('1.0.0').click({ button: 'right' });
    assert.ok((await workbench.menuItems()).some(item => item.startsWith('Export Versions…')));
    await workbench.screenshot('export-menu');
    await workbench.page.keyboard.press('Escape');
    await workbench.contextMenu(workbench.row('churn'), 'Export Versions…');
    await workbench.chooseInDialog(file, 'OK');
    await workbench.notification('Exported 2 versions').waitFor();
    await workbench.screenshot('exported');
    assert.ok(fs.statSync(file).size > 300_000);
    assert.deepEqual(fs.readdirSync(path.dirname(file)).filter(name => name.endsWith('.part')), []);
  });

  it('shows what would come before it imports', async () => {
    await workbench.collapse('Local');
    await workbench.row('team').click({ button: 'right' });
    assert.deepEqual((await workbench.menuItems()).filter(item => /Versions…|Store|Space/u.test(item)), ['Export Versions…', 'Import Versions…', 'Verify Artifact Store', 'Free Up Space…']);
    await workbench.screenshot('store-menu');
    await workbench.page.keyboard.press('Escape');
    await workbench.contextMenu(workbench.row('team'), 'Import Versions…');
    await workbench.chooseInDialog(file, 'Import');
    await workbench.question('Enter imports; nothing that is here changes');
    assert.deepEqual((await workbench.choices()).map(choice => choice.replace(/[\d.]+ k?B.*/u, '…')), ['Import 2 versions, …', 'ada/churn:1.0.0 2 files · …', 'ada/churn:2.0.0 2 files · …']);
    await workbench.screenshot('import-review');
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Imported 2 versions from churn.tar').waitFor();
  });

  it('has the versions, which download byte for byte', async () => {
    await workbench.expand('team', 'ada', 'churn');
    await workbench.row('2.0.0').getByText('prod').waitFor();
    await workbench.screenshot('imported');
    const folder = path.join(prepared().folder, 'downloads-from-team');
    fs.mkdirSync(folder);
    await workbench.contextMenu(workbench.row('2.0.0'), 'Download Version…');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(folder, 'Download Here');
    await workbench.statusBarItem('Downloaded ada/churn:2.0.0').waitFor();
    assert.ok(fs.readFileSync(path.join(folder, 'churn-2.0.0', 'model', 'weights.bin')).equals(fs.readFileSync(weights)));
  });

  it('says that a second import brings nothing new', async () => {
    await workbench.contextMenu(workbench.row('team'), 'Import Versions…');
    await workbench.chooseInDialog(file, 'Import');
    await workbench.notification('All versions in churn.tar are here already.').waitFor();
  });

  it('finds a flipped bit, and reports what it means', async () => {
    const objects = path.join(team, 'objects', 'sha256');
    const [name = ''] = fs.readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter(each => /[/\\]/u.test(each));
    const bytes = fs.readFileSync(path.join(objects, name));
    bytes[1000]! ^= 1;
    fs.chmodSync(path.join(objects, name), 0o600);
    fs.writeFileSync(path.join(objects, name), bytes);
    await workbench.contextMenu(workbench.row('team'), 'Verify Artifact Store');
    const message = workbench.notification('1 file of team is damaged or missing. They belong to: ada/churn:2.0.0. All else is whole.');
    await message.waitFor();
    await workbench.screenshot('store-damaged');
    await message.getByText('Show Report').click();
    await workbench.editorTab('team verified').waitFor();
    await workbench.page.getByText('model/weights.bin').first().waitFor();
    await workbench.screenshot('store-report');
  });

  it('says how much it frees before it does', async () => {
    const left = path.join(team, 'objects', 'sha256', 'ab');
    fs.mkdirSync(left, { recursive: true });
    fs.writeFileSync(path.join(left, 'c'.repeat(62)), largeBytes(2, 5_000_000));
    await workbench.contextMenu(workbench.row('team'), 'Free Up Space…');
    const question = workbench.dialog('Free 5 MB of team?');
    await question.waitFor();
    await workbench.screenshot('free-up-space');
    await question.getByRole('button', { name: 'Free Up Space' }).click();
    await workbench.statusBarItem('5 MB of team freed').waitFor();
    assert.deepEqual(fs.readdirSync(left), []);
  });
});
