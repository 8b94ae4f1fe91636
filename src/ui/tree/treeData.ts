import * as vscode from 'vscode';
import type { Artifact, ArtifactRef, VersionRef } from '../../model/artifact';
import type { Log } from '../../model/call';
import type { Change } from '../../model/change';
import { isAbort, isArtifactError } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { withSignal } from '../abortSignal';
import { Branches } from './branches';
import type { ContextKeys } from '../contextKeys';
import { hover } from './hover';
import type { ArtifactNode, Branch, ConnectionNode, Node, RunsNode, VersionNode, WorkspaceNode } from './nodes';
import { Roots } from './roots';
import type { ActiveRuns, Connections } from '../services';
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

/** Further down, a row is not looked for: nobody reads that far, and VS Code would have to keep all rows before it. */
const FAR = 5000;

/** What the tree shows, read one screen at a time, and read again where it changed. */
export class TreeData implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<Node | Node[] | undefined>();
  private readonly providers = new Map<string, Provider>();
  private readonly branches = new Branches({
    provider: (connection) => this.provider(connection),
    filter: () => this.filter,
    pageSize: () => readSettings().pageSize,
  });
  private readonly roots: Roots;
  private updating: Promise<void> = Promise.resolve();

  readonly onDidChangeTreeData = this.changes.event;
  filter = '';

  constructor(private readonly environment: TreeEnvironment) {
    const { connections, contextKeys } = environment;
    this.roots = new Roots({ connections, contextKeys, branches: this.branches, provider: (connection) => this.provider(connection), filter: () => this.filter });
  }

  getTreeItem(node: Node): vscode.TreeItem {
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
    if (node === undefined) {
      return await this.roots.read();
    }
    if (node.kind === 'asset' || node.kind === 'more' || node.kind === 'failed') {
      return [];
    }
    try {
      return await this.rows(node);
    } catch (error) {
      return [failed(node, error)];
    }
  }

  /** Reads one more page of a branch and returns its first row. */
  async loadMore(branch: Branch): Promise<Node | undefined> {
    const listing = await this.branches.open(branch);
    const before = listing.rows.length;
    await listing.fill(before + readSettings().pageSize);
    this.changes.fire(branch);
    return listing.rows[before];
  }

  /** Reads a branch again, or everything. */
  reload(branch?: Branch): void {
    this.branches.invalidate(branch?.id);
    this.changes.fire(branch);
  }

  /** Begins anew: other connections, or another filter. */
  reset(filter = this.filter): void {
    this.filter = filter;
    this.branches.clear();
    this.providers.clear();
    this.roots.clear();
    this.changes.fire(undefined);
  }

  /** Reads again what a change names, one change after the other. */
  update(change: Change): Promise<void> {
    this.updating = this.updating.then(() => this.apply(change)).catch((error: unknown) => {
      this.environment.log.debug(`the tree could not follow a change: ${String(error)}`);
    });
    return this.updating;
  }

  /** Draws the rows that `outdated` picks again, without reading. */
  redraw(outdated: (node: Node) => boolean): void {
    const nodes = [...this.branches.rows()].filter(outdated);
    if (nodes.length > 0) {
      this.changes.fire(nodes);
    }
  }

  /** The row of a version or artifact, reading as many pages as it takes; nothing when it is not there. */
  async find(ref: VersionRef | ArtifactRef): Promise<ArtifactNode | VersionNode | undefined> {
    await this.updating;
    await this.roots.read();
    const connection = this.roots.get(ref.connection);
    const workspace = connection && await this.below(connection, isWorkspace(ref.workspace));
    const artifact = workspace && await this.below(workspace, isArtifact(ref.artifact));
    return artifact && 'version' in ref ? await this.below(artifact, isVersion(ref.version)) : artifact;
  }

  dispose(): void {
    this.branches.clear();
    this.changes.dispose();
  }

  /** What most people come for, as long as it fits the screen: each open branch is read. */
  private isOpen(branch: ConnectionNode | WorkspaceNode | RunsNode): boolean {
    return branch.kind !== 'runs' && branch.ref.connection === this.environment.connections.defaultName
      && (branch.kind === 'connection' || (this.branches.known(branch.parent)?.rows.length ?? 0) <= 3);
  }

  private async provider(connection: string): Promise<Provider> {
    const provider = await this.environment.connections.get(connection);
    this.providers.set(connection, provider);
    return provider;
  }

  private async rows(branch: Branch): Promise<Node[]> {
    const [listing, runs] = await Promise.all([this.branches.open(branch), this.branches.runsBelow(branch)]);
    const rows = [...listing.rows];
    if (listing.failure !== undefined) {
      return isAbort(listing.failure.error) ? rows : [...rows, failed(branch, listing.failure.error)];
    }
    if (listing.more) {
      rows.push({ kind: 'more', id: `${branch.id} more`, parent: branch, value: listing.rows.length });
    }
    return runs === undefined ? rows : [...rows, runs];
  }

  private async apply(change: Change): Promise<void> {
    const root = this.roots.get(change.connection);
    if (root === undefined) {
      return;
    }
    const workspace = change.workspace === undefined ? undefined : this.known(root, isWorkspace(change.workspace));
    const artifact = workspace && change.artifact !== undefined ? this.known(workspace, isArtifact(change.artifact)) : undefined;
    const value = artifact && await this.artifact(artifact.ref);
    if (artifact !== undefined && value !== undefined) {
      artifact.value = value;
      this.branches.invalidate(artifact.id);
      await this.readAhead(artifact);
      this.changes.fire(artifact);
      await this.applyToRuns(artifact.parent);
      return;
    }
    // A row came or went: the counts of the rows above it change as well.
    this.branches.invalidate((workspace ?? root).id);
    this.branches.invalidateRows(root.id);
    if (this.branches.known(root) !== undefined) {
      await this.branches.open(root);
    }
    this.changes.fire(await this.roots.turned() ? undefined : workspace ?? root);
  }

  /**
   * Rows that are open are read before VS Code is told to draw them: while it waits for rows it knows none of them, and a button
   * that is pressed on one then calls its command with nothing.
   */
  private async readAhead(branch: Branch): Promise<void> {
    if (this.branches.known(branch) !== undefined) {
      await this.branches.open(branch).catch(() => undefined);
    }
  }

  private async applyToRuns(workspace: WorkspaceNode): Promise<void> {
    const runs = await this.branches.runsBelow(workspace);
    if (runs !== undefined && this.branches.known(runs) !== undefined) {
      this.branches.invalidate(runs.id);
      await this.readAhead(runs);
      this.changes.fire(runs);
    }
  }

  private async artifact(ref: ArtifactRef): Promise<Artifact | undefined> {
    try {
      return await (await this.provider(ref.connection)).artifact(ref);
    } catch (error) {
      if (isArtifactError(error, 'notFound')) {
        return undefined;
      }
      throw error;
    }
  }

  private known<T extends Node>(branch: Branch, is: (row: Node) => row is T): T | undefined {
    return this.branches.known(branch)?.rows.find(is);
  }

  private async below<T extends Node>(branch: Branch, is: (row: Node) => row is T): Promise<T | undefined> {
    const listing = await this.branches.open(branch);
    const before = listing.rows.length;
    while (!listing.rows.some(is) && listing.more && listing.rows.length < FAR) {
      await listing.fill(listing.rows.length + readSettings().pageSize);
    }
    if (listing.rows.length > before) {
      this.changes.fire(branch);
    }
    return this.known(branch, is);
  }
}

const isWorkspace = (name: string) => (row: Node): row is WorkspaceNode => row.kind === 'workspace' && row.ref.workspace === name;
const isArtifact = (name: string) => (row: Node): row is ArtifactNode => row.kind === 'artifact' && row.ref.artifact === name;
const isVersion = (number: string) => (row: Node): row is VersionNode => row.kind === 'version' && row.ref.version === number;

const failed = (parent: Branch, error: unknown): Node => ({ kind: 'failed', id: `${parent.id} failed`, parent, value: error });
