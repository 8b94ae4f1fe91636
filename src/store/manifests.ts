import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { corrupt } from '../model/errors';
import { formatReference } from '../model/reference';
import { AssetTree } from './assetTree';
import type { ArtifactLayout, Layout, VersionName } from './layout';
import { MOST_MANIFEST, parseManifest, type StoredAsset } from './manifest';
import { readRecord, type VersionRecord, versionRecord } from './records';
import { readSmallFile } from './smallFile';

/** Assets kept in memory: about 300 bytes each. */
const MOST_ASSETS = 400_000;

export const referenceText = (name: VersionName): string => formatReference({ connection: '', ...name });

/** What the commit of a version wrote, for good. Nothing where the version was never committed. */
export function readVersion(layout: Layout, name: VersionName): VersionRecord | undefined {
  const place = layout.artifact(name);
  const record = readVersionIn(place, name.version);
  if (record !== undefined && (record.artifact !== name.artifact || record.workspace !== name.workspace)) {
    throw corrupt(`${place.version(name.version)} is not of ${referenceText(name)}`);
  }
  return record;
}

/** The same by the place alone, whatever the artifact is called. */
export function readVersionIn(place: ArtifactLayout, version: string): VersionRecord | undefined {
  const file = path.join(place.version(version), 'version.json');
  const record = readRecord(file, versionRecord);
  if (record !== undefined && record.version !== version) {
    throw corrupt(`${file} is not of version ${version}`);
  }
  return record;
}

/** The assets of a version, in path order, verified against what the commit wrote. */
export function readManifest(place: ArtifactLayout, record: VersionRecord): StoredAsset[] {
  const file = path.join(place.version(record.version), 'manifest.json');
  const what = `${file} of ${referenceText(record)}`;
  const bytes = readSmallFile(file, Math.min(record.manifest.bytes, MOST_MANIFEST));
  if (bytes === undefined) {
    throw corrupt(`${what}: it is missing`);
  }
  if (bytes.length !== record.manifest.bytes || createHash('sha256').update(bytes).digest('hex') !== record.manifest.sha256) {
    throw corrupt(what);
  }
  try {
    return parseManifest(bytes);
  } catch (error) {
    throw corrupt(`${what}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

/** The manifests used last. They never change, so what is known stays true. */
export class Manifests {
  private readonly trees = new Map<string, AssetTree>();

  constructor(private readonly layout: Layout) {}

  /** `record` is what `readVersion` says of a version that was not deleted. */
  tree(record: VersionRecord): AssetTree {
    // A version that was restored may have another list of the same files.
    const key = `${referenceText(record)} ${record.manifest.sha256}`;
    const tree = this.trees.get(key) ?? new AssetTree(readManifest(this.layout.artifact(record), record));
    // Put last: the first ones go.
    this.trees.delete(key);
    this.trees.set(key, tree);
    this.shrink();
    return tree;
  }

  private shrink(): void {
    let total = [...this.trees.values()].reduce((sum, tree) => sum + tree.assets.length, 0);
    for (const [key, tree] of this.trees) {
      if (total <= MOST_ASSETS || this.trees.size === 1) {
        return;
      }
      this.trees.delete(key);
      total -= tree.assets.length;
    }
  }
}
