/** Rows of one branch, read page by page from one iteration that waits in between. */
export class Listing<T extends { readonly id: string }> {
  private readonly controller = new AbortController();
  private readonly iterator: AsyncIterator<T, void, undefined>;
  private readonly read: T[] = [];
  private readonly ids = new Set<string>();
  /** Read already, to know whether there is more than what is shown. */
  private ahead: T | undefined;
  private last: Promise<void> = Promise.resolve();
  private end: 'open' | 'reached' | { readonly error: unknown } = 'open';

  /** `known` are rows of an earlier listing: what has the same id stays the same object with a new value. */
  constructor(source: (signal: AbortSignal) => AsyncIterable<T, void, undefined>, private readonly known: ReadonlyMap<string, T>) {
    this.iterator = source(this.controller.signal)[Symbol.asyncIterator]();
  }

  get rows(): readonly T[] {
    return this.read;
  }

  get more(): boolean {
    return this.ahead !== undefined;
  }

  /** What stopped the reading; the rows before it are good. */
  get failure(): { readonly error: unknown } | undefined {
    return typeof this.end === 'object' ? this.end : undefined;
  }

  /** Reads until there are `count` rows, or no more. Never rejects. */
  fill(count: number): Promise<void> {
    this.last = this.last.then(() => this.readTo(count));
    return this.last;
  }

  /** Frees what the iteration holds. What is being read ends as a failure that nobody looks at. */
  close(): void {
    this.controller.abort();
    this.last = this.last.then(() => this.iterator.return?.()).then(() => undefined, () => undefined);
  }

  private async readTo(count: number): Promise<void> {
    try {
      while (this.read.length < count && this.end === 'open') {
        const row = this.ahead ?? await this.next();
        this.ahead = undefined;
        // What is listed newest first moves on by one when something new comes: the next page then begins with what was read.
        if (row !== undefined && !this.ids.has(row.id)) {
          this.ids.add(row.id);
          this.read.push(row);
        }
      }
      this.ahead ??= this.end === 'open' ? await this.next() : undefined;
    } catch (error) {
      this.end = { error };
    }
  }

  private async next(): Promise<T | undefined> {
    const { done, value } = await this.iterator.next();
    if (done === true) {
      this.end = 'reached';
      return undefined;
    }
    const known = this.known.get(value.id);
    return known === undefined ? value : Object.assign(known, value);
  }
}
