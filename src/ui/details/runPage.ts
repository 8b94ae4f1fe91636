import * as vscode from 'vscode';
import type { RunDetails, RunRef } from '../../model/artifact';
import { artifactIcon } from '../../model/assetType';
import type { Change } from '../../model/change';
import { unsupported } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import { AssetIndex } from '../../operations/assetIndex';
import { experimentName } from '../../operations/experimentName';
import type { RunView } from '../../protocol';
import type { Provider } from '../../providers/provider';
import { oneLine } from '../foreignText';
import { PanelAssets } from './panelAssets';
import { PanelLineage } from './panelLineage';
import { PanelMetrics } from './panelMetrics';
import type { PageServices } from './panelPart';
import { PanelVerbs } from './panelVerbs';
import { runView } from './runView';
import { type Intent, SubjectPage } from './subjectPage';

interface Inspected {
  readonly provider: Provider;
  readonly run: RunDetails;
  readonly experiment?: string | undefined;
}

/** The details page of a run or a logged model. */
export class RunPage extends SubjectPage<Inspected> {
  private readonly assets: PanelAssets;
  private readonly lineage: PanelLineage;
  private readonly metrics: PanelMetrics;
  private readonly verbs: PanelVerbs;

  constructor(panel: vscode.WebviewPanel, private readonly run: RunRef, services: PageServices) {
    super(panel, run, runFiles(run), services);
    // Shared with no other page: a run may go on writing.
    this.assets = new PanelAssets(this, { get: (_, assets) => new AssetIndex(assets) });
    this.lineage = new PanelLineage(this, run);
    this.metrics = new PanelMetrics(this, run);
    this.verbs = new PanelVerbs(this.ref, services);
    void this.load();
  }

  changed({ connection, workspace = this.run.workspace, artifact }: Change): void {
    if (connection !== this.run.connection || workspace !== this.run.workspace) {
      return;
    }
    if (artifact === undefined) {
      this.reloadAll();
    } else {
      // The run may have made or used it.
      this.lineage.reload();
    }
  }

  reconnected(): void {
    this.reloadAll();
  }

  override dispose(): void {
    super.dispose();
    this.assets.dispose();
    this.lineage.dispose();
    this.metrics.dispose();
  }

  protected async read(provider: Provider, signal: AbortSignal, show: (inspected: Inspected) => void): Promise<void> {
    if (provider.run === undefined) {
      throw unsupported(vscode.l10n.t('{0} tells nothing about single runs.', provider.connection));
    }
    const run = await provider.run(this.run, { signal });
    const known = this.inspected?.experiment;
    show({ provider, run, experiment: known });
    show({ provider, run, experiment: known ?? await experimentName(provider, run, { signal }) });
  }

  protected view({ provider, run, experiment }: Inspected): RunView {
    this.panel.title = oneLine(run.name);
    this.panel.iconPath = new vscode.ThemeIcon(run.kind === 'model' ? artifactIcon('model') : 'run-all');
    return runView(run, experiment, provider);
  }

  protected name(): string {
    return this.inspected?.run.name ?? formatReference(this.ref);
  }

  protected reloadAll(): void {
    void this.load();
    this.assets.retry();
    this.lineage.reload();
    this.metrics.reload();
  }

  protected answer(intent: Intent): void {
    switch (intent.kind) {
      case 'assets':
        return this.assets.ask(intent);
      case 'lineage':
        return this.lineage.ask(intent.expand);
      case 'metrics':
        return this.metrics.ask(intent.names);
      case 'history':
        // A run has no versions.
        return;
      case 'copyParameter':
        return this.verbs.copy(this.inspected?.run.parameters[intent.name]);
      case 'verb':
        return intent.verb === 'retry' || intent.verb === 'refresh' ? this.again() : this.verbs.run(intent.verb);
      default:
        return this.verbs.act(intent, undefined);
    }
  }
}
