import * as vscode from 'vscode';
import type { Change } from '../../model/change';
import { formatAge } from '../../model/format';
import { dragAndDrop } from './dragAndDrop';
import { isBranch, isNode, type Node } from './nodes';
import type { ArtifactTree, Revealed } from '../services';
import { TreeData, type TreeEnvironment } from './treeData';

export const TREE_VIEW = 'artifacts.tree';

export function createTree(environment: TreeEnvironment): ArtifactTree & vscode.Disposable {
  return new TreeInSideBar(environment);
}

class TreeInSideBar implements ArtifactTree {
  private readonly data: TreeData;
  private readonly view: vscode.TreeView<Node>;
  private readonly disposables: readonly vscode.Disposable[];
  /** Revealed when somebody opens the view. */
  private waiting: Revealed | undefined;
  private drawn = Date.now();
  private minutes: NodeJS.Timeout | undefined;

  constructor(private readonly environment: TreeEnvironment) {
    const { connections, runs } = environment;
    this.data = new TreeData(environment);
    this.view = vscode.window.createTreeView<Node>(TREE_VIEW, {
      treeDataProvider: this.data,
      dragAndDropController: dragAndDrop,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.disposables = [
      this.view,
      this.data,
      connections.onDidChange((change) => void this.data.update(change)),
      connections.onDidChangeList(() => this.data.reset()),
      runs.onDidChange(() => this.data.redraw((node) => node.kind === 'runs' || node.kind === 'run')),
      this.data.onDidLook(() => this.describe()),
      this.view.onDidCollapseElement(({ element }) => this.data.closed(element)),
      this.view.onDidChangeVisibility(({ visible }) => this.showing(visible)),
    ];
    this.showing(this.view.visible);
  }

  get selection(): readonly Node[] {
    return this.view.selection;
  }

  get filter(): string {
    return this.data.filter;
  }

  set filter(text: string) {
    const filter = text.trim();
    if (filter !== this.data.filter) {
      this.data.reset(filter);
      this.environment.contextKeys.set('artifacts.filtered', filter !== '');
      this.describe();
    }
  }

  async reveal(ref: Revealed, { focus = false }: { readonly focus?: boolean } = {}): Promise<void> {
    if (!focus && !this.view.visible) {
      this.waiting = ref;
      return;
    }
    if (this.filter !== '' && !('artifact' in ref && ref.artifact.toLowerCase().includes(this.filter.toLowerCase()))) {
      this.filter = '';
    }
    const node = await this.data.find(ref) ?? await this.findAnew(ref);
    if (node === undefined) {
      return;
    }
    try {
      await this.view.reveal(node, { select: true, focus, expand: node.kind === 'connection' });
    } catch (error) {
      // VS Code gives up when the rows change under it; the row is there all the same.
      this.environment.log.debug(`${node.id} was not revealed: ${String(error)}`);
    }
  }

  refresh(change?: Change): void {
    this.showReading(change === undefined ? this.data.reload() : this.data.update(change));
  }

  reload(node: unknown): boolean {
    if (!isNode(node) || !isBranch(node)) {
      return false;
    }
    this.showReading(this.data.reload(node));
    return true;
  }

  loadMore(node: unknown): void {
    if (!isNode(node)) {
      return;
    }
    if (node.kind === 'more') {
      void this.showMore(node);
    } else if (node.kind === 'failed') {
      this.showReading(this.data.reload(node.parent));
    }
  }

  dispose(): void {
    clearInterval(this.minutes);
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** The rows stay until others are there: the bar of the view says that these are on their way. */
  private showReading(reading: Promise<void>): void {
    void vscode.window.withProgress({ location: { viewId: TREE_VIEW } }, () => reading);
  }

  private describe(): void {
    const { filter, findsNothing } = this.data;
    this.view.message = filter === '' ? '' : findsNothing ? vscode.l10n.t('No name contains “{0}”.', filter) : vscode.l10n.t('Names that contain “{0}”', filter);
  }

  private async findAnew(ref: Revealed): ReturnType<TreeData['find']> {
    await this.data.update({ connection: ref.connection, workspace: 'workspace' in ref ? ref.workspace : undefined, artifact: 'artifact' in ref ? ref.artifact : undefined });
    return await this.data.find(ref);
  }

  /** The selection goes on to the first new row, where the row that was selected has been. */
  private async showMore(node: Node & { readonly kind: 'more' }): Promise<void> {
    const selected = this.selection.some(({ id }) => id === node.id);
    const first = await this.data.loadMore(node.parent);
    if (selected && first !== undefined) {
      await this.view.reveal(first, { select: true, focus: true });
    }
  }

  private showing(visible: boolean): void {
    clearInterval(this.minutes);
    if (!visible) {
      return;
    }
    this.grow();
    this.minutes = setInterval(() => this.grow(), 60_000);
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting !== undefined) {
      void this.reveal(waiting);
    }
  }

  /** Draws the rows again whose age reads differently now. */
  private grow(): void {
    const [before, now] = [this.drawn, Date.now()];
    this.drawn = now;
    const differs = (since: number): boolean => formatAge(since, before, vscode.env.language) !== formatAge(since, now, vscode.env.language);
    this.data.redraw((node) => (node.kind === 'version' && differs(node.value.created)) || (node.kind === 'run' && differs(node.value.started)));
  }
}
