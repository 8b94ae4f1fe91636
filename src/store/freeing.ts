import fs from 'node:fs';
import * as path from 'node:path';
import { allClaims, freeingLock } from './claims';
import { isMissing } from './fileErrors';
import type { Holding } from './holding';
import type { Layout } from './layout';
import { Lock } from './lock';
import type { Needs } from './objects';
import { Spare } from './spare';
import type { Store } from './store';
import { storedFiles } from './storedFiles';
import { checkFormat } from './storeFormat';
import { staleScratch, sweepChanges } from './sweep';
import { bytesOfFiles, removeStored, Unneeded } from './unneeded';
import type { Work } from './work';

/** What nothing needs. */
export interface Reclaimable {
  readonly files: number;
  readonly bytes: number;
  /** The directory of a version that is so damaged that nobody can say what it needs: then only leftovers of writers go. */
  readonly damaged?: string | undefined;
}

/** Deleted while the lock is held once: writers wait for it. */
const AT_ONCE = 500;

/** What `freeSpace` would remove now. */
export function planFreeing(store: Store, work: Work): Reclaimable {
  const { layout } = store;
  if (checkFormat(layout) === 'absent') {
    return { files: 0, bytes: 0 };
  }
  const spare = new Spare(layout);
  const stale = spare.run(() => staleScratch(layout.tmp));
  spare.keep();
  const unneeded = new Unneeded(store, storedIn(layout));
  unneeded.spare(allClaims(layout, stale));
  unneeded.look(work);
  const files = [...unneeded.candidates(), ...stale.flatMap(filesAt)];
  return { files: files.length, bytes: bytesOfFiles(files), damaged: unneeded.damaged };
}

/**
 * Removes objects and packs that no version and no log under way needs, whatever left them there, and what writers left that are gone.
 * The order of looking and the locks are those of a removal (README.md, Removing).
 */
export function freeSpace(store: Store, work: Work): Reclaimable {
  const { layout } = store;
  if (checkFormat(layout) === 'absent') {
    return { files: 0, bytes: 0 };
  }
  const spare = new Spare(layout);
  const turn = spare.run(() => new Lock(path.join(layout.locks, 'removal')).acquire(work));
  try {
    const unneeded = new Unneeded(store, storedIn(layout));
    unneeded.look(turn.keeping(work));
    const swept = spare.run(() => sweep(layout));
    const totals = { totalFiles: unneeded.candidates().length, totalBytes: bytesOfFiles(unneeded.candidates()) };
    let files = 0;
    let bytes = 0;
    for (let isMore = true; isMore;) {
      turn.confirm();
      const removed = freeSome(store, spare, unneeded, turn.keeping(work), (file, freeing) => {
        bytes += spare.run(() => removeStored(file, freeing));
        work.report({ bytes, files: ++files, ...totals });
      });
      isMore = removed === AT_ONCE;
    }
    return { files: files + swept.files, bytes: bytes + swept.bytes, damaged: unneeded.damaged };
  } finally {
    turn.release();
    spare.keep();
  }
}

function freeSome({ layout }: Store, spare: Spare, unneeded: Unneeded, work: Work, remove: (file: string, freeing: Holding) => void): number {
  work.check();
  const freeing = spare.run(() => freeingLock(layout).acquire(work));
  try {
    // Claims first: a version that is committed meanwhile is seen by its claim or by its manifest.
    unneeded.spare(allClaims(layout));
    unneeded.look(freeing.keeping(work));
    spare.run(() => unneeded.settle());
    const files = unneeded.take(AT_ONCE);
    files.forEach((file) => remove(file, freeing));
    return files.length;
  } finally {
    freeing.release();
  }
}

/** What writers left that are gone. */
function sweep({ tmp, changes }: Layout): { readonly files: number; readonly bytes: number } {
  const stale = staleScratch(tmp);
  const files = stale.flatMap(filesAt);
  const bytes = bytesOfFiles(files);
  stale.forEach((place) => fs.rmSync(place, { recursive: true, force: true }));
  sweepChanges(changes);
  return { files: files.length, bytes };
}

function storedIn(layout: Layout): Needs {
  const stored = Map.groupBy(storedFiles(layout), ({ kind }) => kind);
  const digests = (kind: 'object' | 'pack'): Set<string> => new Set(stored.get(kind)?.map(({ digest }) => digest));
  return { objects: digests('object'), packs: digests('pack') };
}

function filesAt(place: string): string[] {
  try {
    return fs.statSync(place).isDirectory() ? fs.readdirSync(place).flatMap((name) => filesAt(path.join(place, name))) : [place];
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
