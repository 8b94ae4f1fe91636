import * as assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type MlflowServer, startMlflow } from '../support/mlflowServer';
import { until } from '../support/until';
import { untilKept } from './support/keptState';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const STEPS = 120;

/** The metrics of several runs on an MLflow server, in one plot each, with pictures for a person to look at. */
describe('metrics of several runs', function () {
  this.timeout(180_000);
  tellsOneStory();
  let server: MlflowServer;
  let workbench: Workbench;
  let experiment: string;
  const ids = new Map<string, string>();
  const start = Date.now() - 3_600_000;

  const shot = (name: string): Promise<string> => workbench.screenshot(`metrics-${name}`);

  async function ask<T>(method: 'GET' | 'POST', route: string, body?: object): Promise<T> {
    const answer = await fetch(`${server.url}/api/2.0/mlflow/${route}`, { method, headers: { 'Content-Type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
    assert.ok(answer.ok, `${route}: ${answer.status}`);
    return await answer.json() as T;
  }

  const log = async (run: string, metrics: Readonly<Record<string, (step: number) => number>>, from = 0, steps = STEPS): Promise<void> => {
    for (const [key, value] of Object.entries(metrics)) {
      const points = Array.from({ length: steps }, (_, index) => ({ key, value: value(from + index), step: from + index, timestamp: start + (from + index) * 20_000 }));
      await ask('POST', 'runs/log-batch', { run_id: run, metrics: points });
    }
  };

  async function begin(name: string, metrics: Readonly<Record<string, (step: number) => number>>): Promise<string> {
    const { run: { info: { run_id: id } } } = await ask<{ run: { info: { run_id: string } } }>('POST', 'runs/create', { experiment_id: experiment, run_name: name, start_time: start });
    ids.set(name, id);
    await log(id, metrics);
    return id;
  }

  const end = (id: string): Promise<unknown> => ask('POST', 'runs/update', { run_id: id, status: 'FINISHED', end_time: Date.now() });

  /** The same in every run of the test. */
  const noise = (step: number, seed: number): number => Math.sin(step * 12.9898 + seed * 78.233) * 0.5 + Math.sin(step * 3.7 + seed) * 0.5;

  before(async function () {
    this.timeout(900_000);
    server = await startMlflow();
    ({ experiment_id: experiment } = await ask<{ experiment_id: string }>('POST', 'experiments/create', { name: 'sweep' }));
    for (const [index, name] of ['lr 0.1', 'lr 0.01', 'lr 0.001'].entries()) {
      const rate = [0.08, 0.04, 0.015][index] ?? 0;
      const id = await begin(name, {
        'train/loss': (step) => 2.3 * Math.exp(-rate * step) + 0.05 + 0.04 * noise(step, index),
        'val/accuracy': (step) => 0.95 - 0.85 * Math.exp(-rate * step) + 0.02 * noise(step, index + 7),
        'learning rate': (step) => [0.1, 0.01, 0.001][index]! * 0.97 ** step,
        ...(index === 0 && { 'grad norm': (step: number) => 5 + 3 * noise(step, 3) }),
        ...(index === 2 && { 'train/delta': (step: number) => noise(step, 9) }),
      });
      await (index < 2 ? end(id) : undefined);
    }
    for (let index = 4; index <= 10; index++) {
      await end(await begin(`seed ${index}, with a name that is longer than most`, { 'train/loss': (step) => 2.3 * Math.exp(-0.01 * index * step) + 0.1 * index + 0.04 * noise(step, index) }));
    }
    workbench = await openWorkbench({ settings: { 'artifacts.connections': [{ kind: 'mlflow', name: 'team', url: server.url }], 'artifacts.defaultConnection': 'team' } });
  });

  after(async () => {
    await workbench.close();
    await server.stop();
  });

  const plot = (name: string): Locator => workbench.webview.getByRole('slider', { name: new RegExp(`^${name}: \\d+ runs?$`) });
  const entry = (name: string): Locator => workbench.webview.getByRole('list', { name: 'Runs' }).getByRole('button', { name, exact: true });
  const drawn = (name: string): Locator => plot(name).locator('.plot-line:not(.recorded)');
  const choose = async (label: string, value: string): Promise<void> => {
    await workbench.webview.getByLabel(label).selectOption(value);
    await workbench.page.waitForTimeout(200);
  };
  const settle = async (): Promise<void> => {
    await workbench.page.mouse.move(5, 5);
    await workbench.page.waitForTimeout(500);
  };

  it('are compared from the rows that are selected', async () => {
    await workbench.showArtifacts();
    await workbench.collapse('Local');
    await workbench.expand('team', 'default', 'Runs', 'sweep');
    await workbench.row('lr 0.1').click();
    await workbench.row('lr 0.01').click({ modifiers: ['Control'] });
    await workbench.row('lr 0.001').click({ modifiers: ['Control'] });
    await workbench.contextMenu(workbench.row('lr 0.01'), 'Compare Metrics…');
    await workbench.editorTab('Metrics: 3 runs').waitFor();
    await until(async () => await drawn('train/loss').count() === 3, 'three lines are drawn');
    await plot('val/accuracy').waitFor();
    // One run has it.
    await plot('grad norm').waitFor();
    await settle();
    await shot('cards-dark');
  });

  it('stand out and are hidden by the legend, with mouse and keys', async () => {
    await entry('lr 0.01').hover();
    await plot('train/loss').locator('g.strong').waitFor();
    assert.equal(await plot('train/loss').locator('g.weak').count(), 2);
    await shot('strong');
    await entry('lr 0.01').press('Enter');
    await until(async () => await drawn('train/loss').count() === 2, 'two lines are drawn');
    assert.equal(await entry('lr 0.01').getAttribute('aria-pressed'), 'false');
    await settle();
    await shot('hidden');
    await entry('lr 0.01').press('Space');
    await until(async () => await drawn('train/loss').count() === 3, 'three lines are drawn again');
  });

  it('tell value, step and time of each run where one points or walks', async () => {
    await plot('train/loss').hover();
    const tooltip = workbench.webview.locator('.plot-tooltip');
    await until(async () => (await tooltip.locator('li').allInnerTexts()).filter((line) => / · step \d+ · /u.test(line)).length === 3, 'three values are told');
    await shot('pointed');
    await plot('train/loss').press('Home');
    const told = async (): Promise<string> => await plot('train/loss').getAttribute('aria-valuetext') ?? '';
    assert.match(await told(), /^lr 0\.01: [\d.]+ · step 0 · .*; lr 0\.1: [\d.]+ · step 0 · .*; lr 0\.001: [\d.]+ · step 0 · /u);
    await plot('train/loss').press('ArrowRight');
    assert.match(await told(), /step 1 · .*step 1 · .*step 1 · /u);
    await plot('train/loss').press('PageDown');
    assert.match(await told(), /step 13 · /u);
  });

  it('are drawn large by Enter, and small again by Escape', async () => {
    await plot('train/loss').press('Enter');
    await workbench.webview.locator('.readings').waitFor();
    assert.equal(await workbench.webview.getByRole('slider').count(), 1);
    // Who walks goes on by keys at once.
    await workbench.webview.locator(':focus[role=slider]').waitFor();
    await workbench.page.keyboard.press('Home');
    await until(async () => (await workbench.webview.locator('.readings tbody tr').first().innerText()).includes('\t0\t'), 'the first values are told');
    await shot('large-dark');
    await workbench.page.keyboard.press('Escape');
    await plot('val/accuracy').waitFor();
    await until(async () => (await workbench.webview.locator(':focus').getAttribute('aria-label') ?? '').startsWith('train/loss'), 'the plot that was large has the focus');
  });

  it('stand by time, on a logarithmic axis, smoothed', async () => {
    await choose('Horizontal', 'since');
    await choose('Vertical', 'logarithmic');
    await choose('Smoothing', '0.9');
    await until(async () => await plot('train/loss').locator('.recorded').count() === 3, 'what was recorded is behind it');
    const card = workbench.webview.locator('li[data-name="train/delta"]');
    await card.scrollIntoViewIfNeeded();
    await card.getByText(/\d+ values not above 0 left out/u).waitFor();
    await settle();
    await shot('logarithmic');
    await choose('Horizontal', 'clock');
    await choose('Vertical', 'linear');
    await plot('val/accuracy').click();
    await workbench.webview.locator('.readings').waitFor();
    await settle();
    await shot('large-clock');
    await workbench.webview.getByRole('button', { name: 'Show All Metrics' }).click();
  });

  it('are found by a filter, and keep how they are drawn', async () => {
    const filter = workbench.webview.getByRole('textbox', { name: 'Filter metrics' });
    await filter.fill('loss');
    await workbench.webview.getByText('1 of 5 metrics').waitFor();
    await plot('val/accuracy').waitFor({ state: 'detached' });
    await filter.fill('');
    await plot('val/accuracy').waitFor();
    // A run's own page has the same choices.
    await workbench.inlineAction(workbench.row('lr 0.1'), 'Open Details');
    await workbench.webview.getByRole('tab', { name: /^Metrics/ }).click();
    assert.equal(await workbench.webview.getByLabel('Horizontal').inputValue(), 'clock');
    assert.equal(await workbench.webview.getByLabel('Smoothing').inputValue(), '0.9');
    await choose('Smoothing', '0');
    await choose('Horizontal', 'step');
    await workbench.webview.getByRole('slider', { name: /^train\/loss: 120 values from / }).click();
    await workbench.webview.locator('.readings').waitFor();
    await settle();
    await shot('run-large');
    await workbench.page.keyboard.press('Escape');
    await workbench.webview.getByRole('slider', { name: /^val\/accuracy: / }).waitFor();
    await settle();
    await shot('run-rows');
    await workbench.editorTab('Metrics: 3 runs').click();
    await until(async () => await workbench.webview.getByLabel('Horizontal').inputValue() === 'step', 'the choice is taken over');
  });

  it('grow with a run that goes on', async () => {
    await log(ids.get('lr 0.001')!, { 'train/loss': () => 0.2 }, STEPS, 5);
    await workbench.webview.getByRole('button', { name: 'Refresh' }).click();
    await until(async () => {
      await plot('train/loss').press('End');
      return (await plot('train/loss').getAttribute('aria-valuetext') ?? '').includes(`step ${STEPS + 4} · `);
    }, 'the new values are drawn');
  });

  it('stay when one of the runs is deleted, which the legend says', async () => {
    await ask('POST', 'runs/delete', { run_id: ids.get('lr 0.1')! });
    await workbench.webview.getByRole('button', { name: 'Refresh' }).click();
    await workbench.webview.getByRole('list', { name: 'Runs' }).getByText('deleted', { exact: true }).waitFor();
    await until(async () => await drawn('train/loss').count() === 3, 'its lines stay');
    await ask('POST', 'runs/restore', { run_id: ids.get('lr 0.1')! });
  });

  it('come back with the window', async () => {
    await entry('lr 0.001').click();
    await untilKept(workbench.page, new RegExp(`hidden:\\[[^{]*${ids.get('lr 0.001')!}`, 'u'), 'the hidden run');
    await workbench.load();
    await plot('train/loss').waitFor({ timeout: 60_000 });
    await until(async () => await drawn('train/loss').count() === 2, 'without the line that was hidden');
    await entry('lr 0.001').click();
  });

  for (const theme of ['light', 'highContrast', 'highContrastLight', 'dark'] as const) {
    it(`of ten runs, ${theme}`, async () => {
      if (theme === 'light') {
        // Only with the view it is known that there are several connections.
        await workbench.showArtifacts();
        await workbench.row('team').waitFor();
        await workbench.command('ML Artifacts: Compare Metrics…');
        await workbench.question('Choose 2 to 10 runs');
        await workbench.quickInput.locator('.quick-input-list .monaco-list-row').first().waitFor();
        await shot('choose');
        await workbench.quickInput.getByRole('checkbox').first().click();
        await workbench.page.keyboard.press('Enter');
        await workbench.editorTab('Metrics: 10 runs').waitFor();
      }
      await workbench.useTheme(theme);
      await until(async () => await drawn('train/loss').count() === 10, 'ten lines are drawn');
      await settle();
      await shot(`ten-${theme}`);
      await plot('train/loss').click();
      await workbench.webview.locator('.readings').waitFor();
      await settle();
      await shot(`ten-large-${theme}`);
      await workbench.page.keyboard.press('Escape');
      await workbench.webview.locator('.readings').waitFor({ state: 'detached' });
    });
  }

  it('on pages of 500 and of 1,400 pixels', async () => {
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await workbench.editorTab('Metrics: 3 runs').click();
    for (const width of [500, 1400]) {
      await workbench.page.setViewportSize({ width: width + 48, height: 900 });
      for (const theme of ['light', 'dark', 'highContrast'] as const) {
        await workbench.useTheme(theme);
        await until(async () => await drawn('learning rate').count() === 3, 'three lines are drawn');
        await settle();
        await shot(`width-${width}-${theme}`);
        const outside = await workbench.webview.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
        assert.ok(outside <= 0, `${outside} pixels stand outside`);
      }
      await plot('learning rate').click();
      await workbench.webview.locator('.readings').waitFor();
      await settle();
      await shot(`large-width-${width}`);
      await workbench.page.keyboard.press('Escape');
      await workbench.webview.locator('.readings').waitFor({ state: 'detached' });
    }
  });

  it('stay when the server goes down, which the legend says', async () => {
    await server.stop();
    await workbench.webview.getByRole('button', { name: 'Refresh' }).click();
    await workbench.webview.getByText(/^Not reachable/u).first().waitFor({ timeout: 60_000 });
    assert.equal(await drawn('train/loss').count(), 3);
    await settle();
    await shot('down');
  });
});
