import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { type MlflowServer, startMlflow } from '../support/mlflowServer';
import { openPython } from '../support/python';
import { until } from '../support/until';
import { untilKept } from './support/keptState';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** What Python left on an MLflow server, with pictures for a person to look at. */
describe('runs of others', function () {
  this.timeout(180_000);
  tellsOneStory();
  let server: MlflowServer;
  let workbench: Workbench;

  const shot = (name: string): Promise<string> => workbench.screenshot(`looks-run-${name}`);

  const heading = (name: string): Locator => workbench.webview.getByRole('heading', { level: 1, name });

  const tabs = [
    { name: /^Overview/, file: 'overview', content: () => workbench.webview.locator('.figures', { hasText: 'train/loss' }) },
    { name: /^Parameters/, file: 'parameters', content: () => workbench.webview.locator('.grid-parameters', { hasText: 'epochs' }) },
    { name: /^Metrics/, file: 'metrics', content: () => workbench.webview.getByRole('slider', { name: /^train\/loss: 200 values from / }) },
    { name: /^Files/, file: 'files', content: () => workbench.webview.locator('.grid-rows .path', { hasText: 'weights.json' }) },
    { name: /^Lineage/, file: 'lineage', content: () => workbench.webview.locator('.graph-svg .node.dataset') },
  ];

  const showTab = async ({ name, content }: typeof tabs[number]): Promise<void> => {
    await workbench.webview.getByRole('tab', { name }).click();
    await content().first().waitFor();
    await workbench.page.mouse.move(5, 5);
    await workbench.page.waitForTimeout(600);
  };

  before(async function () {
    this.timeout(900_000);
    server = await startMlflow();
    const python = openPython(server.python, server.environment);
    await python.run('nested_runs', { experiment: 'tuning', trials: 30 });
    const { finished } = await python.run<{ finished: string }>('fill_runs', { many: 450 });
    await python.run('log_inputs', { run_id: finished, datasets: [{ name: 'customers', digest: '8f14e45f', source: 'https://data.example/customers.csv' }] });
    await python.run('create_version', { name: 'weights', run_id: finished, artifact_path: 'checkpoints/last', alias: 'champion' });
    await python.close();
    workbench = await openWorkbench({ settings: { 'artifacts.connections': [{ kind: 'mlflow', name: 'team', url: server.url }], 'artifacts.defaultConnection': 'team' } });
  });

  after(async () => {
    await workbench.close();
    await server.stop();
  });

  it('in the tree', async () => {
    await workbench.showArtifacts();
    await workbench.collapse('Local');
    await workbench.expand('team', 'default', 'Runs', 'vision', 'Logged Models', 'retention', 'train 0412', 'checkpoints');
    await workbench.row('last').waitFor();
    await shot('tree');
  });

  it('open their files read-only', async () => {
    await workbench.row('log.txt').click();
    await workbench.editorTab('log.txt').waitFor();
    await workbench.page.locator('.editor-instance .view-lines').getByText('epoch 2').first().waitFor();
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('Control+W');
  });

  it('download one of their folders', async () => {
    const target = path.join(path.dirname(workbench.folder), 'from the run');
    fs.mkdirSync(target);
    await workbench.contextMenu(workbench.row('checkpoints'), 'Download…');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${target}/`, 'Download Here');
    await workbench.notification(/Downloaded default\/@run:/).waitFor({ timeout: 60_000 });
    const [name = ''] = fs.readdirSync(target);
    assert.match(name, /^run-[0-9a-f]{32}$/u);
    assert.deepEqual(fs.readdirSync(path.join(target, name), { recursive: true }).sort(), ['checkpoints', 'checkpoints/last', 'checkpoints/last/weights.json']);
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('offer what can be done with a run and nothing that is for versions', async () => {
    await workbench.row('train 0412').click({ button: 'right' });
    const items = await workbench.menuItems();
    for (const item of ['Open Details', 'Compare Runs…', 'Compare Metrics…', 'Show Lineage', 'Select Active Run…', 'Download…', 'Copy Reference', 'Register as Artifact Version…', 'Rename Run…', 'Edit Description', 'Edit Run Tags…', 'Delete Run…', 'Refresh']) {
      assert.ok(items.includes(item), `${item} is not in ${items.join(', ')}`);
    }
    assert.deepEqual(items.filter((item) => /Alias|Edit Tags|Metadata|Delete Version|Compare Versions|Update/u.test(item)), []);
    await workbench.page.keyboard.press('Escape');
  });

  it('are renamed, described and tagged, and a run that was deleted comes back by Undo', async () => {
    const ask = async <T>(method: string, route: string, body?: object): Promise<T> =>
      await (await fetch(`${server.url}/api/2.0/mlflow/${route}`, { method, headers: { 'Content-Type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) })).json() as T;
    interface Told { readonly run: { readonly info: { readonly run_id: string; readonly lifecycle_stage: string }; readonly data: { readonly tags: readonly { readonly key: string; readonly value: string }[] } } }
    const { experiment } = await ask<{ experiment: { experiment_id: string } }>('GET', 'experiments/get-by-name?experiment_name=retention');
    const { run: { info: { run_id: id } } } = await ask<Told>('POST', 'runs/create', { experiment_id: experiment.experiment_id, run_name: 'draft', start_time: Date.now() });
    const told = async (): Promise<Told['run']> => (await ask<Told>('GET', `runs/get?run_id=${id}`)).run;
    await workbench.contextMenu(workbench.row('retention'), 'Refresh');
    await workbench.contextMenu(workbench.row('draft'), 'Rename Run…');
    await workbench.answer('New name of the run', 'the best');
    await workbench.contextMenu(workbench.row('the best'), 'Edit Run Tags…');
    await workbench.pick('Select a tag to change', 'Add Tag…');
    await workbench.answer('Key of the new tag', 'stage');
    await workbench.answer('Value of stage', 'done');
    await workbench.question('Select a tag to change');
    await shot('tags');
    await workbench.page.keyboard.press('Escape');
    await workbench.contextMenu(workbench.row('the best'), 'Edit Description');
    await workbench.editorTab('the best.md').waitFor();
    await workbench.page.locator('.editor-instance .view-lines').first().click();
    await workbench.page.keyboard.type('# Why it is best');
    await workbench.page.keyboard.press('Control+S');
    const tagOf = async (key: string): Promise<string | undefined> => (await told()).data.tags.find((tag) => tag.key === key)?.value;
    await until(async () => await tagOf('mlflow.note.content') === '# Why it is best', 'the description is stored');
    assert.deepEqual([await tagOf('stage'), await tagOf('mlflow.runName')], ['done', 'the best']);
    await shot('description');
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('Control+W');
    await workbench.contextMenu(workbench.row('the best'), 'Delete Run…');
    await workbench.dialog('Delete the run “the best”?').waitFor();
    await shot('delete');
    await workbench.dialog('Delete the run “the best”?').getByRole('button', { name: /^Delete/ }).click();
    await workbench.row('the best').waitFor({ state: 'detached' });
    assert.equal((await told()).info.lifecycle_stage, 'deleted');
    await shot('deleted');
    await workbench.notification('Deleted the run “the best”.').getByRole('button', { name: 'Undo' }).click();
    await workbench.row('the best').waitFor();
    await ask('POST', 'runs/delete', { run_id: id });
    await workbench.contextMenu(workbench.row('retention'), 'Refresh');
    await workbench.row('the best').waitFor({ state: 'detached' });
  });

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`on a page of its own, ${theme}`, async () => {
      if (theme !== 'dark') {
        await workbench.useTheme(theme);
      }
      await workbench.inlineAction(workbench.row('train 0412'), 'Open Details');
      await heading('train 0412').waitFor();
      for (const tab of tabs) {
        await showTab(tab);
        await shot(`${tab.file}-${theme}`);
      }
    });
  }

  it('shows the whole of a long parameter, which is copied from there', async () => {
    await showTab(tabs[1]!);
    await workbench.webview.locator('.grid-parameters .grid-body').press('End');
    await workbench.webview.locator('.grid-parameters .grid-row.active', { hasText: 'schedule' }).waitFor();
    const whole = workbench.webview.getByRole('region', { name: 'Value' });
    await whole.waitFor();
    await until(async () => {
      const [row, list] = await Promise.all(['.grid-row.active', '.grid-body'].map((part) => workbench.webview.locator(`.grid-parameters ${part}`).boundingBox()));
      return row !== null && row !== undefined && list !== null && list !== undefined && row.y + row.height <= list.y + list.height + 1;
    }, 'the row is in sight');
    const value = 'cosine with warm-up, '.repeat(20);
    await until(async () => await whole.locator('pre').textContent() === value, 'the whole value is shown');
    await shot('whole-value');
    await whole.getByRole('button', { name: 'Copy Value' }).click();
    await until(async () => await workbench.clipboard() === value, 'it is in the clipboard');
    await workbench.webview.locator('.grid-parameters .grid-body').press('Home');
    await whole.waitFor({ state: 'detached' });
  });

  it('tells the value of a plot that is pointed at, and those that keys walk to', async () => {
    const metrics = tabs[2]!;
    await showTab(metrics);
    const plot = metrics.content();
    const told = workbench.webview.locator('.metric-plot', { has: plot }).locator('.plot-range');
    const step = async (): Promise<number> => Number(/ · step ([\d,]+) · /u.exec(await told.innerText())?.[1]?.replace(',', '') ?? NaN);
    await plot.hover();
    await until(async () => await step() > 0, 'the value in the middle is told');
    await shot('plot-pointed');
    await plot.press('Home');
    await until(async () => await step() === 0, 'the first value is told');
    await plot.press('ArrowRight');
    await until(async () => await step() > 0, 'the second value is told');
    assert.equal(await plot.getAttribute('aria-valuetext'), await told.innerText());
    for (const theme of ['light', 'dark', 'highContrast'] as const) {
      await workbench.useTheme(theme);
      await plot.focus();
      await shot(`plot-walked-${theme}`);
    }
    await workbench.page.mouse.move(5, 5);
  });

  it('has no column for digests that the server does not know', async () => {
    await showTab(tabs[3]!);
    assert.deepEqual(await workbench.webview.getByRole('columnheader').allInnerTexts(), ['Name', 'Size', 'Type']);
  });

  it('is revealed in the tree from its page', async () => {
    await workbench.collapse('retention');
    await workbench.row('train 0412').waitFor({ state: 'detached' });
    await workbench.webview.getByRole('button', { name: 'Reveal in Artifacts View' }).click();
    await workbench.row('train 0412').waitFor();
  });

  it('of a logged model, whose run is a click away', async () => {
    await workbench.inlineAction(workbench.row('classifier'), 'Open Details');
    await heading('classifier').waitFor();
    await workbench.webview.getByRole('tab', { name: /^Overview/ }).click();
    await workbench.page.waitForTimeout(500);
    await shot('model');
    await workbench.webview.getByRole('tab', { name: /^Lineage/ }).click();
    await workbench.webview.locator('.graph-svg .node.run:not(.model)').first().waitFor();
    await workbench.webview.locator('.graph-svg .node.version', { hasText: 'churn-model' }).waitFor();
    await workbench.page.waitForTimeout(500);
    await shot('model-lineage');
  });

  it('after the window was opened again', async () => {
    await untilKept(workbench.page, /run:m-\w+\},memory:\{tab:lineage/u, 'the tab of the model');
    await workbench.load();
    // The extension starts anew.
    await heading('classifier').waitFor({ timeout: 60_000 });
    await workbench.webview.locator('.graph-svg .node.model').first().waitFor();
  });

  it('on a narrow page', async () => {
    await workbench.page.setViewportSize({ width: 820, height: 800 });
    await workbench.showArtifacts();
    await workbench.expand('team', 'default', 'Runs', 'retention');
    await workbench.inlineAction(workbench.row('train 0412'), 'Open Details');
    await heading('train 0412').waitFor();
    for (const tab of tabs) {
      await showTab(tab);
      await shot(`${tab.file}-narrow`);
    }
  });

  it('on a page of any width, the icons of which go to another line together', async () => {
    for (const theme of ['highContrast', 'light', 'dark'] as const) {
      await workbench.useTheme(theme);
      for (const width of [820, 860, 900, 1700]) {
        await workbench.page.setViewportSize({ width, height: 800 });
        await workbench.page.waitForTimeout(300);
        await shot(`width-${width}-${theme}`);
        const tops = await Promise.all((await workbench.webview.locator('.header .icon-button').all()).map(async (icon) => (await icon.boundingBox())?.y));
        assert.equal(new Set(tops).size, 1, `at ${width}: ${tops.join(', ')}`);
      }
    }
    await workbench.page.setViewportSize({ width: 820, height: 800 });
  });

  it('in a filtered tree', async () => {
    await workbench.command('ML Artifacts: Filter Artifacts…');
    await workbench.answer('Filter Artifacts', 'trial 44');
    await workbench.row('trial 449').waitFor();
    await shot('filtered');
    await workbench.command('ML Artifacts: Clear Filter');
  });

  const below = (): Locator => workbench.webview.getByRole('list', { name: 'Nested Runs' });

  for (const theme of ['highContrast', 'light', 'dark'] as const) {
    it(`with runs below them, in the tree and on the page, ${theme}`, async () => {
      await workbench.page.setViewportSize({ width: 1280, height: 800 });
      await workbench.useTheme(theme);
      await workbench.showArtifacts();
      await workbench.expand('team', 'default', 'Runs');
      for (const name of ['vision', 'retention']) {
        await workbench.collapse(name);
      }
      await workbench.expand('tuning', 'tune 0414', 'Nested Runs', 'depth 29');
      await workbench.inlineAction(workbench.row('tune 0414'), 'Open Details');
      await heading('tune 0414').waitFor();
      await below().getByRole('button', { name: 'depth 29' }).waitFor();
      await workbench.page.mouse.move(5, 5);
      await workbench.page.waitForTimeout(600);
      await shot(`nested-${theme}`);
    });
  }

  it('lead down to the runs below them by keyboard alone', async () => {
    assert.equal(await below().getByRole('listitem').count(), 10);
    await workbench.webview.getByRole('button', { name: 'Show More' }).focus();
    await workbench.page.keyboard.press('Enter');
    await below().getByRole('button', { name: 'depth 0', exact: true }).waitFor();
    assert.equal(await below().getByRole('listitem').count(), 30);
    // Who pressed it goes on where the new rows begin.
    await workbench.webview.locator(':focus', { hasText: /^depth 19$/u }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await heading('depth 19').waitFor();
    await workbench.webview.getByText('Parent Run').waitFor();
  });

  it('show where a nested run is in the tree, and copy its reference', async () => {
    await workbench.collapse('tune 0414');
    await workbench.webview.getByRole('button', { name: 'Reveal in Artifacts View' }).click();
    await workbench.row('depth 19').waitFor();
    await workbench.contextMenu(workbench.row('depth 19'), 'Copy Reference');
    await until(async () => /^default\/@run:[0-9a-f]{32}$/u.test(await workbench.clipboard()), 'the reference is in the clipboard');
    await shot('nested-revealed');
  });
});
