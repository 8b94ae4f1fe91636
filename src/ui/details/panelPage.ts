import * as vscode from 'vscode';
import type { VersionRef } from '../../model/artifact';
import { artifactIcon } from '../../model/assetType';
import type { Change } from '../../model/change';
import { isAbort, isArtifactError } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { countConsumers, inspectVersion } from '../../operations/inspectVersion';
import type { FromWebview, PanelState, PanelTab, ToWebview } from '../../protocol';
import type { Provider } from '../../providers/provider';
import { sentenceOf } from '../messages';
import { PanelAssets } from './panelAssets';
import { PanelHistory } from './panelHistory';
import { PanelLineage } from './panelLineage';
import type { OpenPage, PageServices, PartHost } from './panelPart';
import { panelStrings } from './panelStrings';
import { PanelVerbs } from './panelVerbs';
import { PanelWire } from './panelWire';
import { type Inspected, versionView } from './panelView';

/** The details page of a version: reads what the page shows, keeps it up to date, and does what the page asks for. */
export class DetailsPage implements PartHost, OpenPage {
  readonly about: VersionRef;
  private readonly wire: PanelWire;
  private readonly assets: PanelAssets;
  private readonly lineage: PanelLineage;
  private readonly history: PanelHistory;
  private readonly verbs: PanelVerbs;
  private readonly strings = panelStrings();
  private page: PanelState['page'] = { status: 'loading' };
  private inspected: (Inspected & { readonly provider: Provider }) | undefined;
  private loading = new AbortController();

  constructor(readonly panel: vscode.WebviewPanel, readonly ref: VersionRef, private readonly services: PageServices) {
    this.about = ref;
    this.assets = new PanelAssets(this, services.indexes);
    this.lineage = new PanelLineage(this, ref);
    this.history = new PanelHistory(this);
    this.verbs = new PanelVerbs(ref, services);
    this.wire = new PanelWire(panel, services.extension, {
      ready: () => this.postState(),
      answer: (intent) => this.answer(intent),
      nonsense: () => services.log.warn('a details page said something that is not in the protocol'),
    });
    void this.load();
  }

  show(tab: PanelTab | undefined): void {
    this.wire.show(tab);
  }

  /** Reads again what may have changed; what cannot change, the files of a version, stays. */
  reload(): void {
    void this.load();
    this.lineage.reload();
    this.history.reload();
  }

  changed(change: Change): void {
    const { connection, workspace, artifact } = this.ref;
    const here = change.connection === connection && (change.workspace ?? workspace) === workspace;
    if (here && (change.artifact ?? artifact) === artifact) {
      this.reload();
    } else if (here) {
      // What another artifact was made from may be this one.
      this.lineage.reload();
    }
  }

  /** The name of the connection may stand for another place now. */
  reconnected(): void {
    this.assets.retry();
    this.history.forget();
    this.reload();
  }

  /** Says anew what may be done. */
  trusted(): void {
    this.showInspected();
  }

  dispose(): void {
    this.loading.abort();
    this.assets.dispose();
    this.lineage.dispose();
    this.history.dispose();
  }

  provider(): Promise<Provider> {
    return this.services.connections.get(this.ref.connection);
  }

  post(message: ToWebview): void {
    this.wire.post(message);
  }

  explain(error: unknown): string {
    this.services.log.error(`details of ${formatReference(this.ref)}`, error);
    return sentenceOf(error);
  }

  private async load(): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      const provider = await this.provider();
      const inspected = await inspectVersion(provider, this.ref, { signal });
      signal.throwIfAborted();
      this.inspected = { ...inspected, provider, usedBy: this.inspected?.usedBy };
      this.showInspected();
      this.assets.prepare();
      const usedBy = await countConsumers(provider, this.ref, { signal });
      signal.throwIfAborted();
      this.inspected = { ...this.inspected, usedBy };
      this.showInspected();
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        this.showFailure(error);
      }
    }
  }

  private showFailure(error: unknown): void {
    const isGone = isArtifactError(error, 'notFound') && this.services.connections.all.some(({ name }) => name === this.ref.connection);
    if (isGone) {
      this.inspected = undefined;
      this.page = { status: 'gone', sentence: vscode.l10n.t('{0} is not there any more.', formatReference(this.ref)) };
    } else if (this.inspected !== undefined && this.page.status === 'shown') {
      // What is shown was true a moment ago; the log says what failed since.
      this.explain(error);
      return;
    } else {
      this.page = { status: 'failed', sentence: this.explain(error) };
    }
    this.postState();
  }

  private showInspected(): void {
    if (this.inspected === undefined) {
      return;
    }
    const { provider, ...inspected } = this.inspected;
    this.panel.iconPath = new vscode.ThemeIcon(artifactIcon(inspected.version.type));
    this.page = { status: 'shown', value: versionView(inspected, provider, vscode.workspace.isTrusted) };
    this.postState();
  }

  private postState(): void {
    this.post({ kind: 'state', state: { strings: this.strings, locale: vscode.env.language, ref: this.ref, page: this.page } });
  }

  private answer(intent: Exclude<FromWebview, { readonly kind: 'ready' }>): void {
    switch (intent.kind) {
      case 'assets':
        return this.assets.ask(intent);
      case 'lineage':
        return this.lineage.ask(intent.expand);
      case 'history':
        return this.history.ask(intent);
      case 'verb':
        return intent.verb === 'retry' || intent.verb === 'refresh' ? this.retry() : this.verbs.run(intent.verb);
      case 'metrics':
      case 'copyParameter':
        // A version has neither.
        return;
      default:
        return this.verbs.act(intent, this.inspected?.version);
    }
  }

  private retry(): void {
    if (this.page.status !== 'shown') {
      this.page = { status: 'loading' };
      this.postState();
    }
    this.assets.retry();
    this.reload();
  }
}
