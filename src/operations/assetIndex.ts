import type { Asset } from '../model/artifact';
import { type AssetPage, type AssetQuery, type AssetRow, PAGE_ROWS } from '../model/assetPage';
import type { Call } from '../model/call';
import type { Stop } from '../providers/provider';
import { Breath } from './breath';
import { mergeSort } from './mergeSort';

/** Rows that are worth showing before the rest is known. */
const FIRST_ROWS = 200;
const GROWTH_MS = 250;

/** Positions in the list of assets: those that a query finds, in its order. */
interface View {
  readonly query: AssetQuery;
  /** How many of the assets it has seen. */
  readonly upTo: number;
  readonly positions: readonly number[];
}

/**
 * All assets of one version, loaded in the background and asked for page by page meanwhile. The first page is read before anybody
 * asks, so that it is here at once; the rest costs time and memory, and waits. Nothing here holds the event loop for more than a few
 * milliseconds at a time.
 */
export class AssetIndex {
  private readonly rows: AssetRow[] = [];
  private readonly abort = new AbortController();
  private readonly listeners = new Set<() => void>();
  private readonly asked = Promise.withResolvers<undefined>();
  private view: View | undefined;
  private done = false;
  private problem: Error | undefined;

  constructor(assets: (call: Call) => AsyncIterable<Asset>) {
    void this.load(assets);
  }

  /** Whether all assets are known. */
  get complete(): boolean {
    return this.done;
  }

  get size(): number {
    return this.rows.length;
  }

  /** Why it stopped short. */
  get failure(): Error | undefined {
    return this.problem;
  }

  /** Tells when there is more to see: soon after the start, a few times a second, and at the end. */
  onGrowth(listener: () => void): Stop {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Nobody looks at it any more: loading that is under way is given up, for good. */
  leave(): void {
    if (!this.done) {
      this.abort.abort();
      this.asked.resolve(undefined);
    }
  }

  async page(query: AssetQuery, first: number, count: number = PAGE_ROWS, call: Call = {}): Promise<AssetPage> {
    this.asked.resolve(undefined);
    const view = await this.viewOf(query, call);
    const start = Math.max(0, Math.min(Math.trunc(first), view.positions.length - 1));
    const end = Math.min(view.positions.length, start + Math.min(count, PAGE_ROWS));
    const backwards = query.sort === 'name' && query.descending;
    const rows: AssetRow[] = [];
    for (let index = start; index < end; index++) {
      const row = this.rows[view.positions[backwards ? view.positions.length - 1 - index : index] ?? -1];
      if (row !== undefined) {
        rows.push(row);
      }
    }
    return { query, first: start, rows, matched: view.positions.length, total: view.upTo, complete: this.done && view.upTo === this.rows.length };
  }

  private async viewOf(query: AssetQuery, call: Call): Promise<View> {
    const had = this.view;
    const same = had !== undefined && sameQuery(had.query, query);
    if (same && had.upTo === this.rows.length) {
      return had;
    }
    const upTo = this.rows.length;
    // Assets come in the order of their names, so that one only adds to what was found.
    const grows = same && query.sort === 'name';
    const found = await this.find(query.filter, grows ? had.positions : [], grows ? had.upTo : 0, upTo, call);
    const view = { query, upTo, positions: await this.order(found, query, call) };
    this.view = view;
    return view;
  }

  private async find(filter: string, known: readonly number[], from: number, upTo: number, call: Call): Promise<number[]> {
    const text = filter.toLowerCase();
    const found = [...known];
    const breath = new Breath(call.signal);
    for (let position = from; position < upTo; position++) {
      if (text === '' || this.rows[position]?.path.toLowerCase().includes(text)) {
        found.push(position);
      }
      if (breath.due) {
        await breath.take();
      }
    }
    return found;
  }

  /** Equal ones stay in the order of their names, whichever way the list is turned. */
  private async order(positions: readonly number[], { sort, descending }: AssetQuery, call: Call): Promise<readonly number[]> {
    if (sort === 'name') {
      return positions;
    }
    const sign = descending ? -1 : 1;
    const compare = (a: AssetRow, b: AssetRow): number => (sort === 'size' ? a.size - b.size : a.type < b.type ? -1 : a.type > b.type ? 1 : 0);
    return mergeSort(positions, (a, b) => {
      const [left, right] = [this.rows[a], this.rows[b]];
      return (left && right ? sign * compare(left, right) : 0) || a - b;
    }, new Breath(call.signal));
  }

  private async load(assets: (call: Call) => AsyncIterable<Asset>): Promise<void> {
    try {
      if (await this.read(assets, PAGE_ROWS) === 'more') {
        this.tell();
        await this.asked.promise;
        await this.read(assets, Infinity);
      }
      this.done = true;
    } catch (error) {
      this.problem = error instanceof Error ? error : new Error(String(error));
    }
    this.tell();
  }

  /** Reads on from the rows that are here until there are `most`. */
  private async read(assets: (call: Call) => AsyncIterable<Asset>, most: number): Promise<'more' | 'all'> {
    const { signal } = this.abort;
    signal.throwIfAborted();
    const breath = new Breath(signal);
    let skip = this.rows.length;
    let toldAt = 0;
    for await (const { path, size, type, sha256, link } of assets({ signal })) {
      if (skip > 0) {
        skip--;
        continue;
      }
      this.rows.push({ path, size, type, sha256, link });
      if (this.rows.length >= most) {
        return 'more';
      }
      if (this.rows.length === FIRST_ROWS || breath.due) {
        if (this.rows.length >= FIRST_ROWS && performance.now() - toldAt > GROWTH_MS) {
          toldAt = performance.now();
          this.tell();
        }
        await breath.take();
      }
    }
    return 'all';
  }

  private tell(): void {
    for (const listener of this.listeners) {
      listener();
    }
  }
}

const sameQuery = (a: AssetQuery, b: AssetQuery): boolean => a.filter === b.filter && a.sort === b.sort && a.descending === b.descending;

/** The indexes used last, so that going back and forth between versions loads nothing twice. */
export class AssetIndexes {
  private readonly recent = new Map<string, AssetIndex>();

  constructor(private readonly limit = 3) {}

  /** The index under `key`, begun now where there is none or it stopped short. */
  get(key: string, assets: (call: Call) => AsyncIterable<Asset>): AssetIndex {
    const known = this.recent.get(key);
    const index = known !== undefined && known.failure === undefined ? known : new AssetIndex(assets);
    this.recent.delete(key);
    this.recent.set(key, index);
    const [oldest] = this.recent.keys();
    if (oldest !== undefined && this.recent.size > this.limit) {
      this.recent.delete(oldest);
    }
    return index;
  }

  /** Whoever holds one keeps it; the next who asks gets a new one. */
  clear(): void {
    this.recent.clear();
  }
}
