import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame } from 'playwright-core';
import { until } from '../support/until';
import { prepared } from './support/editor';
import { copyVersions } from './support/manyArtifacts';
import { log, openStore } from './support/seed';
import { timed } from './support/stopwatch';
import { openWorkbench, type Workbench } from './support/workbench';

const ASSETS = 100_000;
const ARTIFACTS = 2000;
/** 50 make 200,000 files, which take minutes to write and to remove: `E2E_VERSIONS=50` does it. */
const VERSIONS = Number(process.env['E2E_VERSIONS'] ?? 10);
const USUAL_ROWS = 200;
const MOST_ROWS = 1000;
/** The row *Load More…* stands below them. */
const shown = (rows: number): number => rows + 1;
/** And in a workspace the row *Runs*. */
const RUNS = 1;
const LABEL = '.sidebar .monaco-list-row .label-name';

/** Figures for people to read; asserted is only that the rows come, and not too many. What is promised is 300 ms on the test machine. */
describe('a store of size', function () {
  this.timeout(300_000);
  const store = path.join(prepared().folder, 'large-store');
  let workbench: Workbench;

  const report = (what: string, milliseconds: number): void => {
    console.log(`    ${what}: ${Math.round(milliseconds)} ms`);
  };

  /** How many rows stand beside a row of the tree, itself included. */
  const siblings = async (row: string): Promise<number> => Number(await workbench.row(row).getAttribute('aria-setsize'));

  const open = async (row: string, first: string): Promise<number> => {
    await workbench.row(row).waitFor();
    return await timed(workbench.page, () => workbench.row(row).locator('.monaco-tl-twistie').click(), { selector: LABEL, text: first });
  };

  before(async () => {
    const began = Date.now();
    const files = path.join(prepared().folder, 'small-files');
    fs.mkdirSync(files);
    const sources = Array.from({ length: 500 }, (_, index) => {
      const file = path.join(files, `${index}.json`);
      fs.writeFileSync(file, JSON.stringify({ sample: index, label: index % 7 }));
      return file;
    });
    const provider = await openStore(store);
    try {
      await log(provider, {
        artifact: 'samples',
        type: 'dataset',
        files: Array.from({ length: ASSETS }, (_, index) => {
          const name = `sample-${String(index).padStart(6, '0')}.json`;
          // Half of them stand in one folder, the others a hundred in each.
          return [index % 2 === 0 ? name : `by-hundred/h${String(Math.floor(index / 200)).padStart(3, '0')}/${name}`, sources[index % sources.length] ?? ''] as const;
        }),
      });
      const logged = Date.now();
      const model = await log(provider, { workspace: 'team', artifact: 'experiment-0000', type: 'model', files: { 'model.json': sources[0] ?? '' } });
      copyVersions(store, model, { workspace: 'team', artifacts: ARTIFACTS, versions: VERSIONS });
      console.log(`    ${ASSETS} assets logged in ${logged - began} ms, ${ARTIFACTS} × ${VERSIONS} versions copied in ${Date.now() - logged} ms`);
    } finally {
      await provider.dispose();
    }
    workbench = await openWorkbench({
      settings: { 'artifacts.store.path': store, 'artifacts.defaultWorkspace': 'ada' },
      viewport: { width: 1400, height: 1000 },
    });
  });

  after(async () => {
    await workbench.close();
  });

  it('lists 2,000 artifacts as soon as the view opens', async () => {
    const opened = await timed(workbench.page, () => workbench.activityBarItem.click(), { selector: LABEL, text: 'experiment-0001' });
    report(`view with ${ARTIFACTS} artifacts, the extension's start included`, opened);
    assert.equal(await siblings('experiment-0001'), shown(USUAL_ROWS) + RUNS);
    report(`tree, ${VERSIONS} versions of one artifact`, await open('experiment-0003', `${VERSIONS}.0.0`));
    await workbench.collapse('experiment-0003');
  });

  it('shows the first of 100,000 assets in the tree', async () => {
    await workbench.row('ada').waitFor();
    await workbench.expand('samples');
    report('tree, first rows of 100,000 assets', await open('1.0.0', 'by-hundred'));
    await workbench.row('sample-000000.json').waitFor();
    assert.equal(await siblings('sample-000000.json'), shown(USUAL_ROWS));
    report('tree, the next folder', await open('by-hundred', 'h000'));
    assert.equal(await siblings('h000'), shown(USUAL_ROWS));
  });

  it('shows the first of 100,000 assets in the details, and scrolls to the last', async () => {
    const { page, webview } = workbench;
    await workbench.inlineAction(workbench.row('1.0.0'), 'Open Details');
    await webview.getByRole('heading', { level: 1, name: 'samples 1.0.0' }).waitFor();
    const frame = await detailsFrame(workbench);
    report('details, first rows of 100,000 assets', await timed(frame, () => webview.getByRole('tab', { name: /^Files/ }).click(), { selector: '.grid-rows [role=row] .path' }));
    await webview.getByRole('status').filter({ hasText: /^100,000 files$/ }).waitFor();
    assert.ok(await webview.locator('.grid-rows [role=row]').count() < 200, 'only what is visible is in the document');
    await webview.getByRole('grid').focus();
    const began = performance.now();
    await page.keyboard.press('End');
    await webview.getByText('sample-099998.json').waitFor();
    report('details, jump to the last row', performance.now() - began);
  });

  it('keeps the row in view that the arrow keys have walked to', async () => {
    const { page, webview } = workbench;
    const grid = webview.getByRole('grid');
    await page.keyboard.press('Home');
    await webview.getByText('sample-000001.json').waitFor();
    for (let row = 0; row < 40; row++) {
      await page.keyboard.press('ArrowDown');
    }
    const active = grid.locator('.grid-row.active', { hasText: 'sample-000081.json' });
    await active.waitFor();
    const isInView = async (): Promise<boolean> => {
      const [row, view] = [await active.boundingBox(), await grid.boundingBox()];
      return row !== null && view !== null && row.y >= view.y && row.y + row.height <= view.y + view.height + 1;
    };
    await until(isInView, 'the row is in view');
  });

  it('filters 100,000 assets', async () => {
    const { webview } = workbench;
    await webview.getByRole('textbox', { name: 'Filter files' }).fill('sample-04999');
    await webview.getByText('10 of 100,000 files').waitFor();
  });

  it('finds one of 2,000 artifacts by the filter', async () => {
    await workbench.command('ML Artifacts: Filter Artifacts…');
    await workbench.question('Filter Artifacts');
    const began = performance.now();
    await workbench.quickInputBox.fill('experiment-1987');
    await workbench.row('experiment-1987').waitFor();
    report('filter, first row', performance.now() - began);
    await workbench.page.keyboard.press('Enter');
    assert.equal((await workbench.rows()).filter(row => row.startsWith('experiment-')).length, 1);
  });

  it('never shows more than a thousand rows of a node at once', async () => {
    // The largest page that the setting allows.
    await workbench.configure({ 'artifacts.tree.pageSize': MOST_ROWS });
    await workbench.showArtifacts();
    await workbench.row('experiment-0001').waitFor();
    assert.equal(await siblings('experiment-0001'), shown(MOST_ROWS) + RUNS);
  });
});

/** The frame in which the details page runs. */
async function detailsFrame({ page }: Workbench): Promise<Frame> {
  for (const frame of page.frames()) {
    if (await frame.locator('main.page').count().catch(() => 0) > 0) {
      return frame;
    }
  }
  throw new Error('No frame shows the details page.');
}
