// @ts-check
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

export const checkout = path.resolve(import.meta.dirname, '..', '..');

/** Stands in integration tests where the Python extension would be. */
export const pythonExtension = path.join(checkout, 'test', 'fixtures', 'pythonExtension');

// The package `node` brings one; where it has none for a system, the machine's own runs the scripts.
if (Number(process.versions.node.split('.')[0]) < 22) {
  console.error(`Node.js ${process.versions.node} is too old for the scripts of this checkout: please install 22 or newer.`);
  process.exit(1);
}

/** @param {string} purpose */
export function freshFolder(purpose) {
  // Short and real: sockets inside have a length limit, and macOS's temp folder is a link.
  return fs.realpathSync(fs.mkdtempSync(path.join(tmpdir(), `mla-${purpose}-`)));
}

/** @param {string} folder */
export function remove(folder) {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/**
 * A copy of the sample project with a git history, so that nothing a test or a user does reaches the checkout.
 * @param {string} target
 */
export function copySample(target) {
  fs.mkdirSync(target, { recursive: true });
  const sample = path.join(checkout, 'media', 'sample');
  if (fs.existsSync(sample)) {
    fs.cpSync(sample, target, { recursive: true });
  } else {
    fs.writeFileSync(path.join(target, 'readme.md'), '# Sample project\n');
  }
  /** @param {string[]} args */
  const git = (...args) => execFileSync('git', ['-c', 'core.hooksPath=', '-c', 'commit.gpgSign=false', ...args], {
    cwd: target,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Sample', GIT_AUTHOR_EMAIL: 'sample@example.com',
      GIT_COMMITTER_NAME: 'Sample', GIT_COMMITTER_EMAIL: 'sample@example.com',
    },
  });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'Sample project');
  return target;
}
