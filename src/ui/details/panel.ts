import * as vscode from 'vscode';
import type { VersionRef } from '../../model/artifact';
import type { AssetIndexes } from '../../operations/assetIndex';
import { isPanelMemory } from '../../protocol';
import { oneLine } from '../foreignText';
import type { DetailsPage } from './panelPage';
import type { DetailsPanels, DetailsTab, Services } from '../services';

export const DETAILS_VIEW = 'artifacts.details';

type Slice = Pick<Services, 'connections' | 'log'> & { readonly context: Pick<vscode.ExtensionContext, 'extensionUri'> };

/** The details pages of this window, one a version, and their return after a reload. */
export function createDetailsPanels(services: Slice): DetailsPanels & vscode.Disposable {
  return new OpenPanels(services);
}

class OpenPanels implements DetailsPanels, vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly pages = new Map<string, DetailsPage>();
  private readonly subscriptions: vscode.Disposable;
  private indexes: AssetIndexes | undefined;

  constructor(private readonly services: Slice) {
    const { connections } = services;
    this.subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(DETAILS_VIEW, this),
      connections.onDidChange((change) => this.pages.forEach((page) => page.changed(change))),
      connections.onDidChangeList(() => {
        this.indexes?.clear();
        this.pages.forEach((page) => page.reconnected());
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.pages.forEach((page) => page.trusted())),
    );
  }

  get active(): VersionRef | undefined {
    return [...this.pages.values()].find((page) => page.panel.active)?.ref;
  }

  async open(ref: VersionRef, tab?: DetailsTab): Promise<void> {
    const show = await this.pageMaker();
    const provider = await this.services.connections.get(ref.connection);
    const { connection, workspace, artifact, version } = await provider.version(ref);
    const exact = { connection, workspace, artifact, version };
    const known = this.pages.get(keyOf(exact));
    if (known !== undefined) {
      known.panel.reveal();
      known.show(tab);
      return;
    }
    const panel = vscode.window.createWebviewPanel(DETAILS_VIEW, titleOf(exact), vscode.ViewColumn.Active);
    show(panel, exact).show(tab);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, memory: unknown): Promise<void> {
    const show = await this.pageMaker();
    if (!isPanelMemory(memory) || this.pages.has(keyOf(memory.ref))) {
      panel.dispose();
      return;
    }
    show(panel, memory.ref);
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const page of this.pages.values()) {
      page.dispose();
    }
    this.pages.clear();
  }

  /** What a page needs is loaded with the first one. */
  private async pageMaker(): Promise<(panel: vscode.WebviewPanel, ref: VersionRef) => DetailsPage> {
    const [{ DetailsPage: Page }, { AssetIndexes: Indexes }] = await Promise.all([
      import(/* webpackChunkName: "details" */ './panelPage'),
      import(/* webpackChunkName: "details" */ '../../operations/assetIndex'),
    ]);
    return (panel, ref) => {
      this.indexes ??= new Indexes();
      const { connections, log, context: { extensionUri } } = this.services;
      const page = new Page(panel, ref, { extension: extensionUri, connections, log, indexes: this.indexes, open: (other) => this.open(other) });
      this.pages.set(keyOf(ref), page);
      panel.onDidDispose(() => {
        this.pages.delete(keyOf(ref));
        page.dispose();
      });
      return page;
    };
  }
}

const titleOf = (ref: VersionRef): string => oneLine(`${ref.artifact} ${ref.version}`);

const keyOf = ({ connection, workspace, artifact, version }: VersionRef): string => JSON.stringify([connection, workspace, artifact, version]);
