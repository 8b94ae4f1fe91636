import fs from 'node:fs';
import * as path from 'node:path';
import { touchFolder } from './diskClock';
import { isRunning, readMaker, thisMaker } from './processes';
import { namesIn } from './records';

const SCRATCH_MS = 86_400_000;
const CHANGES_MS = 3_600_000;
const MAKER = 'maker.json';

/** Marks a folder of `tmp/` as in use by this process. */
export function markScratch(folder: string): void {
  fs.writeFileSync(path.join(folder, MAKER), JSON.stringify(thisMaker()));
}

/** Removes what crashed writers left in `tmp/` a day ago. `own` is a folder in it that was made just now. */
export function sweepScratch(tmp: string, own: string): void {
  // By the clock of the file system, which made all these times: that of this machine may be another.
  const now = fs.statSync(own).mtimeMs;
  remove(tmp, (place) => now - fs.statSync(place).mtimeMs > SCRATCH_MS && !isInUse(place));
}

/**
 * What is in `tmp/` and nobody works in any more: what crashed writers left a day ago, and at once what was made by a process of this
 * machine that has ended.
 */
export function staleScratch(tmp: string): string[] {
  const names = namesIn(tmp);
  if (names.length === 0) {
    return [];
  }
  const now = touchFolder(tmp);
  return names.map((name) => path.join(tmp, name)).filter((place) => {
    const status = fs.statSync(place, { throwIfNoEntry: false });
    const maker = readMaker(path.join(place, MAKER));
    const running = maker === undefined ? undefined : isRunning(maker);
    return status !== undefined && running !== true && (running === false || now - status.mtimeMs > SCRATCH_MS);
  });
}

/** Removes what nobody needs any more who watches for changes. */
export function sweepChanges(changes: string): void {
  remove(changes, (place) => Date.now() - fs.statSync(place).mtimeMs > CHANGES_MS);
}

/** A clock may have jumped: a folder whose maker runs is never old. */
function isInUse(place: string): boolean {
  const maker = readMaker(path.join(place, MAKER));
  return maker !== undefined && isRunning(maker) === true;
}

function remove(directory: string, isOld: (place: string) => boolean): void {
  for (const name of namesIn(directory)) {
    const place = path.join(directory, name);
    try {
      if (isOld(place)) {
        fs.rmSync(place, { recursive: true, force: true });
      }
    } catch {
      // Somebody else swept it, or it is not ours to sweep: the next one tries again.
    }
  }
}
