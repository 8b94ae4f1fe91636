import pLimit from 'p-limit';
import type { Call } from '../model/call';
import { isArtifactError, notFound, serverFault, unlessMissing } from '../model/errors';
import { compareNatural } from '../model/naturalOrder';
import { atOrBelow, type Contents, isFolder, type Row } from './contents';
import type { ManifestAsset } from './manifest';
import { FRESH_MS } from './openings';
import { SharedWork } from './sharedWork';
import type { StoredFile, StoredFiles } from './storedFiles';

const LISTS_AT_A_TIME = 8;
const LONGEST_BELIEF_MS = 10 * 60_000;
/** Files and folders. A list that goes on is one that never ends. */
const MOST_LISTED = 1_000_000;

/** For how many milliseconds a list is believed that took so many. */
export type Belief = (took: number) => number;
/** Of a place where files come at any moment. */
export const NO_BELIEF: Belief = () => 0;
export const BRIEF_BELIEF: Belief = () => FRESH_MS;
/** Of one that is finished: who opens, looks and decides does not wait for the same list again. Files may come without a sign, so not for hours. */
export const LONG_BELIEF: Belief = (took) => Math.max(FRESH_MS, took, Math.min(10 * took, LONGEST_BELIEF_MS));

/** All assets at or below a path. */
interface List {
  readonly below: string;
  readonly assets: readonly ManifestAsset[];
  readonly until: number;
}

/** Files as a server lists them, folder by folder: what others logged. No digests. */
export class ListedContents implements Contents {
  /** Sizes as last listed, so that reading many files does not list as often. */
  private readonly sizes = new Map<string, number>();
  private list: List | undefined;
  private readonly walks = new SharedWork<readonly ManifestAsset[]>();
  private users = 0;
  private left = 0;

  constructor(
    private readonly files: StoredFiles,
    private readonly folder: string,
    private readonly belief: Belief,
    private readonly now = () => Date.now(),
  ) {}

  /** As long as somebody is at it, a moment more, and as long as its list is believed. */
  get keptUntil(): number {
    return this.users > 0 ? Infinity : Math.max(this.left + FRESH_MS, this.list?.until ?? 0);
  }

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

  async assets(call?: Call, below = ''): Promise<readonly ManifestAsset[]> {
    const { list } = this;
    if (list !== undefined && list.until > this.now() && `${below}/`.startsWith(list.below === '' ? '' : `${list.below}/`)) {
      return atOrBelow(list.assets, below);
    }
    this.users += 1;
    try {
      const isBelieved = this.belief(0) > 0;
      return await (isBelieved ? this.walks.join(below, (signal) => this.remembered(below, { signal }), call?.signal) : this.listed(below, call));
    } finally {
      this.leave();
    }
  }

  private async remembered(below: string, call: Call): Promise<readonly ManifestAsset[]> {
    const began = this.now();
    const assets = await this.listed(below, call);
    this.list = { below, assets, until: this.now() + this.belief(this.now() - began) };
    return assets;
  }

  private leave(): void {
    this.users -= 1;
    this.left = this.now();
  }

  private async listed(below: string, call?: Call): Promise<readonly ManifestAsset[]> {
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
    await walk(below);
    if (found.length === 0 && below !== '') {
      const row = await unlessMissing(this.entry(below, call));
      return row === undefined || isFolder(row) ? [] : [row];
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  read(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    return this.readUnverified(path, start, call);
  }

  async *readUnverified(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    this.users += 1;
    try {
      yield* this.readAsListed(path, start, call);
    } finally {
      this.leave();
    }
  }

  private async *readAsListed(path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const size = this.sizes.get(path) ?? await this.sizeOf(path, call);
    let hasBegun = false;
    try {
      for await (const bytes of this.upTo(size, path, start, call)) {
        hasBegun = true;
        yield bytes;
      }
    } catch (error) {
      const now = isArtifactError(error, 'corrupt') ? await this.sizeOf(path, call) : size;
      if (now === size) {
        throw error;
      }
      // Whoever logged it goes on writing.
      if (hasBegun) {
        throw serverFault(`${path} changed while it was being read`, error);
      }
      yield* this.upTo(now, path, start, call);
    }
  }

  private async *upTo(size: number, path: string, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
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
