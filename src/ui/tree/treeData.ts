import * as vscode from 'vscode';
import type { Log } from '../../model/call';
import type { Change } from '../../model/change';
import { isAbort } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { withSignal } from '../abortSignal';
import { Branches } from './branches';
import { ChangedRows } from './changedRows';
import type { ContextKeys } from '../contextKeys';
import { hover } from './hover';
import { type ArtifactNode, type Branch, type ConnectionNode, isBranch, type Node, type RunNode, type RunsNode, type VersionNode, type WorkspaceNode } from './nodes';
import { Roots } from './roots';
import { RowSearch } from './rowSearch';
import { ShownRows } from './shownRows';
import type { ActiveRuns, Connections, Revealed } from '../services';
import { readSettings } from '../settings';
import { treeItem } from './treeItems';

export interface TreeEnvironment {
  readonly connections: Connections;
  readonly runs: ActiveRuns;
  readonly contextKeys: ContextKeys;
  readonly log: Log;
  /** A sentence for people. */
  explain(error: unknown): string;
}

/** What the tree shows, read one screen at a time, and read again where it changed. */
export class TreeData implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<Node | Node[] | undefined>();
  private readonly looked = new vscode.EventEmitter<void>();
  private readonly providers = new Map<string, Provider>();
  private readonly branches = new Branches({
    provider: (connection) => this.provider(connection),
    filter: () => this.filter,
    pageSize: () => readSettings().pageSize,
  });
  private readonly roots: Roots;
  private readonly search: RowSearch;
  private readonly changed: ChangedRows;
  private readonly shown = new ShownRows();
  private updating: Promise<void> = Promise.resolve();

  readonly onDidChangeTreeData = this.changes.event;
  /** More is known of what the filter finds. */
  readonly onDidLook = this.looked.event;
  filter = '';

  constructor(private readonly environment: TreeEnvironment) {
    const { connections, contextKeys } = environment;
    const provider = (connection: string): Promise<Provider> => this.provider(connection);
    this.roots = new Roots({ connections, contextKeys, branches: this.branches, provider, filter: () => this.filter });
    const { branches, roots } = this;
    this.search = new RowSearch({ branches, roots, provider, pageSize: () => readSettings().pageSize, grown: (branch) => this.changes.fire(branch) });
    this.changed = new ChangedRows({ branches, roots, provider, isOpen: (branch) => this.shown.isOpen(branch), draw: (rows) => this.changes.fire(rows) });
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return this.shown.drawn(node, this.item(node));
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    try {
      item.tooltip ??= await withSignal(token, (signal) => hover(node, (connection) => this.provider(connection), { signal }));
    } catch (error) {
      // A card that cannot be read is no reason to disturb anybody; the row's own text stays.
      if (!isAbort(error)) {
        this.environment.log.debug(`no hover for ${node.id}: ${String(error)}`);
      }
    }
    return item;
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined || !isBranch(node)) {
      return node === undefined ? await this.roots.read() : [];
    }
    this.shown.opened(node);
    try {
      const rows = await this.rows(node);
      if (node.kind === 'connection' && this.filter !== '') {
        this.looked.fire();
      }
      return rows;
    } catch (error) {
      return [failed(node, error)];
    }
  }

  /** Whether it is known that the filter finds nothing, wherever it looked. */
  get findsNothing(): boolean {
    return this.filter !== '' && this.roots.all.length > 0 && this.roots.all.every((root) => {
      const listing = this.branches.known(root);
      return listing?.failure === undefined && listing?.rows.length === 0;
    });
  }

  /** Reads one more page of a branch and returns its first row. */
  async loadMore(branch: Branch): Promise<Node | undefined> {
    const listing = await this.branches.open(branch);
    const before = listing.rows.length;
    await listing.fill(before + readSettings().pageSize);
    this.changes.fire(branch);
    return listing.rows[before];
  }

  /** Reads a branch again, or everything, and draws the rows that are others then. */
  reload(branch?: Branch): Promise<void> {
    return this.inTurn(() => this.changed.again(branch));
  }

  /** Begins anew: other connections, or another filter. */
  reset(filter = this.filter): void {
    this.filter = filter;
    this.branches.clear();
    this.providers.clear();
    this.roots.clear();
    this.shown.clear();
    this.changes.fire(undefined);
  }

  /** Reads again what a change names, one change after the other. */
  update(change: Change): Promise<void> {
    return this.inTurn(() => this.changed.follow(change));
  }

  /** A person has closed it. */
  closed(node: Node): void {
    this.shown.closed(node);
  }

  /** Draws the rows again that `mayDiffer` picks and that read differently now. */
  redraw(mayDiffer: (node: Node) => boolean): void {
    const nodes = [...this.branches.rows()].filter((node) => mayDiffer(node) && this.shown.differs(node, this.item(node)));
    if (nodes.length > 0) {
      this.changes.fire(nodes);
    }
  }

  /** The row of a connection, a version, an artifact or a run, reading as many pages as it takes; nothing when it is not there. */
  async find(ref: Revealed): Promise<ConnectionNode | ArtifactNode | VersionNode | RunNode | undefined> {
    await this.updating;
    return await this.search.find(ref);
  }

  dispose(): void {
    this.branches.clear();
    this.changes.dispose();
    this.looked.dispose();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.updating = this.updating.then(work).catch((error: unknown) => {
      this.environment.log.debug(`the tree could not follow a change: ${String(error)}`);
    });
    return this.updating;
  }

  private item(node: Node): vscode.TreeItem {
    const { connection } = 'ref' in node ? node.ref : node.parent.ref;
    return treeItem(node, {
      now: Date.now(),
      language: vscode.env.language,
      offers: this.providers.get(connection),
      activeRun: this.environment.runs.current(connection),
      defaultConnection: this.environment.connections.all.length > 1 ? this.environment.connections.defaultName : undefined,
      open: (branch) => this.filter !== '' || this.isOpen(branch),
      explain: (error) => this.environment.explain(error),
    });
  }

  /** What most people come for, as long as it fits the screen: each open branch is read. Who opened another connection comes for its only workspace. */
  private isOpen(branch: ConnectionNode | WorkspaceNode | RunsNode): boolean {
    const isDefault = branch.ref.connection === this.environment.connections.defaultName;
    return branch.kind === 'workspace' ? (this.branches.known(branch.parent)?.rows.length ?? 0) <= (isDefault ? 3 : 1) : branch.kind === 'connection' && isDefault;
  }

  private async provider(connection: string): Promise<Provider> {
    const provider = await this.environment.connections.get(connection);
    this.providers.set(connection, provider);
    return provider;
  }

  private async rows(branch: Branch): Promise<Node[]> {
    const [listing, runs] = await Promise.all([this.branches.open(branch), this.branches.runsBelow(branch)]);
    // First, however many artifacts there are and while more of them are read: it is always found in the same place.
    const rows = [...(runs === undefined || listing.failure !== undefined ? [] : [runs]), ...listing.rows];
    if (listing.failure !== undefined) {
      return isAbort(listing.failure.error) ? rows : [...rows, failed(branch, listing.failure.error)];
    }
    if (listing.more) {
      rows.push({ kind: 'more', id: `${branch.id} more`, parent: branch, value: listing.rows.length });
    }
    return rows;
  }
}

const failed = (parent: Branch, error: unknown): Node => ({ kind: 'failed', id: `${parent.id} failed`, parent, value: error });
