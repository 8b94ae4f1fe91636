import type { Run } from '../../model/artifact';
import { isAbort } from '../../model/errors';
import type { NestedRuns } from '../../protocol';
import type { PartHost } from './panelPart';

/** The runs below the run of a details page, as many as are looked at. */
export class PanelNested {
  private wanted = 0;
  private isShown = false;
  private abort = new AbortController();

  /** `above`: the run of the page, once it was read. */
  constructor(private readonly host: PartHost, private readonly above: () => Run | undefined) {}

  ask(rows: number): void {
    this.wanted = rows;
    // Somebody waits, and hears of what goes wrong.
    this.isShown = false;
    void this.reload();
  }

  /** Reads again what is looked at; what is shown stays until then, and where that goes wrong. */
  async reload(): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    try {
      const nested = await this.read(signal);
      if (nested !== undefined && !signal.aborted) {
        this.isShown = true;
        this.host.post({ kind: 'nested', nested: { status: 'shown', value: nested } });
      }
    } catch (error) {
      if (isAbort(error) || signal.aborted) {
        return;
      }
      const nested = this.host.failure(error);
      if (!this.isShown) {
        this.host.post({ kind: 'nested', nested });
      }
    }
  }

  dispose(): void {
    this.wanted = 0;
    this.abort.abort();
  }

  private async read(signal: AbortSignal): Promise<NestedRuns | undefined> {
    const { wanted } = this;
    const run = this.above();
    if (wanted === 0 || run?.experiment === undefined) {
      return undefined;
    }
    const { connection, workspace, experiment, run: parent } = run;
    const provider = await this.host.provider();
    const rows = new Map<string, Run>();
    let told = 0;
    // One more tells whether there are more. What moved on to the next page meanwhile is told twice.
    for await (const row of provider.nestedRuns?.({ connection, workspace, experiment, parent, most: wanted + 1 }, { signal }) ?? []) {
      told++;
      rows.set(row.run, row);
    }
    return { rows: [...rows.values()].slice(0, wanted), more: told > wanted };
  }
}
