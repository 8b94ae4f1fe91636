import * as vscode from 'vscode';
import type { RunDetails } from '../../model/artifact';
import { isAbort, isArtifactError } from '../../model/errors';
import { oneLine } from '../../model/line';
import type { Failure, Loaded, MetricHistory } from '../../protocol';
import type { ComparedRun as Told, NamedRun } from '../../protocol/comparison';
import type { Provider } from '../../providers/provider';
import { movedOn } from '../details/metricView';
import { PanelMetrics } from '../details/panelMetrics';
import { withMetrics } from './withMetrics';

/** What it needs of the page that shows it. */
interface Host {
  provider(connection: string): Promise<Provider>;
  /** More is known of the run. */
  changed(): void;
  postHistory(name: string, history: Loaded<MetricHistory>): void;
  failure(error: unknown): Failure;
}

/** One of the runs of a comparison, which is read, and fails, on its own. */
export class ComparedRun {
  private readonly metrics: PanelMetrics;
  private known: RunDetails | undefined;
  private problem: Told['problem'];
  private wanted: readonly string[] = [];
  private reading = new AbortController();

  constructor(readonly named: NamedRun, private readonly host: Host, atATime: number) {
    this.metrics = new PanelMetrics({
      provider: () => host.provider(named.ref.connection),
      postHistory: (name, history) => host.postHistory(name, history),
      failure: (error) => host.failure(error),
    }, named.ref, atATime);
  }

  get isRunning(): boolean {
    return this.known?.status === 'running' && this.known.kind !== 'model';
  }

  get told(): Told {
    const { known, named: { ref, name }, problem } = this;
    const facts = known && { status: known.status, isModel: known.kind === 'model', isDeleted: known.isDeleted === true, metrics: known.metrics.map((metric) => metric.name) };
    return { ref, name: known?.name ?? name, facts, problem };
  }

  /** Wants the values of these metrics, as far as the run has them. */
  ask(names: readonly string[]): void {
    this.wanted = names;
    const own = new Set(this.known?.metrics.map(({ name }) => name));
    this.metrics.ask(names.filter((name) => own.has(name)));
  }

  /** Reads the run and its metrics anew; what is shown stays until then. */
  async reload(): Promise<void> {
    if (this.problem !== undefined) {
      this.problem = undefined;
      this.host.changed();
    }
    if (await this.read()) {
      this.metrics.reload();
      this.ask(this.wanted);
    }
  }

  /** Reads the run, and of its metrics those that have moved on; false where that went wrong. */
  async follow(): Promise<boolean> {
    const before = this.known?.metrics ?? [];
    const isRead = await this.read();
    if (isRead) {
      const after = this.known?.metrics ?? [];
      this.metrics.outdate(movedOn(before, after));
      if (after.length !== before.length) {
        this.ask(this.wanted);
      }
    }
    return isRead;
  }

  dispose(): void {
    this.reading.abort();
    this.metrics.dispose();
  }

  private async read(): Promise<boolean> {
    this.reading.abort();
    this.reading = new AbortController();
    const { signal } = this.reading;
    try {
      const run = await this.readRun(signal);
      signal.throwIfAborted();
      this.known = run;
      this.problem = undefined;
    } catch (error) {
      if (isAbort(error) || signal.aborted) {
        return false;
      }
      const failure = this.host.failure(error);
      const isGone = isArtifactError(error, 'notFound');
      this.problem = isGone ? { sentence: vscode.l10n.t('{0} is not there any more.', oneLine(this.told.name)), signIn: false } : failure;
      // What was read before a server went down was true; of a run that is gone nothing is.
      this.known = isGone ? undefined : this.known;
    }
    this.host.changed();
    return this.problem === undefined;
  }

  private async readRun(signal: AbortSignal): Promise<RunDetails> {
    const { ref } = this.named;
    return await withMetrics(await this.host.provider(ref.connection)).run(ref, { signal });
  }
}
