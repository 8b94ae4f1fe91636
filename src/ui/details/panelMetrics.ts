import type { RunRef } from '../../model/artifact';
import { isAbort } from '../../model/errors';
import type { Failure, Loaded, MetricHistory } from '../../protocol';
import type { Provider } from '../../providers/provider';
import { metricHistory } from './metricView';

const AT_A_TIME = 4;

/** What it needs of the page that shows them. */
interface MetricsHost {
  provider(): Promise<Provider>;
  postHistory(name: string, history: Loaded<MetricHistory>): void;
  /** Writes down what went wrong and says it to people. */
  failure(error: unknown): Failure;
}

/** The histories of the metrics of a run that are looked at, a few at a time; what was scrolled by before its turn is not read. */
export class PanelMetrics {
  private readonly known = new Map<string, MetricHistory>();
  private readonly reading = new Set<string>();
  private readonly failed = new Set<string>();
  private wanted: readonly string[] = [];
  private abort = new AbortController();

  constructor(private readonly host: MetricsHost, private readonly run: RunRef, private readonly atATime = AT_A_TIME) {}

  ask(names: readonly string[]): void {
    this.wanted = [...new Set(names)];
    // A page that was hidden has forgotten them.
    for (const name of this.wanted) {
      this.postKnown(name);
    }
    this.readOn();
  }

  /** Reads these again where they are looked at; what is shown stays until then. One that is being read is not asked for twice. */
  outdate(names: readonly string[]): void {
    for (const name of names) {
      this.known.delete(name);
      this.failed.delete(name);
    }
    this.readOn();
  }

  /** Reads again what is looked at. */
  reload(): void {
    this.abort.abort();
    this.abort = new AbortController();
    this.known.clear();
    this.reading.clear();
    this.failed.clear();
    this.readOn();
  }

  dispose(): void {
    this.wanted = [];
    this.abort.abort();
  }

  private readOn(): void {
    const next = this.wanted.filter((name) => !this.known.has(name) && !this.reading.has(name) && !this.failed.has(name));
    for (const name of next.slice(0, Math.max(0, this.atATime - this.reading.size))) {
      void this.read(name, this.abort.signal);
    }
  }

  private async read(name: string, signal: AbortSignal): Promise<void> {
    this.reading.add(name);
    try {
      const provider = await this.host.provider();
      const values = await provider.metricHistory?.(this.run, name, { signal }) ?? [];
      signal.throwIfAborted();
      this.known.set(name, metricHistory(values));
      this.postKnown(name);
    } catch (error) {
      if (isAbort(error) || signal.aborted) {
        return;
      }
      this.failed.add(name);
      this.host.postHistory(name, this.host.failure(error));
    }
    this.reading.delete(name);
    this.readOn();
  }

  private postKnown(name: string): void {
    const value = this.known.get(name);
    if (value !== undefined) {
      this.host.postHistory(name, { status: 'shown', value });
    }
  }
}
