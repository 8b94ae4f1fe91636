import { hash } from 'node:crypto';
import fs from 'node:fs';
import { copyAsset, type Copying } from './assetCopy';
import { claimName } from './durable';
import { fileError, isOccupied } from './fileErrors';
import { readFully } from './hashedCopy';
import { damaged } from './knownDamage';
import type { Kept } from './keptAsset';
import { openStored, placeOf, writeAll } from './objects';
import type { Work } from './work';

/** An asset by its logical path, the file in which it grows, and the one that it becomes: both absolute. */
export interface OutgoingFile {
  readonly path: string;
  /** What is there is an earlier try's. */
  readonly part: string;
  readonly file: string;
}

/** An asset on its way out of the store. */
export type CopiedOut = Kept & Pick<OutgoingFile, 'part' | 'file'>;

/** Bytes of a pack that are read at once. */
const WINDOW = 1024 * 1024;
/** Bytes between two assets that are cheaper to read than to leave out. */
const GAP = 64 * 1024;

/** Copies assets into files, each verified before it gets its final name. Returns the paths of those whose name was taken; never where they `replace`. */
export function copyOut(store: Copying, files: readonly CopiedOut[], replace: boolean, work: Work): string[] {
  const taken: string[] = [];
  let bytes = 0;
  const done = new Set<CopiedOut>();
  const finish = (each: CopiedOut): void => {
    if (!place(each, replace, work)) {
      taken.push(each.asset.path);
    }
    done.add(each);
    bytes += each.asset.size;
    work.report({ bytes, files: done.size, current: each.asset.path });
  };
  const packed = files.filter(({ asset }) => asset.pack !== undefined && asset.size > 0);
  for (const together of windows(packed)) {
    readWindow(store, together, (each, content) => {
      naming(each, () => writeNew(each.part, content, work));
      finish(each);
    });
  }
  for (const each of files.filter(({ asset }) => asset.pack === undefined || asset.size === 0)) {
    naming(each, () => {
      copyPart(store, each, {
        ...work,
        report: (progress) => work.report({ bytes: bytes + progress.bytes, files: done.size, current: each.asset.path }),
        // Only one call can be settled, and this is one of many.
        settle: () => work.check(),
      });
    });
    finish(each);
  }
  return taken;
}

/** What an earlier try left is gone on with, or goes. */
function copyPart(store: Copying, { asset, part, what }: CopiedOut, work: Work): void {
  try {
    copyAsset(store, asset, part, what, work);
  } catch (error) {
    if (!isOccupied(error)) {
      throw error;
    }
    fs.rmSync(part, { force: true });
    copyAsset(store, asset, part, what, work);
  }
}

/** Assets of one pack that are near each other, in the order of their bytes. */
function* windows(files: readonly CopiedOut[]): Generator<CopiedOut[]> {
  let together: CopiedOut[] = [];
  for (const each of [...files].sort(byPlace)) {
    const first = together[0];
    const last = together.at(-1);
    if (first !== undefined && last !== undefined && (each.asset.pack !== first.asset.pack || from(each) - end(last) > GAP || end(each) - from(first) > WINDOW)) {
      yield together;
      together = [];
    }
    together.push(each);
  }
  if (together.length > 0) {
    yield together;
  }
}

function readWindow({ layout }: Copying, together: readonly CopiedOut[], each: (file: CopiedOut, content: Uint8Array) => void): void {
  const [first] = together;
  const place = first && placeOf(layout, first.asset);
  if (first === undefined || place === undefined) {
    return;
  }
  const bytes = Buffer.allocUnsafe(Math.max(...together.map(end)) - from(first));
  const descriptor = openStored(place.file, first.what);
  try {
    const size = readFully(descriptor, bytes, from(first));
    for (const file of together) {
      const content = bytes.subarray(from(file) - from(first), Math.min(size, end(file) - from(first)));
      if (hash('sha256', content) !== file.asset.sha256) {
        throw damaged(layout, place.file, `${file.what} (${place.file})`);
      }
      each(file, content);
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

const from = ({ asset }: CopiedOut): number => asset.offset ?? 0;
const end = (file: CopiedOut): number => from(file) + file.asset.size;
const byPlace = (a: CopiedOut, b: CopiedOut): number =>
  a.asset.pack === b.asset.pack ? from(a) - from(b) : (a.asset.pack ?? '') < (b.asset.pack ?? '') ? -1 : 1;

function writeNew(part: string, content: Uint8Array, work: Work): void {
  work.check();
  const descriptor = openNew(part);
  try {
    writeAll(descriptor, content);
  } catch (error) {
    fs.closeSync(descriptor);
    fs.rmSync(part, { force: true });
    throw error;
  }
  fs.closeSync(descriptor);
}

function openNew(part: string): number {
  try {
    return fs.openSync(part, 'wx');
  } catch (error) {
    if (!isOccupied(error)) {
      throw error;
    }
    fs.rmSync(part, { force: true });
    return fs.openSync(part, 'wx');
  }
}

/** Gives a part its final name; false, and no part, where that is taken. */
function place({ part, file }: CopiedOut, replace: boolean, work: Work): boolean {
  try {
    work.check();
    if (replace) {
      fs.renameSync(part, file);
      return true;
    }
    if (claimName(part, file)) {
      return true;
    }
    fs.rmSync(part, { force: true });
    return false;
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw fileError(error, file);
  }
}

function naming({ part }: CopiedOut, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw fileError(error, part);
  }
}
