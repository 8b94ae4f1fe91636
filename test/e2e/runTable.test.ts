import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { type MlflowServer, startMlflow } from '../support/mlflowServer';
import { openPython } from '../support/python';
import { until } from '../support/until';
import { keepPicture } from './support/keptPicture';
import { untilKept } from './support/keptState';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

const TRIALS = 320;

/** Somebody looks for the best run of a search, with pictures for a person to look at. */
describe('the table of runs', function () {
  this.timeout(180_000);
  tellsOneStory();
  let server: MlflowServer;
  let experiment: string;
  let workbench: Workbench;

  const shot = (name: string): Promise<string> => workbench.screenshot(`looks-table-${name}`);
  const grid = (): Locator => workbench.webview.getByRole('grid', { name: 'Runs' });
  const head = (name: string): Locator => workbench.webview.getByRole('columnheader', { name });
  const box = (): Locator => workbench.webview.getByRole('textbox', { name: /^Filter by name/ });
  const action = (name: string): Locator => workbench.webview.getByRole('button', { name });
  const count = (): Locator => workbench.webview.locator('.run-count');
  const rowOf = (name: string): Locator => workbench.webview.getByRole('row').filter({ has: workbench.webview.locator('.run-name', { hasText: new RegExp(`^${name}$`, 'u') }) });
  /** What the first rows show in a column. */
  const column = async (name: string, rows = 5): Promise<readonly string[]> => {
    const heads = await workbench.webview.getByRole('columnheader').allInnerTexts();
    const place = heads.findIndex((text) => text.trim() === name);
    const shown = await workbench.webview.locator('.run-rows .run-row').evaluateAll((all, at) => all
      .map((row) => ({ row: Number(row.getAttribute('aria-rowindex')), text: row.children[at]?.textContent ?? '' })).sort((a, b) => a.row - b.row).map(({ text }) => text), place);
    return shown.slice(0, rows);
  };
  const rest = async (): Promise<void> => {
    await workbench.page.mouse.move(5, 5);
    await workbench.page.waitForTimeout(600);
  };

  const idOf = async (name: string): Promise<string> => (JSON.parse(await rowOf(name).getAttribute('data-vscode-context') ?? '{}') as { readonly run: string }).run;

  async function ask<T>(route: string, body: object): Promise<T> {
    const answer = await fetch(`${server.url}/api/2.0/mlflow/${route}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${route}: ${answer.status}`);
    return await answer.json() as T;
  }
  const begin = async (name: string): Promise<string> =>
    (await ask<{ run: { info: { run_id: string } } }>('runs/create', { experiment_id: experiment, run_name: name, start_time: Date.now() })).run.info.run_id;
  const end = (run: string): Promise<unknown> => ask('runs/update', { run_id: run, status: 'FINISHED', end_time: Date.now() });

  const edge = (name: string): Locator => head(name).locator('.run-sash');
  const place = async (name: string): Promise<{ readonly x: number; readonly width: number }> => {
    const box = await head(name).boundingBox();
    assert.ok(box);
    return { x: Math.round(box.x), width: Math.round(box.width) };
  };
  /** Drags the right edge of a head, a few pixels at a time; `seen` looks at what is drawn each time. */
  const drag = async (name: string, by: number, seen: () => Promise<void> = async () => {}): Promise<void> => {
    const sash = await edge(name).boundingBox();
    assert.ok(sash);
    const [x, y] = [sash.x + sash.width / 2, sash.y + sash.height / 2];
    await workbench.page.mouse.move(x, y);
    await workbench.page.mouse.down();
    for (const part of [0.25, 0.5, 0.75, 1]) {
      await workbench.page.mouse.move(x + by * part, y + 3);
      await seen();
    }
    await workbench.page.mouse.up();
  };

  before(async function () {
    this.timeout(900_000);
    server = await startMlflow();
    const python = openPython(server.python, server.environment);
    ({ experiment } = await python.run<{ readonly experiment: string }>('fill_run_table', { experiment: 'retention', trials: TRIALS }));
    await python.close();
    workbench = await openWorkbench({ settings: { 'artifacts.connections': [{ kind: 'mlflow', name: 'team', url: server.url }], 'artifacts.defaultConnection': 'team' } });
  });

  after(async () => {
    await workbench.close();
    await server.stop();
  });

  it('opens from the row of an experiment, with what most runs have and differ in', async () => {
    await workbench.showArtifacts();
    await workbench.collapse('Local');
    await workbench.expand('team', 'default', 'Runs');
    await workbench.inlineAction(workbench.row('retention'), 'Open Runs Table');
    await grid().waitFor({ timeout: 60_000 });
    await workbench.editorTab('retention').waitFor();
    const heads = (await workbench.webview.getByRole('columnheader').allInnerTexts()).map((text) => text.trim());
    assert.deepEqual(heads, ['Name', 'Status', 'Started', 'Duration', 'loss', 'rows', 'val/accuracy', 'depth', 'learning_rate', 'optimizer', 'schedule', 'User', 'Source']);
    assert.equal(await count().innerText(), '201 runs so far');
    assert.deepEqual(await column('Name', 1), ['trial 319below search']);
    // What ships is a part of the icons; one without its rule would be an empty place.
    const icons = await workbench.webview.locator('.codicon').evaluateAll((elements) => elements.map((element) => [element.classList.value, getComputedStyle(element, '::before').content]));
    assert.deepEqual(icons.filter(([, glyph]) => glyph === 'none' || glyph === 'normal'), []);
  });

  for (const theme of ['highContrast', 'light', 'dark'] as const) {
    it(`looks like a list of VS Code, ${theme}`, async () => {
      await workbench.useTheme(theme);
      await rowOf('trial 317').click();
      await rowOf('trial 314').click({ modifiers: ['Shift'] });
      await rowOf('trial 311').hover();
      await workbench.page.waitForTimeout(600);
      await shot(theme);
    });
  }

  it('brings more rows as it is scrolled, and asks for them a page at a time', async () => {
    await grid().press('End');
    await until(async () => await count().innerText() === `${TRIALS + 1} runs`, 'all are there');
    await grid().press('End');
    await rowOf('search').waitFor();
    await shot('end');
  });

  it('sorts by a metric, best last and best first, with what is no number at the end', async () => {
    await head('val/accuracy').getByRole('button').click();
    await until(async () => await head('val/accuracy').getAttribute('aria-sort') === 'ascending', 'it ascends');
    await head('val/accuracy').getByRole('button').press('Enter');
    await until(async () => await head('val/accuracy').getAttribute('aria-sort') === 'descending' && (await column('Name', 1))[0]?.startsWith('trial 11') === true, 'the best comes first');
    const best = (await column('val/accuracy', 8)).map(Number);
    assert.deepEqual(best, [...best].sort((a, b) => b - a));
    await rowOf('trial 11').click();
    await rest();
    await shot('best');
    await keepPicture(workbench.page, 'runs', { x: 352, y: 36, width: 924, height: 440 });
    await grid().press('End');
    await until(async () => await count().innerText() === `${TRIALS + 1} runs`, 'all are there');
    await grid().press('End');
    await rowOf('search').waitFor();
    await until(async () => (await workbench.webview.locator('.run-rows .run-row').allInnerTexts()).some((text) => text.includes('NaN')), 'what is no number stands before what was not measured');
  });

  it('does all that is chosen one upon the other, before the host has answered', async () => {
    const element = await head('rows').getByRole('button').elementHandle();
    await box().evaluate(async (input, button) => {
      const aMoment = () => new Promise((resolve) => setTimeout(resolve));
      (button as HTMLElement).click();
      await aMoment();
      (button as HTMLElement).click();
      await aMoment();
      (input as HTMLInputElement).value = 'trial 3';
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await aMoment();
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    }, element);
    await until(async () => await count().innerText() === '31 runs', 'it is filtered');
    assert.equal(await head('rows').getAttribute('aria-sort'), 'descending');
    const shown = (await column('rows', 20)).map((text) => Number(text.replaceAll(',', '')));
    assert.deepEqual(shown, [...shown].sort((a, b) => b - a));
    await box().press('Escape');
    await until(async () => await count().innerText() !== '31 runs', 'the filter is gone');
  });

  it('keeps what is typed on right after a filter was sent', async () => {
    await box().evaluate(async (input) => {
      const aMoment = () => new Promise((resolve) => setTimeout(resolve));
      const type = (text: string): void => {
        (input as HTMLInputElement).value = text;
        input.dispatchEvent(new Event('input', { bubbles: true }));
      };
      type('trial 3 ');
      await aMoment();
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      await aMoment();
      type('trial 31');
    });
    await until(async () => await count().innerText() === '31 runs', 'it is filtered by what was sent');
    assert.equal(await box().inputValue(), 'trial 31');
    await box().press('Escape');
    await until(async () => await count().innerText() !== '31 runs', 'the filter is gone');
  });

  it('sorts by what the server has no order for, over all runs', async () => {
    await head('Duration').getByRole('button').click();
    await until(async () => await head('Duration').getAttribute('aria-sort') === 'ascending' && await count().innerText() === `${TRIALS + 1} runs`, 'all are there');
    await until(async () => (await column('Duration', 1))[0] === '5 sec', 'the shortest comes first');
    await head('Started').getByRole('button').click();
    await until(async () => (await column('Name', 1))[0]?.startsWith('trial 319') === true, 'the newest comes first');
  });

  it('is filtered by a name, and by an expression of the server', async () => {
    await box().fill('trial 31');
    await box().press('Enter');
    await until(async () => await count().innerText() === '11 runs', 'eleven have the name');
    await box().fill("metrics.`val/accuracy` > 0.94 and params.optimizer = 'sgd'");
    await box().press('Enter');
    await until(async () => /^\d+ runs$/u.test(await count().innerText()) && await count().innerText() !== '11 runs', 'it was asked');
    assert.deepEqual([...new Set(await column('optimizer', 30))], ['sgd']);
    await rest();
    await shot('expression');
  });

  for (const theme of ['highContrast', 'light', 'dark'] as const) {
    it(`says at the box what is wrong with an expression, ${theme}`, async () => {
      await workbench.useTheme(theme);
      await box().fill('metrics.loss >< 3');
      await box().press('Enter');
      const problem = workbench.webview.getByRole('alert');
      await problem.waitFor();
      assert.match(await problem.innerText(), /MLflow refuses the filter: Invalid comparator '><'/u);
      assert.equal(await box().getAttribute('aria-invalid'), 'true');
      await workbench.page.waitForTimeout(400);
      await shot(`problem-${theme}`);
    });
  }

  it('is walked and selected by keys alone, and opens the page of a run', async () => {
    await box().press('Escape');
    await until(async () => await count().innerText() === '201 runs so far', 'the filter is gone');
    await box().press('ArrowDown');
    await grid().press('ArrowDown');
    await grid().press('Shift+ArrowDown');
    await until(async () => (await count().innerText()).endsWith('2 selected'), 'two are selected');
    assert.ok(await action('Compare Runs…').isEnabled());
    await grid().press('Control+ArrowDown');
    await grid().press('Space');
    await until(async () => (await count().innerText()).endsWith('3 selected'), 'three are selected');
    assert.ok(await action('Compare Runs…').isDisabled());
    await rest();
    await shot('keys');
    await grid().press('Enter');
    await workbench.editorTab('trial 317').waitFor();
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('Control+W');
  });

  it('compares two that are selected', async () => {
    await workbench.inlineAction(workbench.row('retention'), 'Open Runs Table');
    await rowOf('trial 315').click();
    await rowOf('trial 312').click({ modifiers: ['Control'] });
    await action('Compare Runs…').click();
    await workbench.editorTab('trial 312 ↔ trial 315').waitFor();
  });

  it('draws the metrics of those that are selected', async () => {
    await workbench.inlineAction(workbench.row('retention'), 'Open Runs Table');
    await rowOf('trial 315').click();
    await rowOf('trial 312').click({ modifiers: ['Control'] });
    await rowOf('trial 310').click({ modifiers: ['Control'] });
    await action('Compare Metrics…').click();
    await workbench.editorTab('Metrics: 3 runs').waitFor();
  });

  it('gives what it shows as comma-separated values, of which no spreadsheet runs anything', async () => {
    await workbench.inlineAction(workbench.row('retention'), 'Open Runs Table');
    await action('Choose Columns…').click();
    await workbench.tick('What to show beside the name', 'note', 'rows', 'schedule');
    await head('note').waitFor();
    assert.deepEqual((await workbench.webview.getByRole('columnheader').allInnerTexts()).map((text) => text.trim()), ['Name', 'Status', 'Started', 'Duration', 'loss', 'val/accuracy', 'depth', 'learning_rate', 'optimizer', 'User', 'Source', 'note']);
    await rowOf('trial 309').click();
    await grid().press('Control+C');
    await until(async () => (await workbench.clipboard()).startsWith('name,run,parent,status,'), 'it is in the clipboard');
    const [heads = '', line = ''] = (await workbench.clipboard()).split('\r\n');
    assert.match(heads, /^name,run,parent,status,started,duration \(s\),metrics\.loss,metrics\.val\/accuracy,params\.depth,params\.learning_rate,params\.optimizer,user,source,params\.note$/u);
    assert.match(line, /^trial 309,[0-9a-f]{32},[0-9a-f]{32},.*,Infinity,.*,"'=HYPERLINK\(""http:\/\/x""\)"$/u);
    const file = path.join(path.dirname(workbench.folder), 'runs.csv');
    await grid().press('Escape');
    await action('Save as CSV…').click();
    await workbench.chooseInDialog(file, 'OK');
    await until(() => fs.existsSync(file) && fs.statSync(file).size > 0, 'it is written');
    assert.equal(fs.readFileSync(file, 'utf8').trimEnd().split('\r\n').length, 202);
  });

  it('leaves out nested runs', async () => {
    await action('Hide Nested Runs').click();
    await until(async () => await count().innerText() === '1 run', 'one is not nested');
    await rest();
    await shot('top-level');
    await action('Hide Nested Runs').click();
    await until(async () => await count().innerText() === '201 runs so far', 'all are back');
  });

  it('follows runs that go on, by itself and without a word, and stays where somebody reads', async () => {
    await rowOf('trial 315').click();
    const last = await idOf('trial 319');
    await workbench.webview.locator('.run-table').evaluate((page) => {
      const seen: string[] = [];
      new MutationObserver((changes) => changes.forEach(({ target }) => seen.push(`${target.parentElement?.closest('[role]')?.role ?? ''} ${target.textContent ?? ''}`)))
        .observe(page.querySelector('.run-bar')!, { subtree: true, childList: true, characterData: true });
      Object.assign(globalThis, { seen });
    });
    await ask('runs/log-metric', { run_id: last, key: 'loss', value: 0.4242, timestamp: Date.now(), step: 2 });
    await until(async () => (await column('loss', 1))[0] === '0.4242', 'its new value is there', 30_000);
    // Nobody is told of a value, and nothing turns round each time.
    assert.deepEqual(await grid().evaluate(() => (globalThis as unknown as { readonly seen: readonly string[] }).seen), []);
    const active = await grid().getAttribute('aria-activedescendant');
    const later = await begin('later');
    await rowOf('later').waitFor({ timeout: 30_000 });
    assert.deepEqual(await column('Name', 2), ['later', 'trial 319below search']);
    assert.equal(await count().innerText(), '202 runs so far');
    assert.equal(await rowOf('trial 315').getAttribute('aria-selected'), 'true');
    assert.equal(await grid().getAttribute('aria-activedescendant'), active);
    await rest();
    await shot('live');
    // Somebody reads farther down: new rows come above, and those in view stay.
    await grid().evaluate((element) => element.scrollTo({ top: 1_107 }));
    await rowOf('trial 265').waitFor();
    const before = await rowOf('trial 265').boundingBox();
    await begin('the last');
    await until(async () => (await count().innerText()).startsWith('203 runs'), 'it is there', 30_000);
    assert.deepEqual(await rowOf('trial 265').boundingBox(), before);
    assert.equal(await grid().evaluate((element) => element.scrollTop), 1_107 + 22);
    await grid().evaluate((element) => element.scrollTo({ top: 0 }));
    await Promise.all([end(later), end(last)]);
    await until(async () => (await column('Status', 3)).map((text) => text.trim()).join() === 'running,finished,finished', 'they have ended', 30_000);
    await rest();
    await shot('ended');
  });

  it('has columns whose edges are dragged, while nothing else moves', async () => {
    const [name, before, order] = [await place('Name'), await place('loss'), await head('loss').getAttribute('aria-sort')];
    await drag('loss', 60, async () => assert.deepEqual([(await place('loss')).x, await place('Name')], [before.x, name]));
    assert.deepEqual(await place('loss'), { x: before.x, width: before.width + 60 });
    // To drag is not to sort.
    assert.equal(await head('loss').getAttribute('aria-sort'), order);
    await drag('loss', -1_000);
    assert.equal((await place('loss')).width, 48);
    await drag('Name', 70);
    assert.equal((await place('Name')).width, name.width + 70);
    const [cell, shown] = await Promise.all([rowOf('trial 315').locator('.name').boundingBox(), head('Name').boundingBox()]);
    assert.deepEqual([cell?.x, cell?.width], [shown?.x, shown?.width]);
  });

  it('makes a column narrower at the far end without sliding along', async () => {
    await grid().evaluate((element) => element.scrollTo({ left: 10_000 }));
    const before = await place('Source');
    await drag('Source', -40, async () => assert.equal((await place('Source')).x, before.x));
    await until(async () => (await place('Source')).width === before.width - 40, 'it is narrower');
    await grid().evaluate((element) => element.scrollTo({ left: 0 }));
  });

  it('fits a column to what stands in it, with a double click', async () => {
    await edge('note').scrollIntoViewIfNeeded();
    for (const name of ['note', 'loss']) {
      await edge(name).dblclick();
    }
    await grid().evaluate((element) => element.scrollTo({ left: 0 }));
    await edge('Name').dblclick();
    const cut = await grid().evaluate((element) => ['1', '5', '12'].flatMap((column) => [...element.querySelectorAll(`[aria-colindex='${column}'], [aria-colindex='${column}'] *`)])
      .filter((each) => each.scrollWidth > each.clientWidth && getComputedStyle(each).overflowX === 'hidden').map((each) => each.textContent));
    assert.deepEqual(cut, []);
    const widths = await Promise.all(['Name', 'loss'].map(async (name) => (await place(name)).width));
    assert.ok(widths[0]! < 240 && widths[1]! > 60 && widths[1]! < 140, widths.join());
  });

  it('makes columns wider and narrower by keys, from their heads', async () => {
    const before = await place('loss');
    await head('loss').getByRole('button').focus();
    for (const key of ['Alt+ArrowRight', 'Alt+ArrowRight', 'Alt+ArrowRight', 'Alt+ArrowLeft']) {
      await workbench.page.keyboard.press(key);
    }
    await until(async () => (await place('loss')).width === before.width + 20, 'it is wider');
    await workbench.page.keyboard.press('Alt+Enter');
    await until(async () => (await place('loss')).width === before.width, 'it fits again');
    assert.equal(await head('loss').getAttribute('aria-sort'), 'none');
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.keyboard.press('Alt+ArrowRight');
    await until(async () => (await place('val/accuracy')).x === before.x + before.width, 'the next one is meant');
    await workbench.editorTab('retention').waitFor();
  });

  for (const theme of ['highContrast', 'light', 'dark'] as const) {
    it(`shows where to take hold of a column, ${theme}`, async () => {
      await workbench.useTheme(theme);
      const labels = await workbench.webview.locator('.run-head bdi').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
      assert.deepEqual(labels.filter((top) => top !== labels[0]), []);
      await edge('loss').hover();
      assert.equal(await edge('loss').evaluate((element) => getComputedStyle(element).cursor), 'col-resize');
      await workbench.page.waitForTimeout(700);
      await shot(`edge-${theme}`);
    });
  }

  it('comes back as it was after the window was opened again', async () => {
    await head('depth').getByRole('button').click();
    await box().fill('params.depth = \'5\'');
    await box().press('Enter');
    await until(async () => /^4\d runs$/u.test(await count().innerText()), 'it is filtered');
    await rowOf('trial 311').click();
    const run = await idOf('trial 311');
    await untilKept(workbench.page, new RegExp(`selection:\\{[^}]*${run}`, 'u'), 'the selected row');
    const placed = () => Promise.all(['Name', 'loss', 'val/accuracy', 'depth'].map(place));
    const before = await placed();
    // That of the column that was made wider last.
    await untilKept(workbench.page, new RegExp(`column:metrics\\.val/accuracy,width:${before[2]!.width}\\b`, 'u'), 'how wide columns are');
    await workbench.load();
    await grid().waitFor({ timeout: 60_000 });
    assert.equal(await box().inputValue(), 'params.depth = \'5\'');
    assert.equal(await head('depth').getAttribute('aria-sort'), 'ascending');
    assert.equal(await rowOf('trial 311').getAttribute('aria-selected'), 'true');
    await head('note').waitFor();
    assert.deepEqual(await placed(), before);
  });

  it('has its own menu on a row', async () => {
    await rowOf('trial 311').click({ button: 'right' });
    const items = await workbench.menuItems();
    assert.deepEqual(items, ['Open Details', 'Show Lineage', 'Compare Runs…', 'Compare Metrics…', 'Reveal in Artifacts View', 'Delete Run…']);
    await shot('menu');
    await workbench.page.keyboard.press('Escape');
  });

  for (const theme of ['dark', 'light', 'highContrast'] as const) {
    it(`scrolls to the side on a narrow page, and keeps the names in view, ${theme}`, async () => {
      await workbench.page.setViewportSize({ width: 900, height: 700 });
      await workbench.useTheme(theme);
      await grid().evaluate((element) => element.scrollTo({ left: 250 }));
      await rest();
      const [name, body] = await Promise.all([rowOf('trial 311').locator('.name').boundingBox(), grid().boundingBox()]);
      assert.equal(name?.x, body?.x);
      await shot(`narrow-${theme}`);
      // However wide somebody makes the names, the others can be seen beside them.
      await drag('Name', 900);
      const [wide, all] = await Promise.all([place('Name'), grid().evaluate((element) => element.clientWidth)]);
      assert.ok(wide.width <= all * 0.61 && wide.width > all * 0.5, `${wide.width} of ${all}`);
      await rest();
      await shot(`narrow-wide-name-${theme}`);
      await edge('Name').dblclick();
    });
  }

  it('is opened from the palette, for an experiment that is asked for', async () => {
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('Control+W');
    // The palette knows what connections there are once the view does.
    await workbench.showArtifacts();
    await workbench.command('ML Artifacts: Open Runs Table');
    await workbench.pick('The experiment whose runs to show', 'retention');
    await grid().waitFor();
  });
});
