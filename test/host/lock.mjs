// @ts-check
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` while no other process does. A lock whose owner has died is taken over.
 * @template T
 * @param {string} folder
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function holdingLock(folder, say, work) {
  for (let waited = 0; !take(folder); waited++) {
    if (waited === 0) {
      say(`Waiting for another process that holds ${folder} …`);
    }
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function take(folder) {
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') {
      throw error;
    }
    if (!ownerIsGone(folder)) {
      return false;
    }
    fs.rmSync(folder, { recursive: true, force: true });
    return take(folder);
  }
  fs.writeFileSync(path.join(folder, 'pid'), String(process.pid));
  return true;
}

/** @param {string} folder */
function ownerIsGone(folder) {
  try {
    process.kill(Number(fs.readFileSync(path.join(folder, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'ENOENT') {
      // Between mkdir and the pid there is a moment; only an old lock without a pid is nobody's.
      const made = fs.statSync(folder, { throwIfNoEntry: false });
      return made !== undefined && Date.now() - made.mtimeMs > 10_000;
    }
    return code === 'ESRCH';
  }
}
