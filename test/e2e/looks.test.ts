import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { prepared } from './support/editor';
import { log, openStore, refOf } from './support/seed';
import { openWorkbench, type Workbench } from './support/workbench';

/** Where README's pictures go; only when somebody asks for new ones. */
const media = process.env['UPDATE_MEDIA'] === '1' ? path.resolve('media/screenshots') : undefined;

/** Pictures of every view for a person to look at; each test asserts that what the picture is of is there. */
for (const theme of ['light', 'dark', 'highContrast'] as const) {
  describe(`the looks in the theme ${theme}`, function () {
    this.timeout(120_000);
    const store = path.join(prepared().folder, `looks-${theme}`);
    let workbench: Workbench;

    const shot = (name: string): Promise<string> => workbench.screenshot(`looks-${theme}-${name}`);

    const detailsTab = async (name: RegExp, content: Locator): Promise<void> => {
      await workbench.webview.getByRole('tab', { name }).click();
      await content.first().waitFor();
    };

    const keep = async (name: string, part: Locator): Promise<void> => {
      if (media !== undefined && theme === 'light') {
        fs.mkdirSync(media, { recursive: true });
        await part.screenshot({ path: path.join(media, `${name}.png`) });
      }
    };

    before(async () => {
      workbench = await openWorkbench({
        theme,
        settings: {
          'artifacts.store.path': store,
          'artifacts.defaultWorkspace': 'ada',
          'artifacts.connections': [{ kind: 'local', name: 'shared disk', path: unknownStore(theme) }],
        },
      });
    });

    after(async () => {
      await workbench.close();
    });

    it('of a view in which nothing is logged', async () => {
      await workbench.showArtifacts();
      await workbench.row('shared disk').waitFor();
      await shot('nothing-logged');
    });

    it('of the prompts', async () => {
      await workbench.showExplorer();
      await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
      await workbench.question('Choose an artifact');
      await shot('prompt-artifact');
      await workbench.page.keyboard.press('Enter');
      await workbench.question('Choose the version');
      await shot('prompt-version');
      await workbench.page.keyboard.press('Enter');
      await workbench.question('Enter logs');
      await shot('prompt-review');
      await workbench.page.keyboard.press('Escape');
    });

    it('of the tree', async () => {
      await fill(store, workbench.folder);
      await workbench.showArtifacts();
      await workbench.expand('churn-data', '2.0.0', 'train');
      await workbench.row('customers.csv').waitFor();
      await workbench.row('prices.parquet').waitFor();
      await shot('tree');
      await keep('tree', workbench.sideBar);
    });

    it('of a card', async () => {
      const card = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'ada/churn-data:2.0.0' }).first();
      // The view may draw its rows anew under the mouse, which closes the card; a hand moves on and comes back.
      for (let tries = 0; !await card.isVisible(); tries++) {
        assert.ok(tries < 10, 'no card shows');
        await workbench.page.mouse.move(640, 600);
        await workbench.row('2.0.0').locator('.label-name').hover();
        await card.waitFor({ timeout: 3000 }).catch(() => undefined);
      }
      await shot('card');
      await workbench.page.mouse.move(640, 790);
    });

    it('of a connection that cannot be read', async () => {
      await workbench.expand('shared disk');
      await workbench.row('The store in').waitFor();
      await shot('failed-row');
    });

    it('of the details', async () => {
      await workbench.inlineAction(workbench.row('2.0.0'), 'Open Details');
      await workbench.webview.getByRole('heading', { level: 1, name: 'churn-data 2.0.0' }).waitFor();
      await workbench.webview.getByText('rows').first().waitFor();
      await shot('details-overview');
      await keep('details', workbench.page.locator('.part.editor'));
      await detailsTab(/^Files/u, workbench.webview.getByText('customers.csv'));
      await shot('details-files');
      await detailsTab(/^Versions/u, workbench.webview.getByText('1.0.0'));
      await shot('details-versions');
      await detailsTab(/^Lineage/u, workbench.webview.locator('svg text').filter({ hasText: 'train-0412' }));
      await shot('details-lineage');
      await keep('lineage', workbench.page.locator('.part.editor'));
    });

    it('of a narrow and of a wide window', async () => {
      await workbench.page.setViewportSize({ width: 1800, height: 900 });
      await workbench.webview.getByRole('tab', { name: /^Overview/u }).click();
      await shot('wide');
      await workbench.page.setViewportSize({ width: 860, height: 700 });
      const tabs = await workbench.webview.getByRole('tab').count();
      await shot('narrow');
      assert.equal(tabs, 4);
    });
  });
}

/** A store of a time to come. */
function unknownStore(theme: string): string {
  const folder = path.join(prepared().folder, `looks-unknown-${theme}`);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'format.json'), JSON.stringify({ format: 99, hash: 'sha256', id: 'x' }));
  return folder;
}

/** What a week of work leaves. */
async function fill(store: string, project: string): Promise<void> {
  const provider = await openStore(store);
  const at = (...names: string[]): string => path.join(project, ...names);
  const git = { commit: '3f2c1ab9d0e1f2a34b5c6d7e8f90a1b2c3d4e5f6', branch: 'main', dirty: false };
  try {
    const run = (name: string) => provider.startRun!({ connection: provider.connection, workspace: 'ada', name });
    const prepare = await run('prepare-0411');
    const train = await run('train-0412');
    const evaluate = await run('evaluate-0413');
    const first = { artifact: 'churn-data', type: 'dataset' };
    await log(provider, { ...first, producer: prepare, files: { 'train/customers.csv': at('data', 'customers.csv'), 'README.md': at('README.md') }, aliases: ['prod'] });
    const data = await log(provider, {
      ...first,
      producer: prepare,
      files: { 'train/customers.csv': at('data', 'customers.csv'), 'train/config.yaml': at('config.yaml'), 'metrics.json': at('metrics.json'), 'README.md': at('README.md') },
      links: [{ path: 'prices.parquet', link: 's3://bucket/prices.parquet' }],
      aliases: ['staging'],
      tags: ['cleaned', 'customer:1'],
      metadata: { rows: 400, split: { train: 0.8, seed: 7 }, git },
    });
    await provider.consume!(refOf(data), train);
    const model = await log(provider, { artifact: 'churn-model', type: 'model', producer: train, files: { 'churn.pkl': at('models', 'churn.pkl'), 'config.yaml': at('config.yaml') }, metadata: { auc: 0.84, git } });
    await provider.consume!(refOf(data), evaluate);
    await provider.consume!(refOf(model), evaluate);
    await log(provider, { artifact: 'churn-report', type: 'report', producer: evaluate, files: { 'loss.png': at('reports', 'loss.png'), 'evaluation.md': at('reports', 'evaluation.md') } });
  } finally {
    await provider.dispose();
  }
}
