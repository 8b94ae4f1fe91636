import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { until } from '../../support/until';
import { checkout, hostModules, prepared, type RunningEditor } from './editor';

const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
} as const;

export interface WorkbenchOptions {
  readonly theme?: keyof typeof themes;
  /** User settings, on top of quiet ones and a store in a temporary folder. */
  readonly settings?: Record<string, unknown>;
  /** What to open; a fresh copy of the sample project, with a git history, if left out. */
  readonly folder?: string;
  /** `false` opens the folder in restricted mode. */
  readonly trust?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** What the extension host sees in its environment. */
  readonly env?: Record<string, string>;
}

let browser: Browser | undefined;
const open = new Set<Workbench>();

/** A fresh editor with the packaged extension, in a fresh window. Its own user, store and workspace. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const { startHost, windowAddress, launchBrowser, copySample } = await hostModules();
  const { host, extensions, folder: root } = prepared();
  // Other test files open theirs at the same time.
  const own = fs.mkdtempSync(path.join(root, 'window-'));
  const folder = options.folder ?? copySample(path.join(own, 'workspace'));
  const asked = options.settings?.['artifacts.store.path'];
  const store = typeof asked === 'string' ? asked : path.join(own, 'store');
  const editor = await startHost({
    host,
    folder: own,
    extensionsDir: extensions,
    settings: {
      'workbench.colorTheme': themes[options.theme ?? 'dark'],
      'window.autoDetectColorScheme': false,
      'window.autoDetectHighContrast': false,
      'security.workspace.trust.enabled': options.trust === false,
      'security.workspace.trust.startupPrompt': 'never',
      'artifacts.store.path': store,
      ...options.settings,
    },
    env: options.env ?? {},
  });
  try {
    browser ??= await launchBrowser();
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
      // Nothing fades in, so that pictures show what is there.
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const settingsFile = path.join(own, 'user', 'User', 'settings.json');
    const workbench = new Workbench(page, { folder, store, editor, context, settingsFile, address: windowAddress(editor, folder) });
    open.add(workbench);
    await workbench.load();
    return workbench;
  } catch (error) {
    await editor.stop();
    throw error;
  }
}

export function openWorkbenches(): readonly Workbench[] {
  return [...open];
}

export async function closeEverything(): Promise<void> {
  await Promise.all([...open].map(workbench => workbench.close()));
  await browser?.close();
  browser = undefined;
}

/** A window of the editor, with the steps that a user takes. */
export class Workbench {
  /** The opened folder on this disk. */
  readonly folder: string;
  /** Where the embedded store keeps its files. */
  readonly store: string;
  /** What the page wrote to its console. */
  readonly console: string[] = [];

  constructor(readonly page: Page, private readonly world: {
    readonly folder: string;
    readonly store: string;
    readonly editor: RunningEditor;
    readonly context: BrowserContext;
    readonly settingsFile: string;
    readonly address: string;
  }) {
    this.folder = world.folder;
    this.store = world.store;
    page.on('console', message => this.console.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => this.console.push(`page error: ${error.message}`));
  }

  /** Opens or reloads the window and waits until it takes input. */
  async load(): Promise<void> {
    await this.page.goto(this.world.address);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await this.activityBarItem.waitFor({ timeout: 60_000 });
  }

  async close(): Promise<void> {
    open.delete(this);
    await this.world.context.close();
    await this.world.editor.stop();
  }

  /** Writes user settings and opens the window again: an editor in the browser does not see its settings file change. */
  async configure(settings: Record<string, unknown>): Promise<void> {
    const present = JSON.parse(fs.readFileSync(this.world.settingsFile, 'utf8')) as Record<string, unknown>;
    fs.writeFileSync(this.world.settingsFile, JSON.stringify({ ...present, ...settings }, undefined, 2));
    await this.load();
  }

  /** Chooses a theme and waits until the window has it. */
  async useTheme(theme: keyof typeof themes): Promise<void> {
    const { look, label } = {
      dark: { look: 'vs-dark', label: 'Dark Modern' },
      light: { look: 'vs', label: 'Light Modern' },
      highContrast: { look: 'hc-black', label: 'Dark High Contrast' },
      highContrastLight: { look: 'hc-light', label: 'Light High Contrast' },
    }[theme];
    await this.command('Preferences: Color Theme');
    await this.question('Select Color Theme');
    await this.quickInputBox.fill(label);
    await this.pick('Select Color Theme', label);
    await this.page.locator(`.monaco-workbench.${look}`).waitFor();
  }

  hostOutput(): string {
    return this.world.editor.output();
  }

  get activityBarItem(): Locator {
    return this.page.locator('.activitybar').getByRole('tab', { name: 'ML Artifacts' });
  }

  /** Shows the ML Artifacts container, which activates the extension, and waits for rows or a welcome text. */
  async showArtifacts(): Promise<void> {
    if (await this.activityBarItem.getAttribute('aria-selected') !== 'true') {
      await this.activityBarItem.click();
    }
    const content = this.sideBar.locator('.monaco-list-row, .welcome-view-content > *');
    await content.first().waitFor({ timeout: 30_000 });
  }

  async showExplorer(): Promise<void> {
    const explorer = this.page.locator('.activitybar').getByRole('tab', { name: /^Explorer/ });
    if (await explorer.getAttribute('aria-selected') !== 'true') {
      await explorer.click();
    }
    await this.sideBar.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  }

  get sideBar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** A visible row of the side bar (the artifacts tree or the Explorer) whose text begins with `name`. */
  row(name: string): Locator {
    return this.sideBar.locator('.monaco-list-row').filter({
      has: this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${escapeRegExp(name)}`) }),
    }).first();
  }

  /** Text of the visible rows of the side bar, top down. */
  async rows(): Promise<string[]> {
    const rows = await this.sideBar.locator('.monaco-list-row').all();
    const placed = await Promise.all(rows.map(async row => ({
      index: Number(await row.getAttribute('data-index')),
      text: await this.textOf(row),
    })));
    return placed.sort((a, b) => a.index - b.index).map(({ text }) => text);
  }

  /** Label and description of a row, of the side bar or a prompt, with a space between. */
  async textOf(row: Locator): Promise<string> {
    const read = async (): Promise<string> => (await row.locator('.label-name, .label-description').allInnerTexts()).join(' ').replace(/\s+/g, ' ').trim();
    let text = await read();
    // A row is empty for a moment while it is drawn anew.
    for (let looks = 0; looks < 10 && text === ''; looks++) {
      await this.page.waitForTimeout(100);
      text = await read();
    }
    return text;
  }

  /** Text of the visible rows of the prompt, top down. */
  async choices(): Promise<string[]> {
    const rows = await this.quickInput.locator('.quick-input-list .monaco-list-row').all();
    return await Promise.all(rows.map(async row => await this.textOf(row)));
  }

  /** Opens rows of the tree, step by step; each step waits until its row is there. */
  async expand(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.turn(name, true);
    }
  }

  async collapse(name: string): Promise<void> {
    await this.turn(name, false);
  }

  private async turn(name: string, open: boolean): Promise<void> {
    const row = this.row(name);
    await row.waitFor();
    const turned = async (): Promise<boolean> => await row.getAttribute('aria-expanded') === String(open);
    // While rows are read again, VS Code forgets a click, or gives the element of this row to another one, for which Playwright would
    // go on waiting. A person looks and clicks once more.
    for (let clicks = 0; clicks < 5 && !await turned(); clicks++) {
      await row.locator('.monaco-tl-twistie').click({ timeout: 2000 }).catch(() => undefined);
      await within(1000, turned);
    }
    assert.ok(await turned(), `the row ${name} does not ${open ? 'open' : 'close'}`);
  }

  /** Runs a command by its title, category included, as the palette shows it. */
  async command(title: string): Promise<void> {
    const row = this.quickInput.locator('.quick-input-list .monaco-list-row').filter({
      has: this.page.locator('.label-name', { hasText: new RegExp(`^${escapeRegExp(title)}$`) }),
    }).first();
    await this.searchPalette(title, row);
    await row.click();
  }

  /** Whether the palette offers a command. */
  async offers(title: string): Promise<boolean> {
    const rows = this.quickInput.locator('.quick-input-list .monaco-list-row');
    await this.searchPalette(title, rows.first());
    const labels = await rows.locator('.label-name').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return labels.includes(title);
  }

  /**
   * Types into the palette and waits until it shows `row`. A window that has just opened may move the focus, which closes the palette, and
   * may not know all commands yet: then it is opened again.
   */
  private async searchPalette(text: string, row: Locator): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInputBox.fill(`>${text}`, { timeout: 5000 });
        await row.waitFor({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempts === 4) {
          throw error;
        }
        await this.page.keyboard.press('Escape');
      }
    }
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  get quickInputBox(): Locator {
    return this.quickInput.locator('.quick-input-box input');
  }

  /** Waits for the question (its title or placeholder contains `question`) and answers it with Enter. */
  async answer(question: string | RegExp, text?: string): Promise<void> {
    await this.question(question);
    if (text !== undefined) {
      await this.quickInputBox.fill(text);
    }
    // Who answers has seen what the answer is: a list that is still empty hears no Enter.
    await this.quickInput.locator('.quick-input-list:visible .monaco-list-row').or(this.quickInput.locator('.quick-input-message:visible')).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Waits for the question and picks the entry whose label begins with `label`. */
  async pick(question: string | RegExp, label: string): Promise<void> {
    await this.question(question);
    await this.quickInput.locator('.quick-input-list .monaco-list-row').filter({
      has: this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${escapeRegExp(label)}`) }),
    }).first().click();
  }

  /** Ticks entries of a question that takes several, and confirms. */
  async tick(question: string | RegExp, ...labels: string[]): Promise<void> {
    await this.question(question);
    for (const label of labels) {
      await this.quickInput.locator('.quick-input-list .monaco-list-row').filter({
        has: this.page.locator('.label-name', { hasText: new RegExp(`^\\s*${escapeRegExp(label)}`) }),
      }).first().click();
    }
    await this.page.keyboard.press('Enter');
  }

  async question(text: string | RegExp): Promise<void> {
    const matching = typeof text === 'string' ? new RegExp(escapeRegExp(text), 'i') : text;
    await this.page.waitForFunction(({ source, flags }) => {
      const widget = [...document.querySelectorAll<HTMLElement>('.quick-input-widget')].find(each => each.offsetParent !== null);
      const placeholder = widget?.querySelector<HTMLInputElement>('.quick-input-box input')?.placeholder ?? '';
      return widget !== undefined && new RegExp(source, flags).test(`${widget.innerText}\n${placeholder}`);
    }, { source: matching.source, flags: matching.flags });
  }

  /** Clicks an icon that a row shows under the mouse. */
  async inlineAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    await row.locator(`.actions a.action-label[aria-label^="${title}"]`).click();
  }

  /** Opens the context menu of a row and clicks through it, submenu by submenu. */
  async contextMenu(row: Locator, ...items: string[]): Promise<void> {
    await row.click({ button: 'right' });
    await this.menuHas(items[0] ?? '', row);
    for (const [index, item] of items.entries()) {
      const entry = this.menuItem(item);
      await entry.waitFor();
      // A menu hears no click in its first moments: that one may still belong to what opened it.
      await this.page.waitForTimeout(150);
      await (index < items.length - 1 ? entry.hover() : entry.click());
    }
  }

  /** A window that has just opened may not know all of its menu entries yet: then the menu is opened again. */
  private async menuHas(item: string, row: Locator): Promise<void> {
    await this.page.locator('.monaco-menu').first().waitFor();
    for (let attempts = 0; attempts < 10 && !await this.menuItem(item).isVisible(); attempts++) {
      await this.page.keyboard.press('Escape');
      await this.page.waitForTimeout(500);
      await row.click({ button: 'right' });
      await this.page.locator('.monaco-menu').first().waitFor();
    }
  }

  menuItem(label: string): Locator {
    return this.page.locator('.monaco-menu .action-item').filter({
      has: this.page.locator('.action-label', { hasText: new RegExp(`^${escapeRegExp(label)}`) }),
    }).last();
  }

  /** Labels of the context menu that is open. */
  async menuItems(): Promise<string[]> {
    await this.page.locator('.monaco-menu').first().waitFor();
    const labels = await this.page.locator('.monaco-menu .action-item:not(.disabled) .action-label').allInnerTexts();
    return labels.map(label => label.trim()).filter(Boolean);
  }

  /** The document of the webview that is shown. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready:visible').frameLocator('iframe#active-frame');
  }

  /** What the clipboard holds. */
  async clipboard(): Promise<string> {
    return await this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Goes through VS Code's own dialog for a file or folder, which a browser shows as a quick input, by typing the path. */
  async chooseInDialog(file: string, button: string): Promise<void> {
    await this.quickInput.getByRole('button', { name: button }).waitFor();
    // It writes the folder that it lists into the box, once it has read it.
    await this.quickInput.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.quickInputBox.fill(file);
    // While it looks at what was written it hears no click.
    const asks = async (): Promise<boolean> => await this.quickInputBox.isVisible() && await this.quickInputBox.inputValue({ timeout: 1000 }).catch(() => '') === file;
    const heard = (): Promise<boolean> => within(2000, async () => !await asks());
    await this.quickInput.getByRole('button', { name: button }).click();
    for (let clicks = 1; clicks < 5 && !await heard(); clicks++) {
      await this.quickInput.getByRole('button', { name: button }).click({ timeout: 2000 }).catch(() => undefined);
    }
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text }).first();
  }

  /** A modal message of the editor. */
  dialog(text: string | RegExp): Locator {
    return this.page.locator('.monaco-dialog-box').filter({ hasText: text });
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text }).first();
  }

  editorTab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: name }).first();
  }

  /** Saves a picture of the window under test-results/screenshots, per version of VS Code. */
  async screenshot(name: string): Promise<string> {
    const folder = path.join(checkout, 'test-results', 'screenshots', prepared().host.vscode);
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${name.replace(/[^\w.-]+/g, '-')}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}

/** Whether it comes about in that time. */
const within = (milliseconds: number, comesAbout: () => Promise<boolean>): Promise<boolean> =>
  until(comesAbout, 'it comes about', milliseconds).then(() => true, () => false);

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
