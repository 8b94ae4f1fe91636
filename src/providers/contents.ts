import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { Asset, Entry, VersionRef } from '../model/artifact';
import { assetType } from '../model/assetType';
import type { Call } from '../model/call';
import { corrupt, notFound, serverFault, unsupported } from '../model/errors';
import { compareNatural } from '../model/naturalOrder';
import { AssetTree, type StoredFolder } from '../store/assetTree';
import type { ManifestAsset } from './manifest';
import type { StoredFile, StoredFiles } from './storedFiles';

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
  /** All assets by path. */
  assets(call?: Call): Promise<readonly ManifestAsset[]>;
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

  async assets(): Promise<readonly ManifestAsset[]> {
    return this.all;
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

const LISTS_AT_A_TIME = 8;
/** Files and folders. A list that goes on is one that never ends. */
const MOST_LISTED = 1_000_000;

/** Files as a server lists them, folder by folder: what others logged. No digests. */
export class ListedContents implements Contents {
  /** Sizes as last listed, so that reading many files does not list as often. */
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly files: StoredFiles,
    private readonly folder: string,
  ) {}

  async entries(folder: string, call?: Call): Promise<Iterable<Row>> {
    const rows = (await this.files.list(this.physical(folder), call)).map((file) => this.row(file));
    if (rows.length === 0 && folder !== '' && !isFolder(await this.entry(folder, call))) {
      throw notFound(`folder ${folder}`);
    }
    const byName = (a: Row, b: Row): number => Number(isFolder(b)) - Number(isFolder(a)) || compareNatural(a.path, b.path);
    return rows.sort(byName);
  }

  async entry(path: string, call?: Call): Promise<Row> {
    if (path === '') {
      return { path };
    }
    const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    const found = (await this.files.list(this.physical(above), call)).map((file) => this.row(file)).find((row) => row.path === path);
    if (found === undefined) {
      throw notFound(path);
    }
    return found;
  }

  async assets(call?: Call): Promise<readonly ManifestAsset[]> {
    const limit = pLimit(LISTS_AT_A_TIME);
    const found: ManifestAsset[] = [];
    let seen = 0;
    const walk = async (folder: string): Promise<void> => {
      const rows = (await limit(() => this.files.list(this.physical(folder), call))).map((file) => this.row(file));
      await Promise.all(rows.map(async (row) => {
        seen += 1;
        if (seen > MOST_LISTED) {
          throw serverFault('its list of files does not end');
        }
        if (isFolder(row)) {
          await walk(row.path);
        } else {
          found.push(row);
        }
      }));
    };
    await walk('');
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  read(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    return this.readUnverified(path, start, call);
  }

  async *readUnverified(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const size = this.sizes.get(path) ?? await this.sizeOf(path, call);
    if (start < size) {
      yield* this.files.read(this.physical(path), start, size, call);
    }
  }

  private async sizeOf(path: string, call?: Call): Promise<number> {
    const row = await this.entry(path, call);
    if (isFolder(row)) {
      throw notFound(path);
    }
    return row.size;
  }

  private physical(path: string): string {
    return [this.folder, path].filter((part) => part !== '').join('/');
  }

  private row({ path, isFolder: folder, size }: StoredFile): Row {
    const below = this.folder === '' ? path : path.slice(this.folder.length + 1);
    if (folder) {
      return { path: below };
    }
    this.sizes.set(below, size);
    return { path: below, size };
  }
}
