import fs from 'node:fs';
import { createHash } from 'node:crypto';
import { corrupt } from '../model/errors';
import type { Cloning } from './cloning';
import { isMissing } from './fileErrors';
import { type Hashed, hashedCopy, type Part } from './hashedCopy';
import type { Hashing } from './hashing';
import { damaged } from './knownDamage';
import type { Layout } from './layout';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import type { Work } from './work';

export const CHUNK = 1024 * 1024;
/** Files from this size on are cloned, where that can be done; smaller ones are copied as fast. */
const CLONED = 128 * 1024;

/** What a version needs of the store to be whole: each object and each pack, once. */
export interface Needs {
  readonly objects: ReadonlySet<string>;
  readonly packs: ReadonlySet<string>;
}

export function needsOf(assets: readonly StoredAsset[]): Needs {
  const objects = new Set<string>();
  const packs = new Set<string>();
  for (const { sha256, pack } of assets) {
    if (pack !== undefined) {
      packs.add(pack);
    } else if (sha256 !== undefined && sha256 !== EMPTY_SHA256) {
      objects.add(sha256);
    }
  }
  return { objects, packs };
}

/** The file that holds the asset's bytes, and where in it they begin; nothing for an asset of no bytes. */
export function placeOf(layout: Layout, asset: StoredAsset): { readonly file: string; readonly offset: number } | undefined {
  if (asset.sha256 === undefined || asset.size === 0) {
    return undefined;
  }
  return asset.pack === undefined ? { file: layout.object(asset.sha256), offset: 0 } : { file: layout.pack(asset.pack), offset: asset.offset ?? 0 };
}

/**
 * An asset's bytes from `start`, in chunks. Read from 0 they are verified, and the last chunk comes only when all of them are right.
 */
export function* readAsset(layout: Layout, asset: StoredAsset, start: number, what: string, work: Work): Generator<Uint8Array<ArrayBuffer>> {
  const place = placeOf(layout, asset);
  if (place === undefined || start >= asset.size) {
    return;
  }
  const hash = start === 0 ? createHash('sha256') : undefined;
  const descriptor = openStored(place.file, what);
  try {
    for (let position = start; position < asset.size;) {
      work.check();
      // Not from the shared pool: the bytes are handed over to another thread.
      const chunk = new Uint8Array(Math.min(CHUNK, asset.size - position));
      fill(descriptor, chunk, place.offset + position, `${what} (${place.file})`);
      hash?.update(chunk);
      position += chunk.length;
      if (position === asset.size && hash !== undefined && hash.digest('hex') !== asset.sha256) {
        throw damaged(layout, place.file, `${what} (${place.file})`);
      }
      yield chunk;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Where bytes are, and what copies them. */
export interface Copying {
  readonly layout: Layout;
  readonly hashing: Hashing;
  readonly cloning: Cloning;
}

/** Copies an asset into a new file and verifies it on the way. On failure there is no file. */
export function copyAsset(store: Copying, asset: StoredAsset, target: string, what: string, work: Work): void {
  work.check();
  const place = placeOf(store.layout, asset);
  const cloned = place !== undefined && asset.pack === undefined && asset.size >= CLONED && cloneObject(store, place.file, target);
  const descriptor = fs.openSync(target, cloned ? 'r' : 'wx');
  try {
    if (place !== undefined) {
      const progress = (done: number): void => work.report({ bytes: done, totalBytes: asset.size, current: asset.path });
      const stated = `${what} (${place.file})`;
      if (cloned) {
        check(store.layout, asset, hashedPart(store, { descriptor, from: 0, length: asset.size }, work, progress), stated);
      } else {
        check(store.layout, asset, copyBytes(store, place, asset, descriptor, what, work, progress), stated);
      }
    }
    // Who has gone away may have tidied up already, and would not look again.
    work.settle();
  } catch (error) {
    fs.closeSync(descriptor);
    fs.rmSync(target, { force: true });
    throw error;
  }
  fs.closeSync(descriptor);
}

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

export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(descriptor, bytes, done, bytes.length - done);
  }
}

export function openStored(file: string, what: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (error) {
    throw isMissing(error) ? corrupt(`${what} (${file} is missing)`, error) : error;
  }
}

function fill(descriptor: number, chunk: Uint8Array, position: number, what: string): void {
  for (let done = 0; done < chunk.length;) {
    const count = fs.readSync(descriptor, chunk, done, chunk.length - done, position + done);
    if (count === 0) {
      throw corrupt(`${what} is too short`);
    }
    done += count;
  }
}
