import { children, runsNode } from './children';
import { Listing } from './listing';
import { isRunFiles } from '../../model/runFiles';
import type { Branch, Node, RunsNode } from './nodes';
import type { Provider } from '../../providers/provider';

interface Kept {
  /** What is in a version never changes, once it is read. */
  readonly isFixed: boolean;
  readonly listing: Listing<Node>;
  stale: boolean;
}

interface Environment {
  provider(connection: string): Promise<Provider>;
  filter(): string;
  pageSize(): number;
}

/** What was read of each branch that was opened. Ids begin with the id of the parent, which is how a subtree is found. */
export class Branches {
  private readonly kept = new Map<string, Kept>();
  private readonly runs = new Map<string, RunsNode>();

  constructor(private readonly environment: Environment) {}

  /** Reads the first page of a branch; what is read already and not stale costs nothing. Rejects when the connection does not open. */
  async open(branch: Branch): Promise<Listing<Node>> {
    const provider = await this.environment.provider(branch.ref.connection);
    const known = this.kept.get(branch.id);
    if (known !== undefined && !known.stale) {
      await known.listing.fill(this.environment.pageSize());
      return this.newest(branch, known.listing);
    }
    const { listing, before } = this.begin(branch, provider, known);
    this.kept.set(branch.id, { isFixed: isFixed(branch), listing, stale: false });
    await listing.fill(this.atLeast(before));
    known?.listing.close();
    this.dropMissing(before, listing);
    return this.newest(branch, listing);
  }

  /** Reads a branch again that may have changed. Until all of it is there, whoever asks for its rows gets those of before at once. */
  async renew(branch: Branch): Promise<void> {
    const provider = await this.environment.provider(branch.ref.connection);
    const known = this.kept.get(branch.id);
    if (known === undefined || !mayChange(known)) {
      return;
    }
    const { listing, before } = this.begin(branch, provider, known);
    await listing.fill(this.atLeast(before));
    if (this.kept.get(branch.id) !== known) {
      // It was read by others meanwhile.
      listing.close();
      return;
    }
    // More may be shown by now.
    await listing.fill(known.listing.rows.length);
    this.kept.set(branch.id, { ...known, listing, stale: false });
    known.listing.close();
    this.dropMissing(before, listing);
  }

  /** What was read may have been read again meanwhile, and closed half-way. */
  private async newest(branch: Branch, listing: Listing<Node>): Promise<Listing<Node>> {
    const kept = this.kept.get(branch.id);
    return kept === undefined || kept.listing === listing ? listing : await this.open(branch);
  }

  /** What is known of a branch, without reading. */
  known(branch: Branch): Listing<Node> | undefined {
    return this.kept.get(branch.id)?.listing;
  }

  /** The row that stands above all pages of a workspace. The same object each time. */
  async runsBelow(branch: Branch): Promise<RunsNode | undefined> {
    if (branch.kind !== 'workspace') {
      return undefined;
    }
    const known = this.runs.get(branch.id);
    if (known !== undefined) {
      return known;
    }
    const provider = await this.environment.provider(branch.ref.connection);
    const made = await runsNode(branch, { provider, filter: this.environment.filter() });
    // Two may have asked at once, and rows are known by identity.
    const node = this.runs.get(branch.id) ?? made;
    if (node !== undefined) {
      this.runs.set(branch.id, node);
    }
    return node;
  }

  /** Rows of a branch and of what is below it are read again when they are next asked for, unless they cannot have changed. */
  invalidate(id: string): void {
    for (const [key, kept] of this.kept) {
      const within = key === id || key.startsWith(`${id} `);
      if (within && mayChange(kept)) {
        kept.stale = true;
      }
    }
  }

  /** Whether it was read, and is read again when it is next asked for. */
  isStale(branch: Branch): boolean {
    return this.kept.get(branch.id)?.stale === true;
  }

  /** All that is known to stand below a branch. */
  rowsOf(branch: Branch): readonly Node[] {
    const runs = this.runs.get(branch.id);
    return [...(runs === undefined ? [] : [runs]), ...this.known(branch)?.rows ?? []];
  }

  *rows(): Generator<Node, void, undefined> {
    for (const { listing } of this.kept.values()) {
      yield* listing.rows;
    }
    yield* this.runs.values();
  }

  clear(): void {
    for (const { listing } of this.kept.values()) {
      listing.close();
    }
    this.kept.clear();
    this.runs.clear();
  }

  private begin(branch: Branch, provider: Provider, known: Kept | undefined): { readonly listing: Listing<Node>; readonly before: ReadonlyMap<string, Node> } {
    const before = new Map(known?.listing.rows.map((row) => [row.id, row]));
    const filter = this.environment.filter();
    return { listing: new Listing<Node>((signal) => children(branch, { provider, filter }, { signal }), before), before };
  }

  /** As many rows as before, so that nothing that is looked at goes away. */
  private atLeast(before: ReadonlyMap<string, Node>): number {
    return Math.max(this.environment.pageSize(), before.size);
  }

  private dropMissing(before: ReadonlyMap<string, Node>, listing: Listing<Node>): void {
    const now = new Set(listing.rows.map(({ id }) => id));
    [...before.keys()].filter((id) => !now.has(id)).forEach((id) => this.drop(id));
  }

  private drop(id: string): void {
    for (const [key, kept] of this.kept) {
      if (key === id || key.startsWith(`${id} `)) {
        kept.listing.close();
        this.kept.delete(key);
      }
    }
    this.runs.delete(id);
  }
}

const mayChange = (kept: Kept): boolean => kept.listing.failure !== undefined || !kept.isFixed;

function isFixed(branch: Branch): boolean {
  switch (branch.kind) {
    case 'version':
    case 'related':
      return true;
    case 'folder':
      // A run may go on writing.
      return !isRunFiles(branch.ref);
    default:
      return false;
  }
}
