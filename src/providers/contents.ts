import { createHash } from 'node:crypto';
import type { Asset, Entry, VersionRef } from '../model/artifact';
import { assetType } from '../model/assetType';
import type { Call } from '../model/call';
import { corrupt, notFound, unsupported } from '../model/errors';
import { AssetTree, type StoredFolder } from '../store/assetTree';
import type { ManifestAsset } from './manifest';
import type { StoredFiles } from './storedFiles';

export interface ListedFolder extends Partial<Pick<StoredFolder, 'assets' | 'bytes'>> {
  readonly path: string;
}

export type Row = ListedFolder | ManifestAsset;

export const isFolder = (row: Row): row is ListedFolder => !('size' in row);

/** A row in the words of the model. `version` has the exact number. */
export function entryOf(version: VersionRef, row: Row): Entry {
  const { connection, workspace, artifact, version: number } = version;
  return isFolder(row) ? { connection, workspace, artifact, version: number, path: row.path, kind: 'folder', assets: row.assets, bytes: row.bytes } : assetOf(version, row);
}

export const assetOf = ({ connection, workspace, artifact, version }: VersionRef, { path, size, sha256, metadata, link }: ManifestAsset): Asset =>
  ({ connection, workspace, artifact, version, path, kind: 'asset', size, sha256, type: assetType(path), metadata, link });

/** What is in a version, or in a run's own folder, by logical path. */
export interface Contents {
  entries(folder: string, call?: Call): Promise<Iterable<Row>>;
  entry(path: string, call?: Call): Promise<Row>;
  /** All assets by path, or those at or below one. */
  assets(call?: Call, below?: string): Promise<readonly ManifestAsset[]>;
  read(path: string, start: number, call?: Call): AsyncIterable<Uint8Array>;
  /** The same bytes, compared with no digest. */
  readUnverified(path: string, start: number, call?: Call): AsyncIterable<Uint8Array>;
}

/** What a manifest, or a whole list, says: every byte read is checked against the digests in it. */
export class ManifestContents implements Contents {
  private readonly tree: AssetTree;
  private readonly physical: ReadonlyMap<string, string | undefined>;

  constructor(
    private readonly files: Pick<StoredFiles, 'read'>,
    /** Below the root of `files`. */
    private readonly folder: string,
    private readonly all: readonly ManifestAsset[],
  ) {
    this.tree = new AssetTree(all);
    this.physical = new Map(all.map(({ path, file }) => [path, file]));
  }

  async entries(folder: string): Promise<Iterable<Row>> {
    if (this.tree.folder(folder) === undefined) {
      throw notFound(`folder ${folder}`);
    }
    return this.tree.children(folder);
  }

  async entry(path: string): Promise<Row> {
    const row = this.tree.asset(path) ?? this.tree.folder(path);
    if (row === undefined) {
      throw notFound(path);
    }
    return row;
  }

  async assets(_call?: Call, below = ''): Promise<readonly ManifestAsset[]> {
    return atOrBelow(this.all, below);
  }

  async *read(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { sha256 } = this.asset(path);
    if (start > 0 || sha256 === undefined) {
      yield* this.readUnverified(path, start, call);
      return;
    }
    const hash = createHash('sha256');
    for await (const bytes of this.readUnverified(path, start, call)) {
      hash.update(bytes);
      yield bytes;
    }
    if (hash.digest('hex') !== sha256) {
      throw corrupt(`${path} does not match its digest`);
    }
  }

  async *readUnverified(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { size } = this.asset(path);
    const file = this.physical.get(path);
    if (start < size && file !== undefined) {
      yield* this.files.read(this.folder === '' ? file : `${this.folder}/${file}`, start, size, call);
    }
  }

  /** One whose bytes are here. */
  private asset(path: string): ManifestAsset {
    const asset = this.tree.asset(path);
    if (asset === undefined) {
      throw notFound(path);
    }
    if (asset.link !== undefined) {
      throw unsupported(`${path} is a remote asset: only its link is kept here.`);
    }
    return asset;
  }
}

export const atOrBelow = (assets: readonly ManifestAsset[], path: string): readonly ManifestAsset[] =>
  (path === '' ? assets : assets.filter((each) => each.path === path || each.path.startsWith(`${path}/`)));
