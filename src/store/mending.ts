import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { makeFolders } from './durable';
import { naming } from './fileErrors';
import { hashedCopy } from './hashedCopy';
import { KnownDamage, noteDamage } from './knownDamage';
import type { StoredAsset } from './manifest';
import { placeOf, readAsset, writeAll } from './objects';
import { publish } from './publish';
import type { Store } from './store';
import { markScratch } from './sweep';
import { Unsettled } from './unsettled';
import { Cancelled, type Work } from './work';

/** An asset of a version that is here, and the same one where its bytes are right. */
export interface Mendable {
  readonly here: StoredAsset;
  readonly there: StoredAsset;
}

/** Whether an asset's bytes are here and right. */
export function isWhole({ layout }: Store, asset: StoredAsset, work: Work): boolean {
  try {
    for (const _chunk of readAsset(layout, asset, 0, asset.path, work)) {
      work.check();
    }
    return true;
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    // What the disk does not give back is lost.
    return false;
  }
}

/**
 * Puts right bytes, which `read` verifies, in the place of damaged and missing ones. Of a pack the rest stays as it is: it may be
 * damaged elsewhere, which this import cannot know better.
 */
export function mend(store: Store, assets: readonly Mendable[], read: (there: StoredAsset) => Iterable<Uint8Array>, work: Work): void {
  const { layout } = store;
  const folder = path.join(layout.tmp, randomUUID());
  makeFolders(folder);
  try {
    markScratch(folder);
    const unsettled = new Unsettled(folder);
    const byFile = Map.groupBy(assets, ({ here }) => placeOf(layout, here)?.file ?? '');
    for (const [file, some] of byFile) {
      const staged = path.join(folder, randomUUID());
      naming(folder, () => rebuild(file, some, staged, read));
      const isRight = isNamedByItsBytes(store, staged, file, work);
      publish(staged, file, unsettled, fs.existsSync(file));
      unsettled.flush();
      if (isRight) {
        new KnownDamage(layout).forget([file]);
      } else {
        noteDamage(layout, file);
      }
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function rebuild(file: string, assets: readonly Mendable[], staged: string, read: (there: StoredAsset) => Iterable<Uint8Array>): void {
  const isPack = assets.some(({ here }) => here.pack !== undefined);
  if (isPack && fs.existsSync(file)) {
    fs.copyFileSync(file, staged);
    fs.chmodSync(staged, 0o600);
  }
  const descriptor = fs.openSync(staged, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
  try {
    for (const { here, there } of isPack ? assets : assets.slice(0, 1)) {
      let position = here.offset ?? 0;
      for (const chunk of read(there)) {
        writeAll(descriptor, chunk, position);
        position += chunk.length;
      }
    }
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Objects and packs are named by the digest of all that is in them. */
function isNamedByItsBytes({ layout, hashing }: Store, staged: string, file: string, work: Work): boolean {
  const descriptor = fs.openSync(staged, 'r');
  try {
    const { sha256 } = hashedCopy({ descriptor, from: 0, length: fs.fstatSync(descriptor).size }, hashing, work, () => {});
    return [layout.object(sha256), layout.pack(sha256)].includes(file);
  } finally {
    fs.closeSync(descriptor);
  }
}
