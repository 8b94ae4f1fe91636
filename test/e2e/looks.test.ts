import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Locator } from 'playwright-core';
import { prepared } from './support/editor';
import { fillGallery, fillLargely } from './support/gallery';
import { keepPicture } from './support/keptPicture';
import { tellsOneStory } from './support/story';
import { openWorkbench, type Workbench } from './support/workbench';

/** Pictures of every view for a person to look at; each test asserts that what the picture is of is there, and what can be measured of its look. */
describe('the looks', function () {
  this.timeout(180_000);
  tellsOneStory();
  const store = path.join(prepared().folder, 'gallery');
  let workbench: Workbench;

  const details = (reference: string): Locator => workbench.webview.getByRole('heading', { level: 1, name: reference });

  const shot = (name: string): Promise<string> => workbench.screenshot(`looks-${name}`);

  const themes = ['light', 'highContrast', 'highContrastLight', 'dark'] as const;

  /** The window as it is, in every theme; the last one is that of all other pictures. */
  const shotInEveryTheme = async (name: string): Promise<void> => {
    for (const theme of themes) {
      await workbench.useTheme(theme);
      // The colours of a theme fade in.
      await workbench.page.waitForTimeout(300);
      await shot(`${name}-${theme}`);
    }
  };

  const keep = (name: string, box: Parameters<typeof keepPicture>[2]): Promise<void> => keepPicture(workbench.page, name, box);

  const tabs = [
    { name: /^Overview/, file: 'overview', content: () => workbench.webview.locator('.overview-main', { hasText: 'rows' }) },
    { name: /^Files/, file: 'files', content: () => workbench.webview.locator('.grid-rows .path', { hasText: 'prices.parquet' }) },
    { name: /^Lineage/, file: 'lineage', content: () => workbench.webview.locator('.graph-svg .node', { hasText: 'tune 0413' }) },
    { name: /^Versions/, file: 'versions', content: () => workbench.webview.locator('.grid-versions [role=row]', { hasText: 'First version' }) },
  ];

  /** What ships is a part of the icons; one without its rule would be an empty place. */
  const everyIconIsThere = async (): Promise<void> => {
    const icons = await workbench.webview.locator('.codicon').evaluateAll((elements) => elements.map((element) => [element.classList.value, getComputedStyle(element, '::before').content]));
    assert.ok(icons.length > 0);
    assert.deepEqual(icons.filter(([, glyph]) => glyph === 'none' || glyph === 'normal'), []);
  };

  const showTab = async ({ name, content }: typeof tabs[number]): Promise<void> => {
    await workbench.webview.getByRole('tab', { name }).click();
    await content().first().waitFor();
    await everyIconIsThere();
    await workbench.page.mouse.move(5, 5);
    // Hover colours and the loading bar fade.
    await workbench.page.waitForTimeout(300);
  };

  const sideBarWidth = async (width: number): Promise<void> => {
    const box = await workbench.sideBar.boundingBox();
    assert.ok(box);
    const edge = { x: box.x + box.width + 1, y: 500 };
    const { mouse } = workbench.page;
    // The card of a row may lie over the edge.
    await mouse.move(640, 700);
    await workbench.page.locator('.monaco-hover:visible').waitFor({ state: 'detached' });
    await mouse.move(edge.x, edge.y);
    await mouse.down();
    await mouse.move(edge.x + 5, edge.y);
    await mouse.move(box.x + width + 1, edge.y, { steps: 4 });
    await mouse.up();
    await mouse.move(640, 700);
    await workbench.page.waitForTimeout(300);
    assert.ok(Math.abs((await workbench.sideBar.boundingBox())!.width - width) <= 6, `the side bar is not ${width} px wide`);
  };

  before(async () => {
    workbench = await openWorkbench({ settings: { 'artifacts.store.path': store, 'artifacts.defaultWorkspace': 'ada' } });
  });

  after(async () => {
    await workbench.close();
  });

  it('of a view in which nothing is logged', async () => {
    await workbench.showArtifacts();
    await workbench.sideBar.getByRole('button', { name: 'Log a File or Folder…' }).waitFor();
    await shotInEveryTheme('empty');
  });

  it('of an empty view in a workspace that is not trusted', async () => {
    const untrusted = await openWorkbench({ trust: false, settings: { 'artifacts.store.path': path.join(prepared().folder, 'empty-store') } });
    try {
      await untrusted.showArtifacts();
      await untrusted.sideBar.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
      await untrusted.screenshot('looks-empty-untrusted');
    } finally {
      await untrusted.close();
    }
  });

  it('of the prompts, step by step', async () => {
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('reports'), 'Log as Artifact…');
    await workbench.question('Choose an artifact');
    await workbench.quickInput.getByText('New artifact “reports”').waitFor();
    await shot('prompt-1-artifact');
    await workbench.quickInputBox.fill('a/b');
    await workbench.quickInput.getByText('cannot contain').waitFor();
    await shot('prompt-1-wrong-name');
    await workbench.quickInputBox.fill('');
    await workbench.answer('Choose an artifact');
    await workbench.question('Choose the version');
    await workbench.quickInput.getByText('first version').waitFor();
    await shot('prompt-2-version');
    await workbench.pick('Choose the version', 'Exact…');
    await workbench.question('Version number');
    await workbench.quickInputBox.fill('1.0');
    await workbench.quickInput.getByText('Write a version number').waitFor();
    await shot('prompt-2-exact');
    await workbench.quickInputBox.fill('1.0.0');
    await workbench.page.keyboard.press('Enter');
    await workbench.question(/Log 2 files, /);
    await shot('prompt-3-review');
    await workbench.pick('Enter logs', 'Type');
    await workbench.question('Choose a type');
    await shot('prompt-3-type');
    // Enter keeps what was guessed.
    await workbench.page.keyboard.press('Enter');
    await workbench.question('Enter logs');
    await workbench.quickInput.locator('.monaco-list-row', { hasText: 'Type' }).filter({ hasText: 'plot' }).waitFor();
    await workbench.pick('Enter logs', 'Metadata');
    await workbench.question('Metadata as a JSON object');
    await workbench.quickInputBox.fill('{"rows": ');
    await workbench.quickInput.getByText('A JSON object is expected').waitFor();
    await shot('prompt-3-metadata');
    await workbench.quickInputBox.fill('{"rows": 400}');
    await workbench.page.keyboard.press('Enter');
    await workbench.question(/Log 2 files, /);
    await workbench.page.keyboard.press('Escape');
  });

  it('of one artifact', async () => {
    await workbench.contextMenu(workbench.row('data'), 'Log as Artifact…');
    await workbench.answer('Choose an artifact', 'customers');
    await workbench.answer('Choose the version');
    await workbench.question(/Log 1 file, /);
    await workbench.page.keyboard.press('Enter');
    await workbench.statusBarItem('Logged ada/customers:1.0.0').waitFor();
    await workbench.showArtifacts();
    await workbench.expand('customers', '1.0.0');
    await workbench.row('customers.csv').waitFor();
    await shot('one-artifact');
    await workbench.contextMenu(workbench.row('1.0.0'), 'Delete Version…');
    await workbench.dialog('Delete ada/customers:1.0.0?').waitFor();
    await shot('question-delete');
    await workbench.dialog('Delete ada/customers').getByRole('button', { name: 'Cancel' }).click();
    await workbench.collapse('customers');
  });

  it('of a long log, which Cancel ends without a trace', async () => {
    const file = path.join(workbench.folder, 'weights.bin');
    fs.writeFileSync(file, '');
    // A hole: it takes time to read, but no room.
    fs.truncateSync(file, 3_000_000_000);
    await workbench.showExplorer();
    await workbench.contextMenu(workbench.row('weights.bin'), 'Log as Artifact…');
    await workbench.answer('Choose an artifact');
    await workbench.answer('Choose the version');
    await workbench.question(/Log 1 file, 3 GB/);
    await workbench.page.keyboard.press('Enter');
    const progress = workbench.notification('Logging weights');
    await progress.filter({ hasText: /\d MB of 3 GB/ }).waitFor();
    await shot('progress');
    await progress.hover();
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    fs.rmSync(file);
    await workbench.showArtifacts();
    assert.ok(!(await workbench.rows()).some(row => row.startsWith('weights')));
    assert.deepEqual(fs.readdirSync(path.join(store, 'tmp')), []);
  });

  it('of many artifacts, versions and assets', async () => {
    await fillGallery(store, workbench.folder);
    await workbench.expand('churn-data', '2.0.0', 'train');
    await workbench.row('prices.parquet').waitFor();
    await workbench.expand('Runs', 'evaluate 0413');
    await workbench.row('churn-model 2.0.0').waitFor();
    await shot('many');
  });

  it('of the card of a version', async () => {
    const card = workbench.page.locator('.monaco-hover:visible').filter({ hasText: 'ada/churn-data:2.0.0' }).first();
    // The view may draw its rows anew under the mouse, which closes the card; a hand moves on and comes back.
    for (let tries = 0; !await card.isVisible(); tries++) {
      assert.ok(tries < 10, 'no card shows');
      await workbench.page.mouse.move(640, 600);
      await workbench.row('2.0.0').locator('.label-name').hover();
      await card.waitFor({ timeout: 3000 }).catch(() => undefined);
    }
    await card.getByText('rows: 400').waitFor();
    await shot('card');
    await workbench.page.mouse.move(640, 790);
  });

  it('of a narrow and of a wide side bar', async () => {
    await sideBarWidth(200);
    await shotInEveryTheme('side-bar-200');
    // What is first on a row must be readable, whatever else is cut.
    const label = workbench.row('churn-data').locator('.label-name');
    assert.ok((await label.boundingBox())!.x + (await label.boundingBox())!.width < 48 + 200);
    await sideBarWidth(400);
    await shot('side-bar-400');
    await sideBarWidth(300);
  });

  it('of what is asked before aliases move, files are overwritten and versions deleted', async () => {
    await workbench.contextMenu(workbench.row('2.0.0'), 'Edit Aliases…');
    await workbench.question('Select the aliases');
    await workbench.quickInput.getByText('on 1.1.0; moves here').waitFor();
    await shot('question-aliases');
    await workbench.tick('Select the aliases', 'prod');
    await workbench.question('Move prod from 1.1.0 to 2.0.0?');
    await shot('question-move');
    await workbench.page.keyboard.press('Escape');
    const downloads = path.join(path.dirname(workbench.folder), 'downloads');
    fs.mkdirSync(path.join(downloads, 'churn-data-2.0.0'), { recursive: true });
    fs.writeFileSync(path.join(downloads, 'churn-data-2.0.0', 'README.md'), 'something else');
    await workbench.inlineAction(workbench.row('2.0.0'), 'Download Version…');
    await workbench.question('Where to?');
    await shot('question-where');
    await workbench.pick('Where to?', 'Choose a Folder…');
    await workbench.chooseInDialog(`${downloads}/`, 'Download Here');
    await workbench.question('already holds files with other content');
    await workbench.quickInput.getByText('README.md').waitFor();
    await shot('question-conflicts');
    await workbench.page.keyboard.press('Escape');
    assert.deepEqual(fs.readdirSync(path.join(downloads, 'churn-data-2.0.0')), ['README.md']);
    await workbench.contextMenu(workbench.row('1.1.0'), 'Delete Version…');
    await workbench.dialog('These aliases go with it: prod').waitFor();
    await shot('question-delete-used');
    await workbench.page.keyboard.press('Escape');
  });

  it('of the details, tab by tab, in every theme', async () => {
    await workbench.inlineAction(workbench.row('2.0.0'), 'Open Details');
    await details('churn-data 2.0.0').waitFor();
    const faint: string[] = [];
    for (const theme of themes) {
      await workbench.useTheme(theme);
      for (const tab of tabs) {
        await showTab(tab);
        await shot(`details-${tab.file}-${theme}`);
        faint.push(...(await hardToRead(workbench)).map(text => `${theme}, ${tab.file}: ${text}`));
      }
    }
    assert.deepEqual(faint, []);
  });

  it('of the legend of the graph, which keys close and open', async () => {
    await showTab(tabs[2]!);
    const legend = workbench.webview.locator('.legend');
    assert.deepEqual(await legend.locator('li').allInnerTexts(), ['version', 'run', 'used by a run', 'produced by a run', 'off the selected path', 'has more neighbors']);
    const heading = legend.locator('summary');
    await heading.focus();
    await workbench.page.keyboard.press('Enter');
    await legend.locator('ul').waitFor({ state: 'hidden' });
    await workbench.page.keyboard.press('Space');
    await legend.locator('ul').waitFor();
  });

  it('of the details in a narrow and in a wide editor', async () => {
    await workbench.useTheme('dark');
    const left = (await workbench.page.locator('.part.editor').boundingBox())!.x;
    for (const width of [500, 1400]) {
      await workbench.page.setViewportSize({ width: Math.round(left) + width + 4, height: 800 });
      for (const tab of tabs) {
        await showTab(tab);
        await shot(`details-${tab.file}-${width}`);
        const { content, room } = await workbench.webview.locator('html').evaluate(page => ({ content: page.scrollWidth, room: page.clientWidth }));
        assert.ok(content <= room, `${tab.file} is ${content} px wide in ${room} px`);
      }
    }
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('for README', async () => {
    await workbench.page.setViewportSize({ width: 1280, height: 720 });
    const editor = async (): Promise<{ x: number; y: number; width: number; height: number }> => (await workbench.page.locator('.part.editor').boundingBox())!;
    await showTab(tabs[0]!);
    await keep('details', await editor());
    await showTab(tabs[2]!);
    await keep('lineage', await editor());
    await workbench.row('churn-data').click();
    await workbench.expand('churn-data', 'plots');
    await workbench.row('loss.png').dblclick();
    await workbench.webview.locator('img').waitFor();
    await workbench.page.mouse.move(1250, 650);
    await workbench.page.waitForTimeout(500);
    const side = (await workbench.sideBar.boundingBox())!;
    const shown = await editor();
    await keep('tree', { x: side.x - 48, y: side.y, width: side.width + 48 + shown.width, height: side.height });
    await shot('tree-and-picture');
  });

  it('of names that are hard to show, as the text that they are', async () => {
    await fillLargely(store, workbench.folder);
    await workbench.page.setViewportSize({ width: 1280, height: 800 });
    await workbench.sideBar.getByRole('button', { name: 'Collapse All' }).click();
    await workbench.expand('Local', 'team', '<b>bold', '1.0.0');
    await workbench.row('<img src=x>.json').waitFor();
    await workbench.inlineAction(workbench.row('1.0.0'), 'Open Details');
    await details('<b>bold & $(flame) [link](x) 1.0.0').waitFor();
    await workbench.webview.locator('.overview-main', { hasText: '<u>key</u>' }).waitFor();
    assert.equal(await workbench.webview.locator('b, i, u, img').count(), 0);
    assert.doesNotMatch(await workbench.webview.locator('main').innerText(), /[\u202a-\u202e]/u);
    await shot('hard-names');
  });

  it('of a connection that cannot be read', async () => {
    const folder = path.join(prepared().folder, 'store-of-a-time-to-come');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'format.json'), JSON.stringify({ format: 99, hash: 'sha256', id: 'x' }));
    await workbench.configure({ 'artifacts.connections': [{ kind: 'local', name: 'shared disk', path: folder }] });
    await workbench.showArtifacts();
    await workbench.expand('shared disk');
    await workbench.row('Could not be read').filter({ hasText: 'Retry' }).waitFor();
    await shot('failed-connection');
    assert.deepEqual(fs.readdirSync(folder), ['format.json']);
  });
});

/** Texts of the details page whose colour stands out less from what is behind it than the WCAG asks of text (AA). */
async function hardToRead({ webview }: Workbench): Promise<string[]> {
  return await webview.locator('main').evaluate(main => {
    type Colour = readonly [number, number, number, number];
    const parsed = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = (front: Colour, back: Colour): Colour => {
      const mixed = [0, 1, 2].map(index => front[index]! * front[3] + back[index]! * (1 - front[3]));
      return [mixed[0]!, mixed[1]!, mixed[2]!, 1];
    };
    const behind = (element: Element | null): Colour => {
      // The page itself is transparent: the editor is behind it.
      const background = parsed(getComputedStyle(element ?? editor).backgroundColor);
      return background[3] >= 1 || element === null ? background : over(background, behind(element.parentElement));
    };
    const luminance = (colour: Colour): number => {
      const [red, green, blue] = [0, 1, 2].map(index => {
        const part = colour[index]! / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const found: string[] = [];
    const editor = document.body.appendChild(document.createElement('i'));
    editor.style.backgroundColor = 'var(--vscode-editor-background)';
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent!.trim();
      const svg = element.closest('svg') !== null;
      if (text === '' || svg || element.getClientRects().length === 0 || element.closest('.sr-only, [disabled]') !== null) {
        continue;
      }
      const back = behind(element);
      const style = getComputedStyle(element);
      const colour = over(parsed(style.color), back);
      const [light, dark] = [luminance(colour), luminance(back)].sort((a, b) => b - a);
      const contrast = (light! + 0.05) / (dark! + 0.05);
      if (contrast < 4.5) {
        found.push(`“${text.slice(0, 40)}” has ${contrast.toFixed(1)}`);
      }
    }
    editor.remove();
    return [...new Set(found)];
  });
}
