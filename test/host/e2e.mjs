// @ts-check
/**
 * Installs the packaged extension into a fresh editor and runs test/e2e against it.
 *   node test/host/e2e.mjs [--host current|oldest|1.117.0] [--built] [--keep] [--grep TEXT and whatever else mocha takes]
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { browserPath } from './browser.mjs';
import { compileTests, packageExtension, vsixPath } from './build.mjs';
import { editionNamed } from './editions.mjs';
import { checkout, freshFolder, remove } from './folders.mjs';
import { provision } from './provision.mjs';
import { installExtension } from './server.mjs';

const { values: flags, tokens } = parseArgs({
  strict: false,
  tokens: true,
  options: {
    host: { type: 'string', default: 'current' },
    // The VSIX is up to date.
    built: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const forMocha = argumentsExcept(['host', 'built', 'keep']);

const folder = freshFolder('e2e');
try {
  // First, as it is quickly said.
  browserPath();
  const host = await provision(editionNamed(String(flags['host'])));
  await compileTests();
  const vsix = path.join(folder, 'extension.vsix');
  if (!flags['built'] || !fs.existsSync(vsixPath())) {
    await packageExtension();
  }
  fs.copyFileSync(vsixPath(), vsix);
  const extensions = await install(host, vsix);
  process.exitCode = await mocha(host, extensions);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (flags['keep']) {
    console.log(`Kept ${folder}`);
  } else {
    remove(folder);
  }
}

/**
 * @param {import('./provision.mjs').Host} host
 * @param {string} vsix
 * @returns {Promise<string>} the folder of installed extensions
 */
async function install(host, vsix) {
  const extensions = path.join(folder, 'extensions');
  await installExtension(host, vsix, extensions);
  const installed = fs.readdirSync(extensions).filter(name => fs.existsSync(path.join(extensions, name, 'package.json')));
  if (installed.length !== 1) {
    throw new Error(`VS Code ${host.vscode} did not install the VSIX: ${installed.join(', ') || 'nothing'} is in its extensions folder.`);
  }
  return extensions;
}

/**
 * @param {import('./provision.mjs').Host} host
 * @param {string} extensions
 * @returns {Promise<number>}
 */
function mocha(host, extensions) {
  const bin = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, '--config', 'test/host/e2e.cjs', ...forMocha], {
      cwd: checkout,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, E2E_HOST: JSON.stringify({ host, extensions, folder, keep: flags['keep'] === true }) },
    });
    child.on('error', reject);
    child.on('close', code => { resolve(code ?? 1); });
  });
}

/** @param {string[]} own */
function argumentsExcept(own) {
  const taken = new Set(tokens.flatMap(token => token.kind === 'option' && own.includes(token.name)
    ? [token.index, ...token.value !== undefined && !token.inlineValue ? [token.index + 1] : []]
    : []));
  return process.argv.slice(2).filter((_, index) => !taken.has(index));
}
