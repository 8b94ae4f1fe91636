import * as assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { type MlflowServer, startMlflow } from '../support/mlflowServer';
import { openPython, type Python } from '../support/python';
import { keepPicture } from './support/keptPicture';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const digest = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

/** One person and an MLflow server that a colleague already uses from Python. */
describe('a team on an MLflow server', function () {
  this.timeout(180_000);
  tellsOneStory();
  let server: MlflowServer;
  let python: Python;
  let workbench: Workbench;
  let modelFolder: string;

  const file = (...names: string[]): string => path.join(workbench.folder, ...names);
  const version = (number: string): Locator => workbench.row(number);
  const shot = (name: string): Promise<string> => workbench.screenshot(`mlflow-${name}`);

  before(async function () {
    this.timeout(900_000);
    server = await startMlflow();
    python = openPython(server.python, server.environment);
    workbench = await openWorkbench();
    const losses = Array.from({ length: 40 }, (_, step) => 0.7 * Math.exp(-step / 9) + 0.08);
    const run = await python.run<{ run_id: string }>('log_metrics', {
      experiment: 'retention', name: 'train 0412', parameters: { learning_rate: '0.05', epochs: '40' },
      metrics: { loss: losses, accuracy: losses.map((loss) => 1 - loss / 2) },
    });
    await python.run('log_inputs', { run_id: run.run_id, datasets: [{ name: 'customers', digest: '8f14e45f', source: 'https://data.example/customers.csv' }] });
    modelFolder = file('model');
    fs.mkdirSync(modelFolder, { recursive: true });
    fs.writeFileSync(path.join(modelFolder, 'weights.json'), JSON.stringify({ weights: [0.1, -0.4] }));
    await python.run('log_artifacts', { run_id: run.run_id, folder: modelFolder, artifact_path: 'model' });
    await python.run('create_version', { name: 'churn-model', run_id: run.run_id, artifact_path: 'model', alias: 'champion' });
    await python.run('log_model', { experiment: 'retention', name: 'classifier' });
  });

  after(async () => {
    await workbench.close();
    await python.close();
    await server.stop();
  });

  it('adds the server as a connection, step by step', async () => {
    await workbench.command('ML Artifacts: Add Connection…');
    await workbench.pick('Where are the artifacts kept?', 'MLflow');
    await workbench.question('Address of the MLflow server');
    await shot('address');
    await workbench.answer('Address of the MLflow server', server.url);
    await workbench.pick('How do you sign in', 'No Sign-In');
    await workbench.answer('Name of the connection', 'team');
    await workbench.showArtifacts();
    await workbench.row('team').waitFor();
    // Both connections have a row *Runs*.
    await workbench.collapse('Local');
  });

  it('browses what Python left: models with aliases, experiments, runs and their files', async () => {
    await workbench.expand('team', 'default', 'churn-model');
    await version('1.0.0').filter({ hasText: 'champion' }).waitFor();
    await workbench.expand('1.0.0');
    await workbench.row('weights.json').waitFor();
    await workbench.expand('Runs', 'retention', 'train 0412');
    await workbench.row('model').waitFor();
    await shot('tree');
  });

  it('opens a file of a version read-only', async () => {
    await workbench.row('weights.json').click();
    await workbench.editorTab('weights.json').waitFor();
    await workbench.page.locator('.editor-instance .view-lines').getByText('"weights"').first().waitFor();
  });

  it('shows the parameters and metrics of a run', async () => {
    await workbench.inlineAction(workbench.row('train 0412'), 'Open Details');
    await workbench.webview.getByRole('heading', { level: 1, name: 'train 0412' }).waitFor();
    await workbench.webview.getByRole('tab', { name: /^Parameters/ }).click();
    await workbench.webview.getByText('learning_rate').first().waitFor();
    await workbench.webview.getByRole('tab', { name: /^Metrics/ }).click();
    await workbench.webview.getByText('accuracy').first().waitFor();
    await workbench.webview.locator('svg path').first().waitFor();
    await workbench.page.mouse.move(5, 5);
    await shot('run');
    await keepPicture(workbench.page, 'mlflow', { x: 0, y: 36, width: 1280, height: 400 });
  });

  it('opens the page that MLflow itself has of the run in the browser', async () => {
    const [page] = await Promise.all([
      workbench.page.context().waitForEvent('page'),
      workbench.webview.getByRole('button', { name: 'Open in Browser' }).click(),
    ]);
    // An editor in the browser leads to ports of its own machine through itself.
    assert.match(page.url(), new RegExp(`[:/]${new URL(server.url).port}/#/experiments/\\d+/runs/[0-9a-f]{32}$`, 'u'));
    await page.close();
  });

  it('compares the run with another one of its experiment, side by side', async () => {
    await workbench.contextMenu(workbench.row('train 0412'), 'Compare Runs…');
    await workbench.answer('Compare train 0412 with');
    await workbench.editorTab('↔ train 0412').waitFor();
    await workbench.page.locator('.editor.modified .view-lines').getByText('"learning_rate"').first().waitFor();
    await shot('compared');
  });

  it('logs a folder onto the server by a right-click', async () => {
    await workbench.showArtifacts();
    await workbench.contextMenu(workbench.row('team'), 'Set as Default Connection');
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.answer('Choose an artifact in default');
    await workbench.answer('Choose the version of data');
    await workbench.question('Enter logs');
    await workbench.quickInput.locator('.monaco-list-row').filter({ hasText: 'Log 1 file' }).first().waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Logged default/data:1.0.0').waitFor({ timeout: 60_000 });
  });

  it('gives the version an alias', async () => {
    await workbench.showArtifacts();
    await workbench.expand('team', 'default', 'data');
    const logged = workbench.sideBar.locator('.monaco-list-row').filter({ hasText: /1\.0\.0.*1 file/ }).first();
    await workbench.contextMenu(logged, 'Edit Aliases…');
    await workbench.answer('Select the aliases', 'prod');
    await logged.filter({ hasText: 'prod' }).waitFor();
  });

  it('is read by Python under the alias, byte for byte', async () => {
    const { files } = await python.run<{ files: Record<string, string> }>('download_artifacts', { uri: 'models:/data@prod' });
    assert.deepEqual(files, { 'customers.csv': digest(file('data', 'customers.csv')) });
  });

  it('downloads the version into a folder', async () => {
    const target = path.join(path.dirname(workbench.folder), 'from the team');
    fs.mkdirSync(target);
    const logged = workbench.sideBar.locator('.monaco-list-row').filter({ hasText: /1\.0\.0.*1 file/ }).first();
    await workbench.contextMenu(logged, 'Download Version…');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${target}/`, 'Download Here');
    await workbench.notification('Downloaded default/data:1.0.0').waitFor({ timeout: 60_000 });
    const [name = ''] = fs.readdirSync(target);
    assert.equal(digest(path.join(target, name, 'customers.csv')), digest(file('data', 'customers.csv')));
  });

  it('shows in the lineage the run that made the version and the data that Python named', async () => {
    await workbench.inlineAction(workbench.row('train 0412'), 'Open Details');
    await workbench.webview.getByRole('tab', { name: /^Lineage/ }).click();
    for (const [kind, name] of [['dataset', 'customers'], ['run', 'train 0412'], ['version', 'churn-model']] as const) {
      await workbench.webview.locator(`.graph-svg .node.${kind}`, { hasText: name }).waitFor();
    }
    await shot('lineage');
  });

  it('says of a server that is gone what it is, and the rest stays usable', async () => {
    await server.stop();
    await workbench.command('ML Artifacts: Refresh');
    await workbench.sideBar.locator('.monaco-list-row').filter({ hasText: /cannot be reached|Retry/i }).first().waitFor({ timeout: 60_000 });
    await workbench.expand('Local');
    await shot('gone');
  });
});
