// @ts-check
import { execFile, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What every window of a test starts with: no page, prompt or update that has nothing to do with the extension. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'workbench.enableExperiments': false,
  'git.openRepositoryInParentFolders': 'never',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

/**
 * @typedef {object} HostOptions
 * @property {import('./provision.mjs').Host} host
 * @property {string} folder                        holds everything the host writes; the caller removes it
 * @property {string} [extensionsDir]               installed extensions; an empty one if left out
 * @property {number} [port]                        a free one if left out
 * @property {Record<string, unknown>} [settings]   user settings on top of the quiet ones
 * @property {boolean} [develops]                   whether windows may load an extension under development; the editor shows no
 *                                                  notifications then
 * @property {Record<string, string>} [env]         what the extension host sees besides this process's environment
 *
 * @typedef {object} RunningHost
 * @property {string} url                           of the workbench, without a query
 * @property {string} authority                     `127.0.0.1:PORT`, the name of this machine in vscode-remote URIs
 * @property {Promise<number | null>} ended         exit code, once it has
 * @property {() => number | null | undefined} exitCode   the same now; `null` after a signal, `undefined` while it runs
 * @property {() => string} output                  what it printed
 * @property {() => Promise<void>} stop
 */

/**
 * @param {HostOptions} options
 * @returns {Promise<RunningHost>}
 */
export async function startHost({ host, folder, extensionsDir = path.join(folder, 'extensions'), port, settings = {}, develops = false, env = {} }) {
  const userData = path.join(folder, 'user');
  const home = path.join(folder, 'home');
  // Settings of machine scope, such as the place of the store, count only where the extension host reads them: in `Machine`.
  for (const needed of [path.join(userData, 'User'), path.join(userData, 'Machine'), home, extensionsDir]) {
    fs.mkdirSync(needed, { recursive: true });
  }
  for (const scope of ['User', 'Machine']) {
    fs.writeFileSync(path.join(userData, scope, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));
  }

  const listening = port ?? await freePort();
  const authority = `127.0.0.1:${listening}`;
  /** @type {string[]} */
  const printed = [];
  const child = spawn(host.node, [
    host.server,
    '--host', '127.0.0.1', '--port', String(listening), '--without-connection-token', '--accept-server-license-terms',
    // Without it the page ignores `payload`, and with that an extension under development.
    ...develops ? ['--enable-smoke-test-driver'] : [],
    '--telemetry-level', 'off',
    '--user-data-dir', userData, '--server-data-dir', path.join(folder, 'server'), '--extensions-dir', extensionsDir,
  ], {
    // Its own process group, so that stopping it stops the extension host and terminals as well.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // No extension gallery: nothing here may depend on what is outside.
    env: { ...cleanEnvironment(), EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '' }), HOME: home, ...env },
  });
  child.stdout.on('data', chunk => printed.push(String(chunk)));
  child.stderr.on('data', chunk => printed.push(String(chunk)));
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => { resolve(code); });
  });

  const stop = async () => {
    process.removeListener('exit', kill);
    signal(child, 'SIGTERM');
    const late = setTimeout(() => { kill(); }, 3000);
    await ended.catch(() => undefined);
    clearTimeout(late);
    // The group outlives its leader when an extension's child ignores SIGTERM.
    kill();
  };
  const kill = () => { signal(child, 'SIGKILL'); };
  process.once('exit', kill);

  const url = `http://${authority}/`;
  await Promise.race([
    answers(url),
    ended.then(code => { throw new Error(`VS Code ${host.vscode} ended with ${code} while starting:\n${printed.join('')}`); }),
  ]).catch(async error => {
    await stop();
    throw error;
  });
  const exitCode = () => child.exitCode ?? (child.signalCode === null ? undefined : null);
  return { url, authority, ended, exitCode, output: () => printed.join(''), stop };
}

/**
 * @param {import('./provision.mjs').Host} host
 * @param {string} vsix
 * @param {string} extensionsDir
 */
export async function installExtension(host, vsix, extensionsDir) {
  const data = path.join(path.dirname(extensionsDir), 'install');
  await promisify(execFile)(host.node, [
    host.server, '--accept-server-license-terms', '--user-data-dir', data, '--server-data-dir', data,
    '--extensions-dir', extensionsDir, '--install-extension', vsix,
  ], { timeout: 120_000, env: cleanEnvironment() });
}

/**
 * The address of a window.
 * @param {RunningHost} running
 * @param {string} folder               to open
 * @param {{ extension?: string, tests?: string }} [development]   folder of the extension, module of its tests
 */
export function windowAddress(running, folder, development = {}) {
  const remote = (/** @type {string} */ file) => `vscode-remote://${running.authority}${file}`;
  const payload = [
    ...development.extension ? [['extensionDevelopmentPath', remote(development.extension)]] : [],
    ...development.tests ? [['extensionTestsPath', remote(development.tests)]] : [],
  ];
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) {
    query.set('payload', JSON.stringify(payload));
  }
  // The workbench decodes with decodeURIComponent rules in places; a plus must not stand for a space.
  return `${running.url}?${query.toString().replaceAll('+', '%20')}`;
}

/** @param {string} url */
async function answers(url) {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      await response.body?.cancel();
      if (response.ok) {
        return;
      }
    } catch {
      // Not listening yet.
    }
    if (Date.now() > deadline) {
      throw new Error(`The editor host did not answer at ${url} within a minute.`);
    }
    await sleep(100);
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => { resolve(port); });
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} name
 */
function signal(child, name) {
  try {
    if (child.pid !== undefined) {
      process.kill(-child.pid, name);
    }
  } catch {
    // Already gone.
  }
}

/** An editor around this process (its terminal) must not reach into the one under test. */
function cleanEnvironment() {
  const kept = Object.entries(process.env)
    .filter(([name]) => !/^(VSCODE_|npm_|NODE_OPTIONS$|ELECTRON_|XDG_(CONFIG|DATA|STATE)_HOME$)/.test(name));
  return Object.fromEntries(kept);
}
