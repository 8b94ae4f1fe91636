import * as vscode from 'vscode';
import type { VersionRef } from '../../model/artifact';
import { artifactIcon } from '../../model/assetType';
import type { Change } from '../../model/change';
import { formatReference } from '../../model/reference';
import { countConsumers, inspectVersion } from '../../operations/inspectVersion';
import type { VersionView } from '../../protocol';
import type { Provider } from '../../providers/provider';
import { PanelAssets } from './panelAssets';
import { PanelHistory } from './panelHistory';
import { PanelLineage } from './panelLineage';
import type { PageServices } from './panelPart';
import { type Inspected, versionView } from './panelView';
import { type Intent, SubjectPage } from './subjectPage';

type InspectedVersion = Inspected & { readonly provider: Provider };

/** The details page of a version. */
export class DetailsPage extends SubjectPage<InspectedVersion> {
  private readonly assets: PanelAssets;
  private readonly lineage: PanelLineage;
  private readonly history: PanelHistory;

  constructor(panel: vscode.WebviewPanel, ref: VersionRef, services: PageServices) {
    super(panel, ref, ref, services);
    this.assets = new PanelAssets(this, services.indexes);
    this.lineage = new PanelLineage(this, ref);
    this.history = new PanelHistory(this);
    void this.load();
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

  reconnected(): void {
    this.assets.retry();
    this.history.forget();
    this.reload();
  }

  override dispose(): void {
    super.dispose();
    this.assets.dispose();
    this.lineage.dispose();
    this.history.dispose();
  }

  protected async read(provider: Provider, signal: AbortSignal, show: (inspected: InspectedVersion) => void): Promise<void> {
    const inspected = { ...await inspectVersion(provider, this.ref, { signal }), provider };
    show({ ...inspected, usedBy: this.inspected?.usedBy });
    this.assets.prepare();
    show({ ...inspected, usedBy: await countConsumers(provider, this.ref, { signal }) });
  }

  protected view({ provider, ...inspected }: InspectedVersion): VersionView {
    this.panel.iconPath = new vscode.ThemeIcon(artifactIcon(inspected.version.type));
    return versionView(inspected, provider, vscode.workspace.isTrusted);
  }

  protected name(): string {
    return formatReference(this.ref);
  }

  protected reloadAll(): void {
    this.assets.retry();
    this.reload();
  }

  protected answer(intent: Intent): void {
    switch (intent.kind) {
      case 'assets':
        return this.assets.ask(intent);
      case 'lineage':
        return this.lineage.ask(intent.expand);
      case 'history':
        return this.history.ask(intent);
      case 'verb':
        return this.press(intent.verb);
      case 'metrics':
      case 'plots':
      case 'copyParameter':
      case 'nested':
        // A version has none of these.
        return;
      default:
        return this.verbs.act(intent, this.inspected?.version);
    }
  }
}
