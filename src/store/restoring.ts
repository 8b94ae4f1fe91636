import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { replaceFile } from './durable';
import type { Layout } from './layout';
import { formatManifest, MOST_MANIFEST, parseManifest, type StoredAsset } from './manifest';
import { readManifest, readVersion } from './manifests';
import { sound, type VersionRecord } from './records';
import { seal } from './sealed';
import { readSmallFile } from './smallFile';

/** A version that is here and, as far as can be told, the one that somebody else has too. */
export interface Twin {
  /** Where they are here, or are to be. */
  readonly assets: readonly StoredAsset[];
  /** Gives back its record or its list of files, where one of them is damaged. To be called when all bytes are there. */
  readonly restore?: () => void;
}

/** What `there`, with `assets`, is to the version of that number here, which is not deleted: its twin, or why it is none. */
export function twinOf(layout: Layout, there: VersionRecord, assets: readonly StoredAsset[]): Twin | 'other' | 'damaged' {
  const here = sound(() => readVersion(layout, there));
  const place = layout.artifact(there);
  const list = path.join(place.version(there.version), 'manifest.json');
  const write = (record: VersionRecord, manifest: Uint8Array): void => {
    const facts = { bytes: manifest.length, sha256: createHash('sha256').update(manifest).digest('hex') };
    replaceFile(path.join(path.dirname(list), 'version.json'), seal({ ...record, manifest: facts }), layout.tmp);
  };
  if (here === undefined) {
    // What it was tagged with nobody knows any more; that it has these files is enough.
    const bytes = readList(list);
    const listed = bytes && parsedList(bytes);
    return bytes && listed && sameAssets(listed, assets) ? { assets: listed, restore: () => write(there, bytes) } : 'damaged';
  }
  const listed = sound(() => readManifest(place, here));
  if (listed !== undefined) {
    return sameFacts(here, there) && sameAssets(listed, assets) ? { assets: listed } : 'other';
  }
  // Which files it had nobody knows any more; that all else is the same, to the millisecond, is enough.
  if (here.created !== there.created || here.assets !== there.assets || here.bytes !== there.bytes || !sameFacts(here, there)) {
    return 'damaged';
  }
  const whole = assets.map(({ pack: _pack, offset: _offset, ...asset }) => asset);
  return {
    assets: whole,
    restore: () => {
      const text = formatManifest(whole);
      replaceFile(list, text, layout.tmp);
      write(here, Buffer.from(text));
    },
  };
}

function readList(file: string): Buffer | undefined {
  try {
    return readSmallFile(file, MOST_MANIFEST);
  } catch {
    return undefined;
  }
}

function parsedList(bytes: Buffer): StoredAsset[] | undefined {
  try {
    return parseManifest(bytes);
  } catch {
    return undefined;
  }
}

/** Where the bytes lie is each store's own business, and so is the digest of the list that says it. */
const sameFacts = (a: VersionRecord, b: VersionRecord): boolean =>
  a.type === b.type && isDeepStrictEqual([a.tags, a.metadata], [b.tags, b.metadata]);

const sameAssets = (these: readonly StoredAsset[], those: readonly StoredAsset[]): boolean =>
  these.length === those.length && these.every((asset, index) => {
    const { path: logical, size, sha256, link, metadata } = those[index] ?? asset;
    return isDeepStrictEqual([asset.path, asset.size, asset.sha256, asset.link, asset.metadata], [logical, size, sha256, link, metadata]);
  });
