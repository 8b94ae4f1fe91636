import fs from 'node:fs';
import { createHash } from 'node:crypto';
import { corrupt } from '../model/errors';
import { isMissing } from './fileErrors';
import { damaged } from './knownDamage';
import type { Layout } from './layout';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import type { Work } from './work';

export const CHUNK = 1024 * 1024;

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

/** Writes where the descriptor stands, or at `position`. */
export function writeAll(descriptor: number, bytes: Uint8Array, position?: number): void {
  for (let done = 0; done < bytes.length;) {
    done += fs.writeSync(descriptor, bytes, done, bytes.length - done, position === undefined ? null : position + done);
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
