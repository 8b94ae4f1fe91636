// @ts-check
/**
 * Opens the sample project in an editor with the extension: desktop VS Code, or one in the browser.
 *   node test/host/start.mjs [--browser] [--port N] [--folder PATH]
 */
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { showInBrowser } from './browser.mjs';
import { packageExtension, stageExtension, vsixPath } from './build.mjs';
import { editionNamed } from './editions.mjs';
import { copySample, freshFolder, remove } from './folders.mjs';
import { provision } from './provision.mjs';
import { installExtension, startHost, windowAddress } from './server.mjs';

const { values: flags } = parseArgs({
  options: {
    // Not the desktop, even where there is one.
    browser: { type: 'boolean', default: false },
    host: { type: 'string', default: 'current' },
    port: { type: 'string' },
    // Your own folder instead of the sample project.
    folder: { type: 'string' },
  },
});

const own = freshFolder('start');
// Not the user's own artifacts.
const storeSettings = { 'artifacts.store.path': path.join(own, 'store') };
/** @type {(() => Promise<void> | void)[]} */
const closing = [() => { remove(own); }];
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => { void close(0); });
}
try {
  const workspace = flags.folder ? path.resolve(flags.folder) : copySample(path.join(own, 'sample'));
  const desktop = flags.browser ? undefined : desktopEditor();
  await (desktop ? startDesktop(desktop, workspace) : startBrowser(workspace));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await close(1);
}

/**
 * @param {string} code
 * @param {string} workspace
 */
async function startDesktop(code, workspace) {
  console.log('Building the extension …');
  const extension = path.join(own, 'extension');
  await stageExtension(extension, { build: true });
  const user = path.join(own, 'user');
  fs.mkdirSync(path.join(user, 'User'), { recursive: true });
  fs.writeFileSync(path.join(user, 'User', 'settings.json'), JSON.stringify(storeSettings));
  console.log(`Opening VS Code with ${workspace}. Ctrl+C ends it and removes what it wrote.`);
  const child = spawn(code, [
    '--wait', '--new-window', `--extensionDevelopmentPath=${extension}`, '--user-data-dir', user, workspace,
  ], { stdio: 'inherit' });
  closing.unshift(() => { child.kill(); });
  child.on('close', code => { void close(code ?? 0); });
}

/** @param {string} workspace */
async function startBrowser(workspace) {
  console.log('There is no desktop VS Code on the PATH, so the editor runs in the browser.');
  const host = await provision(editionNamed(flags.host));
  console.log('Building and packaging the extension …');
  await packageExtension({ quiet: true });
  const extensions = path.join(own, 'extensions');
  await installExtension(host, vsixPath(), extensions);
  const running = await startHost({
    host,
    folder: own,
    extensionsDir: extensions,
    ...flags.port === undefined ? {} : { port: Number(flags.port) },
    settings: storeSettings,
  });
  closing.unshift(() => running.stop());
  const address = windowAddress(running, workspace);
  console.log(`\nVS Code ${host.vscode} with ML Artifacts:\n\n  ${address}\n`);
  console.log(`The sample project is a copy in ${workspace}. Ctrl+C ends the editor and removes what it wrote.`);
  showInBrowser(address);
  void running.ended.then(code => close(code ?? 0));
}

/** The desktop's `code`; inside a remote terminal that name belongs to a command that opens files elsewhere. */
function desktopEditor() {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    const file = path.join(folder, 'code');
    if (fs.existsSync(file) && !fs.realpathSync(file).includes('remote-cli') && answersVersion(file)) {
      return file;
    }
  }
  return undefined;
}

/** @param {string} file */
function answersVersion(file) {
  try {
    return /^\d+\.\d+/.test(execFileSync(file, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 15_000 }));
  } catch {
    return false;
  }
}

/**
 * Once: stopping the editor is also the news that it ended.
 * @param {number} code
 */
async function close(code) {
  const steps = closing.splice(0);
  if (steps.length === 0) {
    return;
  }
  for (const step of steps) {
    await step();
  }
  process.exit(code);
}
