import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { type Matih, startMatih } from '../support/matih/matih';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const digest = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** One person of a tenant, and a double of MATIH. */
describe('a person on MATIH', function () {
  this.timeout(180_000);
  tellsOneStory();
  let matih: Matih;
  let workbench: Workbench;

  const file = (...names: string[]): string => path.join(workbench.folder, ...names);
  const logged = (): Locator => workbench.sideBar.locator('.monaco-list-row').filter({ hasText: /1\.0\.0.*(?:file|B)/ }).first();
  const shot = (name: string): Promise<string> => workbench.screenshot(`matih-${name}`);

  before(async function () {
    this.timeout(900_000);
    matih = await startMatih({ token: 'a-token' });
    matih.experiment('fraud-detection', 's3://team-bucket/fraud');
    workbench = await openWorkbench();
  });

  after(async () => {
    await workbench.close();
    await matih.stop();
  });

  it('connects with address, tenant and token, and says what files are read from', async () => {
    // The palette offers the command as soon as the extension is there.
    await workbench.showArtifacts();
    await workbench.command('ML Artifacts: Add Connection…');
    await workbench.pick('Where are the artifacts kept?', 'MATIH');
    await workbench.answer('Address of MATIH', matih.url);
    await workbench.answer('Tenant', matih.tenant);
    await workbench.pick('How do you sign in', 'Token');
    await workbench.answer('Token for', 'a-token');
    await workbench.question('Where are they read from?');
    await shot('read-from');
    await workbench.pick('Where are they read from?', 'Another Address…');
    await workbench.answer('of an MLflow server', matih.readFrom.mlflow);
    await workbench.answer('Name of the connection', 'matih');
    await workbench.showArtifacts();
    await workbench.row('matih').waitFor();
    await workbench.row('Local').locator('.monaco-tl-twistie').click();
  });

  it('logs a folder by a right-click', async () => {
    await workbench.contextMenu(workbench.row('matih'), 'Set as Default Connection');
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.answer('Choose an artifact in acme-corp');
    await workbench.answer('Choose the version of data');
    await workbench.question('Enter logs');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'Log 1 file' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Logged acme-corp/data:1.0.0').waitFor({ timeout: 60_000 });
    assert.deepEqual(matih.versionRuns().map(({ status, tags }) => [status, tags.get('mlartifacts.upload')]), [['finished', 'done']]);
  });

  it('browses experiments and the version with its files', async () => {
    await workbench.showArtifacts();
    await workbench.expand('matih', 'acme-corp', 'data');
    await logged().waitFor();
    await logged().locator('.monaco-tl-twistie').click();
    await workbench.row('customers.csv').waitFor();
    await shot('tree');
  });

  it('shows the details, and says that nobody is told of uses', async () => {
    await workbench.inlineAction(logged(), 'Open Details');
    await workbench.webview.getByText('does not list who used a version').waitFor();
    await workbench.page.mouse.move(5, 5);
    await shot('details');
  });

  it('downloads the version byte for byte', async () => {
    const target = path.join(path.dirname(workbench.folder), 'from matih');
    fs.mkdirSync(target);
    await workbench.contextMenu(logged(), 'Download Version…');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${target}/`, 'Download Here');
    await workbench.notification('Downloaded acme-corp/data:1.0.0').waitFor({ timeout: 60_000 });
    const [name = ''] = fs.readdirSync(target);
    assert.equal(digest(path.join(target, name, 'customers.csv')), digest(file('data', 'customers.csv')));
  });

  it('has done nothing that MATIH’s documents do not know', () => {
    assert.deepEqual(matih.faults, []);
    assert.deepEqual(matih.leftOpen(), []);
  });
});
