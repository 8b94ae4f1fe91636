import fs from 'node:fs';
import { corrupt, isArtifactError } from '../model/errors';
import type { Cloning } from './cloning';
import { type Hashed, hashedCopy, type Part } from './hashedCopy';
import type { Hashing } from './hashing';
import { damaged } from './knownDamage';
import type { Layout } from './layout';
import type { StoredAsset } from './manifest';
import { openStored, placeOf, writeAll } from './objects';
import { Cancelled, type Work } from './work';

/** Files from this size on are cloned, where that can be done; smaller ones are copied as fast. */
const CLONED = 128 * 1024;

/** Where bytes are, and what copies them. */
export interface Copying {
  readonly layout: Layout;
  readonly hashing: Hashing;
  readonly cloning: Cloning;
}

/**
 * Copies an asset into a new file and verifies it on the way. Where an earlier try left its beginning there, goes on from that; where
 * something else is there, it stays as it is and the call fails. What was copied stays when the disk fails; there is no file when the
 * caller has gone, or the asset is damaged.
 */
export function copyAsset(store: Copying, asset: StoredAsset, target: string, what: string, work: Work): void {
  work.check();
  try {
    if (!completeCopy(store, asset, target, what, work)) {
      copyAnew(store, asset, target, what, work);
    }
    // Who has gone away may have tidied up already, and would not look again.
    work.settle();
  } catch (error) {
    if (error instanceof Cancelled || isArtifactError(error, 'corrupt')) {
      fs.rmSync(target, { force: true });
    }
    throw error;
  }
}

function copyAnew(store: Copying, asset: StoredAsset, target: string, what: string, work: Work): void {
  const place = placeOf(store.layout, asset);
  const cloned = place !== undefined && asset.pack === undefined && asset.size >= CLONED && cloneObject(store, place.file, target);
  const descriptor = fs.openSync(target, cloned ? 'r' : 'wx');
  try {
    if (place !== undefined) {
      const progress = told(asset, work);
      const stated = `${what} (${place.file})`;
      if (cloned) {
        check(store.layout, asset, hashedPart(store, { descriptor, from: 0, length: asset.size }, work, progress), stated);
      } else {
        check(store.layout, asset, copyBytes(store, place, asset, descriptor, what, work, progress), stated);
      }
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** What an earlier try left, to be added to. A link leads elsewhere, and what has another name too is somebody's file by now. */
function openBegun(target: string, size: number): number | undefined {
  const status = fs.lstatSync(target, { throwIfNoEntry: false });
  if (status?.isFile() !== true || status.nlink !== 1 || status.size === 0 || status.size > size) {
    return undefined;
  }
  try {
    // O_NOFOLLOW does not exist on Windows.
    return fs.openSync(target, fs.constants.O_RDWR | fs.constants.O_APPEND | (fs.constants.O_NOFOLLOW as number | undefined ?? 0));
  } catch {
    // Somebody else's, perhaps.
    return undefined;
  }
}

/** Copies what is missing of an object; false where there is no beginning of it, or one of something else. */
function completeCopy(store: Copying, asset: StoredAsset, target: string, what: string, work: Work): boolean {
  const place = placeOf(store.layout, asset);
  const descriptor = place === undefined || asset.pack !== undefined ? undefined : openBegun(target, asset.size);
  if (place === undefined || descriptor === undefined) {
    return false;
  }
  let source: number | undefined;
  try {
    source = openStored(place.file, what);
    const { size: begun } = fs.fstatSync(descriptor);
    let done = begun;
    const before = { descriptor, from: 0, length: begun };
    const progress = told(asset, work);
    const { sha256 } = hashedCopy({ descriptor: source, from: done, length: asset.size - done }, store.hashing, work, (bytes) => {
      writeAll(descriptor, bytes);
      done += bytes.length;
      progress(done);
    }, before);
    if (sha256 !== asset.sha256) {
      fs.ftruncateSync(descriptor, begun);
      return false;
    }
    return true;
  } finally {
    if (source !== undefined) {
      fs.closeSync(source);
    }
    fs.closeSync(descriptor);
  }
}

const told = (asset: StoredAsset, work: Work) => (bytes: number): void => work.report({ bytes, totalBytes: asset.size, current: asset.path });

function cloneObject({ cloning }: Copying, file: string, target: string): boolean {
  const status = fs.statSync(file, { throwIfNoEntry: false });
  return status !== undefined && cloning.clone(file, status.dev, target, () => usualMode(target));
}

/** What a new file may here: seen on one that is made and removed. */
function usualMode(file: string): number {
  const descriptor = fs.openSync(file, 'wx');
  try {
    return fs.fstatSync(descriptor).mode & 0o777;
  } finally {
    fs.closeSync(descriptor);
    fs.unlinkSync(file);
  }
}

function copyBytes(store: Copying, place: { readonly file: string; readonly offset: number }, asset: StoredAsset, target: number, what: string, work: Work, progress: (bytes: number) => void): Hashed {
  const descriptor = openStored(place.file, what);
  try {
    return hashedPart(store, { descriptor, from: place.offset, length: asset.size }, work, progress, (bytes) => writeAll(target, bytes));
  } finally {
    fs.closeSync(descriptor);
  }
}

function hashedPart({ hashing }: Copying, part: Part, work: Work, progress: (bytes: number) => void, write?: (bytes: Uint8Array) => void): Hashed {
  let done = 0;
  return hashedCopy(part, hashing, work, (bytes) => {
    write?.(bytes);
    done += bytes.length;
    progress(done);
  });
}

function check(layout: Layout, asset: StoredAsset, { size, sha256 }: Hashed, stated: string): void {
  if (size < asset.size) {
    throw corrupt(`${stated} is too short`);
  }
  if (sha256 !== asset.sha256) {
    throw damaged(layout, placeOf(layout, asset)?.file ?? '', stated);
  }
}
