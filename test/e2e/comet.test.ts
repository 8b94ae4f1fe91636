import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { type Comet, startComet } from '../support/comet/comet';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const digest = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** One person with an API key, and a double of Comet. */
describe('a person on Comet', function () {
  this.timeout(180_000);
  tellsOneStory();
  let comet: Comet;
  let workbench: Workbench;

  const file = (...names: string[]): string => path.join(workbench.folder, ...names);
  const logged = (): Locator => workbench.sideBar.locator('.monaco-list-row').filter({ hasText: /1\.0\.0.*(?:file|B)/ }).first();
  const shot = (name: string): Promise<string> => workbench.screenshot(`comet-${name}`);

  before(async function () {
    this.timeout(900_000);
    comet = await startComet();
    workbench = await openWorkbench({ env: { COMET_API_KEY: comet.apiKey, COMET_WORKSPACE: 'ada', COMET_URL_OVERRIDE: `${comet.url}/clientlib/` } });
  });

  after(async () => {
    await workbench.close();
    await comet.stop();
  });

  it('connects with the key that the environment has', async () => {
    await workbench.command('ML Artifacts: Add Connection…');
    await workbench.pick('Where are the artifacts kept?', 'Comet');
    await workbench.question('Which API key of Comet?');
    await shot('key');
    await workbench.pick('Which API key of Comet?', 'From the environment');
    await workbench.answer('Name of the connection', 'comet');
    await workbench.showArtifacts();
    await workbench.row('comet').waitFor();
    await workbench.collapse('Local');
  });

  it('logs a folder by a right-click', async () => {
    await workbench.contextMenu(workbench.row('comet'), 'Set as Default Connection');
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.answer('Choose an artifact in ada');
    await workbench.answer('Choose the version of data');
    await workbench.question('Enter logs');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'Log 1 file' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Logged ada/data:1.0.0').waitFor({ timeout: 60_000 });
    assert.equal(comet.version('data', '1.0.0').state, 'CLOSED');
  });

  it('gives the version an alias', async () => {
    await workbench.showArtifacts();
    await workbench.expand('comet', 'ada', 'data');
    await workbench.contextMenu(logged(), 'Edit Aliases…');
    await workbench.answer('Select the aliases', 'prod');
    await logged().filter({ hasText: 'prod' }).waitFor();
    await shot('tree');
  });

  it('shows the details, and says that nobody is told of uses', async () => {
    await workbench.inlineAction(logged(), 'Open Details');
    await workbench.webview.getByText('does not list who used a version').waitFor();
    await workbench.page.mouse.move(5, 5);
    await shot('details');
  });

  it('downloads the version byte for byte', async () => {
    const target = path.join(path.dirname(workbench.folder), 'from comet');
    fs.mkdirSync(target);
    await workbench.contextMenu(logged(), 'Download Version…');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${target}/`, 'Download Here');
    await workbench.notification('Downloaded ada/data:1.0.0').waitFor({ timeout: 60_000 });
    const [name = ''] = fs.readdirSync(target);
    assert.equal(digest(path.join(target, name, 'customers.csv')), digest(file('data', 'customers.csv')));
  });

  it('has done nothing that Comet’s documents do not know', () => {
    assert.deepEqual(comet.faults, []);
    assert.deepEqual(comet.leftOpen(), []);
  });
});
