// @ts-check
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkout } from './folders.mjs';
import { holdingLock } from './lock.mjs';

const require = createRequire(import.meta.url);

/** What a VSIX holds; .vscodeignore says the same to vsce. */
const shipped = ['package.json', 'package.nls.json', 'dist', 'media', 'l10n', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** TypeScript of tests and sources to out/, without checking: `npm run types` does that. `npm test` has done it once for all. */
export async function compileTests() {
  if (process.env['TESTS_BUILT']) {
    return;
  }
  await alone(async () => {
    await node(require.resolve('typescript/bin/tsc'),
      ['-p', 'test', '--noCheck', '--incremental', '--tsBuildInfoFile', path.join('out', 'tests.tsbuildinfo')]);
    removeOrphans();
  });
}

/**
 * The built extension in a folder of its own: nobody's next build changes it while an editor runs it, and what does
 * not ship is not there.
 * @param {string} target
 * @param {{ build: boolean }} options   whether to build first, or to take what is in dist/
 */
export async function stageExtension(target, { build }) {
  await alone(async () => {
    if (build) {
      await webpack('development');
    }
    fs.mkdirSync(target, { recursive: true });
    const names = fs.readdirSync(checkout).filter(name => shipped.includes(name) || /^package\.nls\..*\.json$/.test(name));
    for (const name of names) {
      fs.cpSync(path.join(checkout, name), path.join(target, name), { recursive: true });
    }
  });
}

/** Where the packaged extension lies. */
export function vsixPath() {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(checkout, 'package.json'), 'utf8'));
  return path.join(checkout, `${name}-${version}.vsix`);
}

/**
 * The production build and its VSIX.
 * @param {{ quiet?: boolean }} [options]   without vsce's list of files
 */
export async function packageExtension({ quiet = false } = {}) {
  await alone(async () => {
    await webpack('production');
    await node(require.resolve('@vscode/vsce/vsce'),
      ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsixPath()], quiet);
  });
}

/** @param {'development' | 'production'} mode */
async function webpack(mode) {
  await node(require.resolve('webpack-cli/bin/cli.js'), ['--mode', mode, '--stats', 'errors-warnings']);
}

/**
 * Two builds of one checkout would write over each other's files.
 * @param {() => Promise<void>} work
 */
async function alone(work) {
  const out = path.join(checkout, 'out');
  fs.mkdirSync(out, { recursive: true });
  await holdingLock(path.join(out, 'build.lock'), line => { console.log(line); }, work);
}

/** A test that was deleted or renamed must not go on running from out/. */
function removeOrphans() {
  const out = path.join(checkout, 'out', 'test');
  for (const file of fs.readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    const source = path.join(checkout, 'test', file.replace(/\.js$/, ''));
    if (file.endsWith('.test.js') && !fs.existsSync(`${source}.ts`) && !fs.existsSync(`${source}.tsx`)) {
      fs.rmSync(path.join(out, file));
    }
  }
}

/**
 * @param {string} script
 * @param {string[]} args
 * @param {boolean} [quiet]
 * @returns {Promise<void>}
 */
function node(script, args, quiet = false) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: checkout, stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`${path.basename(script)} ${args.join(' ')} ended with ${code}.`));
      }
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await compileTests();
}
