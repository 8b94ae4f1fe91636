import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { alreadyExists, notFound } from '../model/errors';
import { ArchiveWriter, bytesOf, type Content } from './archiveWriter';
import { renameFile } from './durable';
import { flushIfPossible } from './flushing';
import { naming } from './fileErrors';
import { EMPTY_SHA256 } from './manifest';
import { referenceText } from './manifests';
import type { VersionRecord } from './records';
import { numbers } from './refs';
import { short } from './shortage';
import type { Store } from './store';
import { TarWriter } from './tarWriter';
import type { Work } from './work';

/** A workspace, an artifact with all its versions, or one version by number or alias. */
export interface ExportName {
  readonly workspace: string;
  readonly artifact?: string | undefined;
  readonly version?: string | undefined;
}

export interface ExportFacts {
  readonly versions: number;
  /** Assets whose bytes are in the archive, each content once. */
  readonly files: number;
  /** Of the assets, each content once. */
  readonly bytes: number;
}

export interface ExportOptions {
  readonly of: readonly ExportName[];
  /** Absolute. It appears when it is complete; nothing stays of one that fails. */
  readonly file: string;
  /** Without it a file that is there is `alreadyExists`. */
  readonly overwrite: boolean;
}

/**
 * Writes versions with their history, labels, aliases and lineage into one tar archive, which unpacked is a store of its own
 * (README.md, Archives). Every byte is verified on its way.
 */
export function exportVersions(store: Store, { of, file, overwrite }: ExportOptions, work: Work): ExportFacts {
  if (!overwrite && fs.existsSync(file)) {
    throw alreadyExists(file);
  }
  const records = chosen(store, of);
  if (records.length === 0) {
    throw notFound('any version to export');
  }
  const contents = contentsOf(store, records);
  const part = `${file}.${randomBytes(4).toString('hex')}.part`;
  return short(path.dirname(file), () => ({ bytes: bytesOf(contents), of: `the files in ${path.basename(file)}` }), () => naming(file, () => {
    const descriptor = fs.openSync(part, 'wx');
    try {
      try {
        const archive = new ArchiveWriter(store, new TarWriter(descriptor, new Date(newest(records))));
        archive.addRecords(records);
        archive.addContents(contents, work);
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      work.settle();
      renameFile(part, file);
    } catch (error) {
      fs.rmSync(part, { force: true });
      throw error;
    }
    flushIfPossible(path.dirname(file));
    return { versions: records.length, files: contents.size, bytes: bytesOf(contents) };
  }));
}

/** Each version once, in the order of their names. */
function chosen({ catalog, layout }: Store, of: readonly ExportName[]): VersionRecord[] {
  const records = new Map<string, VersionRecord>();
  for (const { workspace, artifact, version } of of) {
    for (const name of artifact === undefined ? catalog.artifactNames(workspace) : [artifact]) {
      const exact = version === undefined ? numbers(layout.artifact({ workspace, artifact: name })).live : [version];
      if (version === undefined && artifact !== undefined) {
        catalog.artifact({ workspace, artifact });
      }
      for (const number of exact) {
        const record = catalog.resolve({ workspace, artifact: name, version: number });
        records.set(referenceText(record), record);
      }
    }
  }
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

/** Assets with bytes, each content once. */
function contentsOf({ manifests }: Store, records: readonly VersionRecord[]): ReadonlyMap<string, Content> {
  const contents = new Map<string, Content>();
  for (const record of records) {
    for (const asset of manifests.tree(record).assets) {
      if (asset.sha256 !== undefined && asset.sha256 !== EMPTY_SHA256 && !contents.has(asset.sha256)) {
        contents.set(asset.sha256, { asset, record });
      }
    }
  }
  return contents;
}

const newest = (records: readonly VersionRecord[]): number => records.reduce((latest, { created }) => Math.max(latest, created), 0);
