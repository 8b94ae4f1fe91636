import * as vscode from 'vscode';
import type { RunRef, VersionRef } from '../../model/artifact';
import type { AssetIndexes } from '../../operations/assetIndex';
import { isPanelMemory } from '../../protocol/gate';
import { oneLine } from '../../model/line';
import { runFiles, runOfFiles } from '../../model/runFiles';
import type { OpenPage } from './panelPart';
import { type DetailsPanels, type DetailsTab, isRunRef, type Services } from '../services';

export const DETAILS_VIEW = 'artifacts.details';

type Slice = Pick<Services, 'connections' | 'log'> & { readonly context: Pick<vscode.ExtensionContext, 'extensionUri' | 'globalState'> };

/** The details pages of this window, one a version or run, and their return after a reload. */
export function createDetailsPanels(services: Slice): DetailsPanels & vscode.Disposable {
  return new OpenPanels(services);
}

class OpenPanels implements DetailsPanels, vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly pages = new Map<string, OpenPage>();
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

  get active(): VersionRef | RunRef | undefined {
    return [...this.pages.values()].find((page) => page.panel.active)?.about;
  }

  async open(ref: VersionRef | RunRef, tab?: DetailsTab): Promise<void> {
    const show = await this.pageMaker();
    const exact = await this.exactly(ref);
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

  /** Whether a run is there its page says itself. */
  private async exactly(ref: VersionRef | RunRef): Promise<VersionRef | RunRef> {
    if (isRunRef(ref)) {
      const { connection, workspace, run } = ref;
      return { connection, workspace, run };
    }
    const run = runOfFiles(ref);
    if (run !== undefined) {
      return run;
    }
    const provider = await this.services.connections.get(ref.connection);
    const { connection, workspace, artifact, version } = await provider.version(ref);
    return { connection, workspace, artifact, version };
  }

  /** What a page needs is loaded with the first one. */
  private async pageMaker(): Promise<(panel: vscode.WebviewPanel, ref: VersionRef | RunRef) => OpenPage> {
    const [{ DetailsPage }, { RunPage }, { AssetIndexes: Indexes }] = await Promise.all([
      import(/* webpackChunkName: "details" */ './panelPage'),
      import(/* webpackChunkName: "details" */ './runPage'),
      import(/* webpackChunkName: "details" */ '../../operations/assetIndex'),
    ]);
    return (panel, ref) => {
      this.indexes ??= new Indexes();
      const { connections, log, context: { extensionUri, globalState } } = this.services;
      const pageServices = { extension: extensionUri, connections, log, indexes: this.indexes, memory: globalState, open: (other: VersionRef | RunRef) => this.open(other) };
      const page = isRunRef(ref) ? new RunPage(panel, ref, pageServices) : new DetailsPage(panel, ref, pageServices);
      this.pages.set(keyOf(ref), page);
      panel.onDidDispose(() => {
        this.pages.delete(keyOf(ref));
        page.dispose();
      });
      return page;
    };
  }
}

/** A run's page gets the name of the run once that is known. */
const titleOf = (ref: VersionRef | RunRef): string => (isRunRef(ref) ? vscode.l10n.t('Run') : oneLine(`${ref.artifact} ${ref.version}`));

function keyOf(ref: VersionRef | RunRef): string {
  const { connection, workspace, artifact, version } = isRunRef(ref) ? runFiles(ref) : ref;
  return JSON.stringify([connection, workspace, artifact, version]);
}
