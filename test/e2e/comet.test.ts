import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { type Comet, startComet } from '../support/comet/comet';
import { USUAL } from '../support/comet/quirks';
import { addExperiment, newKey } from '../support/comet/records';
import { upsert } from '../support/comet/versions';
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
  const logged = (): Locator => workbench.sideBar.locator('.monaco-list-row').filter({
    has: workbench.page.locator('.label-name', { hasText: /^\s*1\.0\.0/ }), hasText: /1\.0\.0.*(?:file|B)/, hasNotText: 'champion',
  }).first();
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
    // The palette has the commands when the view is there.
    await workbench.showArtifacts();
    await workbench.sideBar.getByText('Nothing is logged yet').first().waitFor();
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

  it('shows what an experiment logged', async () => {
    train(comet);
    await workbench.command('ML Artifacts: Refresh');
    await workbench.expand('comet', 'ada', 'Runs', 'retention', 'train 0412');
    await workbench.inlineAction(workbench.row('train 0412'), 'Open Details');
    await workbench.webview.getByRole('heading', { level: 1, name: 'train 0412' }).waitFor();
    await shot('experiment');
    await workbench.webview.getByRole('tab', { name: /^Parameters/ }).click();
    await workbench.webview.getByText('learning_rate').first().waitFor();
    await workbench.webview.getByRole('tab', { name: /^Metrics/ }).click();
    await workbench.webview.getByText('accuracy').first().waitFor();
    await workbench.webview.locator('svg path').first().waitFor();
    await workbench.page.mouse.move(5, 5);
    await shot('metrics');
  });

  it('shows what the experiment used and made', async () => {
    await workbench.webview.getByRole('tab', { name: /^Lineage/ }).click();
    for (const name of ['data', 'churn-model']) {
      await workbench.webview.locator('.graph-svg .node').filter({ hasText: name }).first().waitFor();
    }
    await workbench.page.mouse.move(5, 5);
    await shot('lineage');
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

/** What somebody else's script left: an experiment that used the data and made a model. */
function train({ records, version }: Comet): void {
  const experiment = addExperiment(records, { key: newKey(), workspace: 'ada', project: 'retention', name: 'train 0412' });
  for (let step = 0; step < 60; step++) {
    const at = { step, epoch: null, timestamp: Date.now() + step, context: null };
    experiment.metrics.push({ name: 'loss', value: String(Math.exp(-step / 20) + Math.sin(step) / 30), ...at }, { name: 'accuracy', value: String(1 - Math.exp(-step / 15) / 2), ...at });
  }
  experiment.parameters.set('learning_rate', '0.01').set('depth', '6').set('batch_size', '64');
  experiment.others.set('notes', 'the second night');
  experiment.tags.add('nightly').add('gpu');
  version('data', '1.0.0').consumers.add(experiment.key);
  upsert(records, USUAL, { name: 'churn-model', type: 'model', experiment, version: '1.0.0', aliases: ['champion'], tags: [], metadata: null }).made.state = 'CLOSED';
}
