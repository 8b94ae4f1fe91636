import * as vscode from 'vscode';
import type { RunDetails, RunRef, VersionRef } from '../../model/artifact';
import { artifactIcon } from '../../model/assetType';
import type { Change } from '../../model/change';
import { isAbort, isArtifactError, unsupported } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import { AssetIndex } from '../../operations/assetIndex';
import { experimentName } from '../../operations/experimentName';
import type { FromWebview, PanelState, PanelTab, ToWebview } from '../../protocol';
import type { Provider } from '../../providers/provider';
import { oneLine } from '../foreignText';
import { sentenceOf } from '../messages';
import { PanelAssets } from './panelAssets';
import { PanelLineage } from './panelLineage';
import { PanelMetrics } from './panelMetrics';
import type { OpenPage, PageServices, PartHost } from './panelPart';
import { panelStrings } from './panelStrings';
import { PanelVerbs } from './panelVerbs';
import { PanelWire } from './panelWire';
import { runView } from './runView';

interface Inspected {
  readonly provider: Provider;
  readonly run: RunDetails;
  readonly experiment?: string | undefined;
}

/** The details page of a run or a logged model: reads what the page shows, keeps it up to date, and does what the page asks for. */
export class RunPage implements PartHost, OpenPage {
  readonly ref: VersionRef;
  private readonly wire: PanelWire;
  private readonly assets: PanelAssets;
  private readonly lineage: PanelLineage;
  private readonly metrics: PanelMetrics;
  private readonly verbs: PanelVerbs;
  private readonly strings = panelStrings();
  private page: PanelState['page'] = { status: 'loading' };
  private inspected: Inspected | undefined;
  private loading = new AbortController();

  constructor(readonly panel: vscode.WebviewPanel, readonly about: RunRef, private readonly services: PageServices) {
    this.ref = runFiles(about);
    // Shared with no other page: a run may go on writing.
    this.assets = new PanelAssets(this, { get: (_, assets) => new AssetIndex(assets) });
    this.lineage = new PanelLineage(this, about);
    this.metrics = new PanelMetrics(this, about);
    this.verbs = new PanelVerbs(this.ref, services);
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

  changed({ connection, workspace = this.about.workspace, artifact }: Change): void {
    if (connection !== this.about.connection || workspace !== this.about.workspace) {
      return;
    }
    if (artifact === undefined) {
      this.reload();
    } else {
      // The run may have made or used it.
      this.lineage.reload();
    }
  }

  reconnected(): void {
    this.reload();
  }

  trusted(): void {
    this.showInspected();
  }

  dispose(): void {
    this.loading.abort();
    this.assets.dispose();
    this.lineage.dispose();
    this.metrics.dispose();
  }

  provider(): Promise<Provider> {
    return this.services.connections.get(this.about.connection);
  }

  post(message: ToWebview): void {
    this.wire.post(message);
  }

  explain(error: unknown): string {
    this.services.log.error(`details of ${formatReference(this.ref)}`, error);
    return sentenceOf(error);
  }

  private reload(): void {
    void this.load();
    this.assets.retry();
    this.lineage.reload();
    this.metrics.reload();
  }

  private async load(): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    try {
      const provider = await this.provider();
      if (provider.run === undefined) {
        throw unsupported(vscode.l10n.t('{0} tells nothing about single runs.', provider.connection));
      }
      const run = await provider.run(this.about, { signal });
      signal.throwIfAborted();
      this.inspected = { provider, run, experiment: this.inspected?.experiment };
      this.showInspected();
      const experiment = this.inspected.experiment ?? await experimentName(provider, run, { signal });
      signal.throwIfAborted();
      this.inspected = { ...this.inspected, experiment };
      this.showInspected();
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        this.showFailure(error);
      }
    }
  }

  private showFailure(error: unknown): void {
    if (isArtifactError(error, 'notFound') && this.services.connections.all.some(({ name }) => name === this.about.connection)) {
      this.page = { status: 'gone', sentence: vscode.l10n.t('{0} is not there any more.', this.inspected?.run.name ?? formatReference(this.ref)) };
      this.inspected = undefined;
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
    const { provider, run, experiment } = this.inspected;
    this.panel.title = oneLine(run.name);
    this.panel.iconPath = new vscode.ThemeIcon(run.kind === 'model' ? artifactIcon('model') : 'run-all');
    this.page = { status: 'shown', value: runView(run, experiment, provider) };
    this.postState();
  }

  private postState(): void {
    this.post({ kind: 'state', state: { strings: this.strings, locale: vscode.env.language, ref: this.about, page: this.page } });
  }

  private answer(intent: Exclude<FromWebview, { readonly kind: 'ready' }>): void {
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

  private again(): void {
    if (this.page.status !== 'shown') {
      this.page = { status: 'loading' };
      this.postState();
    }
    this.reload();
  }
}
