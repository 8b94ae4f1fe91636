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
import { oneLine, shortened } from '../../model/line';
import { Following } from '../following';
import { movedOn } from './metricView';
import { PanelAssets } from './panelAssets';
import { PanelLineage } from './panelLineage';
import { PanelMetrics } from './panelMetrics';
import { PanelNested } from './panelNested';
import type { PageServices } from './panelPart';
import { PlotMemory } from './plotMemory';
import { runView } from './runView';
import { type Intent, SubjectPage } from './subjectPage';

/** Of the tab, which grows with it. */
const LONGEST_TITLE = 100;

interface Inspected {
  readonly provider: Provider;
  readonly run: RunDetails;
  readonly experiment?: string | undefined;
}

/** The details page of a run or a logged model. While a run goes on and its page is seen, it follows. */
export class RunPage extends SubjectPage<Inspected> {
  private readonly assets: PanelAssets;
  private readonly lineage: PanelLineage;
  private readonly metrics: PanelMetrics;
  private readonly plots: PlotMemory;
  private readonly nested: PanelNested;
  private readonly following: Following;

  constructor(panel: vscode.WebviewPanel, private readonly run: RunRef, services: PageServices, pause?: number) {
    super(panel, run, runFiles(run), services);
    // Shared with no other page: a run may go on writing.
    this.assets = new PanelAssets(this, { get: (_, assets) => new AssetIndex(assets) });
    this.lineage = new PanelLineage(this, run);
    this.metrics = new PanelMetrics({
      provider: () => this.provider(),
      postHistory: (name, history) => this.post({ kind: 'metric', name, history }),
      failure: (error) => this.failure(error),
    }, run);
    this.plots = new PlotMemory(services.memory);
    this.nested = new PanelNested(this, () => this.inspected?.run);
    this.following = new Following({
      isFollowed: () => panel.visible && this.isRunning(),
      read: () => this.follow(),
    }, pause);
    // Ends with the panel, as this page does.
    panel.onDidChangeViewState(() => this.following.update());
    void this.load();
  }

  changed({ connection, workspace = this.run.workspace, artifact }: Change): void {
    if (connection !== this.run.connection || workspace !== this.run.workspace) {
      return;
    }
    if (artifact === undefined) {
      this.readAgain();
      this.assets.reload();
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
    this.following.dispose();
    this.assets.dispose();
    this.lineage.dispose();
    this.metrics.dispose();
    this.nested.dispose();
  }

  protected async read(provider: Provider, signal: AbortSignal, show: (inspected: Inspected) => void): Promise<void> {
    if (provider.run === undefined) {
      throw unsupported(vscode.l10n.t('{0} tells nothing about single runs.', provider.connection));
    }
    const run = await provider.run(this.run, { signal });
    const known = this.inspected?.experiment;
    show({ provider, run, experiment: known });
    this.following.update();
    show({ provider, run, experiment: known ?? await experimentName(provider, run, { signal }) });
  }

  protected view({ provider, run, experiment }: Inspected): RunView {
    this.panel.title = oneLine(shortened(run.name, LONGEST_TITLE));
    this.panel.iconPath = new vscode.ThemeIcon(run.kind === 'model' ? artifactIcon('model') : 'run-all');
    return runView(run, experiment, provider, this.plots.choices);
  }

  protected name(): string {
    return this.inspected?.run.name ?? formatReference(this.ref);
  }

  protected reloadAll(): void {
    this.readAgain();
    this.assets.retry();
  }

  private readAgain(): void {
    void this.load();
    this.lineage.reload();
    this.metrics.reload();
    void this.nested.reload();
  }

  private isRunning(): boolean {
    const run = this.inspected?.run;
    return run?.status === 'running' && run.kind !== 'model';
  }

  /** Reads the run, the runs below it, and of the metrics that are looked at those that have moved on. */
  private async follow(): Promise<boolean> {
    const before = this.inspected?.run.metrics ?? [];
    const [isRead] = await Promise.all([this.load(), this.nested.reload()]);
    if (isRead && this.isRunning()) {
      this.metrics.outdate(movedOn(before, this.inspected?.run.metrics ?? []));
    } else if (isRead) {
      // It has ended: all of it is read once more, and its row in the tree with it.
      this.services.connections.changed({ connection: this.run.connection, workspace: this.run.workspace });
    }
    return isRead;
  }

  protected answer(intent: Intent): void {
    switch (intent.kind) {
      case 'assets':
        return this.assets.ask(intent);
      case 'lineage':
        return this.lineage.ask(intent.expand);
      case 'metrics':
        return this.metrics.ask(intent.names);
      case 'plots':
        this.plots.choose(intent.choices);
        // So that the tab has them when it comes back.
        return this.showInspected();
      case 'nested':
        return this.nested.ask(intent.rows);
      case 'history':
        // A run has no versions.
        return;
      case 'copyParameter':
        return this.verbs.copy(this.inspected?.run.parameters[intent.name]);
      case 'verb':
        return intent.verb === 'openCommit' ? this.verbs.openCommit(this.inspected?.run.git) : this.press(intent.verb);
      default:
        return this.verbs.act(intent, undefined);
    }
  }
}
