// @ts-check
/**
 * Makes an editor host from npm packages and keeps it in a cache folder outside the checkout.
 *   node test/host/provision.mjs [current|oldest|1.139.1 …]
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { editionNamed, editions, nodePackageOf } from './editions.mjs';
import { holdingLock } from './lock.mjs';

/** Change it when the steps below change, so that hosts made the old way are not used. */
const recipe = 3;

/** The npm that builds: a distribution's own compiles native modules that crash in a Node that is not the distribution's. */
const builder = 'npm@11.19.1';

/** What the editor needs compiled; every other install script is left out, as some download from elsewhere. */
const nativeModules = ['@parcel/watcher', 'node-pty', '@vscode/spdlog', '@vscode/native-watchdog'];

/**
 * @typedef {object} Host
 * @property {string} vscode  version
 * @property {string} node    the Node to run it with
 * @property {string} server  the script to run
 */

export function cacheFolder() {
  const own = process.env['ML_ARTIFACTS_CACHE'];
  if (own) {
    return path.resolve(own);
  }
  const shared = process.env['XDG_CACHE_HOME']
    || (process.platform === 'darwin' ? path.join(homedir(), 'Library', 'Caches') : path.join(homedir(), '.cache'));
  return path.join(shared, 'ml-artifacts');
}

/**
 * @param {import('./editions.mjs').Edition} edition
 * @param {(line: string) => void} say
 * @returns {Promise<Host>}
 */
export async function provision(edition, say = line => { console.log(line); }) {
  const cache = cacheFolder();
  const folder = path.join(cache, `vscode-${edition.vscode}-${process.platform}-${process.arch}-r${recipe}`);
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(cache, { recursive: true });
    await holdingLock(`${folder}.lock`, say, async () => {
      // Somebody else may have finished it while this process waited for the lock.
      if (!fs.existsSync(folder)) {
        await install(edition, folder, say);
      }
    });
  }
  const modules = path.join(folder, 'node_modules');
  return {
    vscode: edition.vscode,
    node: path.join(modules, nodePackageOf(edition).name, 'bin', 'node'),
    server: path.join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
}

/**
 * @param {import('./editions.mjs').Edition} edition
 * @param {string} folder
 * @param {(line: string) => void} say
 */
async function install(edition, folder, say) {
  const part = `${folder}.part`;
  const started = Date.now();
  say(`Preparing VS Code ${edition.vscode} in ${folder} (once, one to three minutes) …`);
  fs.rmSync(part, { recursive: true, force: true });
  fs.mkdirSync(part, { recursive: true });
  fs.writeFileSync(path.join(part, 'package.json'), '{"private":true}\n');

  const node = nodePackageOf(edition);
  await run(outerNpm(), ['install', '--ignore-scripts', `code-server@${edition.codeServer}`, `${node.name}@${node.version}`, builder], part);
  const modules = path.join(part, 'node_modules');
  const vscode = path.join(modules, 'code-server', 'lib', 'vscode');
  const npm = [path.join(modules, node.name, 'bin', 'node'), path.join(modules, 'npm', 'bin', 'npm-cli.js')];
  const matching = {
    PATH: path.join(modules, node.name, 'bin') + path.delimiter + (process.env['PATH'] ?? ''),
    npm_config_nodedir: path.join(modules, node.name),
  };
  await run(npm, ['install', '--omit=dev', '--ignore-scripts', '--legacy-peer-deps'], vscode, matching);
  await run(npm, ['rebuild', ...nativeModules], vscode, matching);
  await run(npm, ['install', '--omit=dev', '--ignore-scripts', '--no-save', ...edition.forgotten], path.join(vscode, 'extensions'), matching);

  // The last step: a folder of this name is always a complete host.
  fs.renameSync(part, folder);
  say(`VS Code ${edition.vscode} is ready after ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** The machine's npm, by the path that `npm run` tells or by name. */
function outerNpm() {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
}

/**
 * @param {string[]} npm   a command and its first arguments
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [extra]
 * @returns {Promise<void>}
 */
function run([command = 'npm', ...first], args, cwd, extra = {}) {
  return new Promise((resolve, reject) => {
    /** @type {string[]} */
    const output = [];
    const child = spawn(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      env: { ...outerEnvironment(), ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', chunk => output.push(String(chunk)));
    child.stderr.on('data', chunk => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`npm ${args.join(' ')} ended with ${code} in ${cwd}. `
          + `It needs a package registry, python3, make and g++.\n${output.join('').slice(-4000)}`));
      }
    });
  });
}

/** Without what `npm run` says about this project: the inner npm would take it for its own. */
function outerEnvironment() {
  const inherited = Object.entries(process.env)
    .filter(([name]) => !/^npm_(package|lifecycle)_|^npm_config_((local|global)_prefix|node_gyp)$|^NODE_OPTIONS$|^INIT_CWD$/.test(name));
  return Object.fromEntries(inherited);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const asked = process.argv.slice(2);
  for (const edition of asked.length > 0 ? asked.map(editionNamed) : editions) {
    const host = await provision(edition);
    console.log(`VS Code ${host.vscode}: ${host.server}`);
  }
}
