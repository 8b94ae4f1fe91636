import type { RunRef, VersionRef } from '../../model/artifact';
import { isAbort, isArtifactError, unsupported } from '../../model/errors';
import { type Lineage, mergeLineage, runNodeId, versionNodeId } from '../../model/lineage';
import type { PartHost } from './panelPart';
import { isRunRef } from '../services';

/** The lineage of a details page: what it is about with its neighbours, and what was opened on the way. */
export class PanelLineage {
  private lineage: Lineage | undefined;
  private wanted: readonly (VersionRef | RunRef)[] | undefined;
  private readonly expanding = new Set<string>();
  private abort = new AbortController();

  constructor(private readonly host: PartHost, private readonly of: VersionRef | RunRef) {}

  /** Shows the neighbours of these nodes too. */
  ask(expand: readonly (VersionRef | RunRef)[]): void {
    this.wanted = expand.filter((ref) => ref.connection === this.of.connection);
    void this.load();
  }

  /** Reads it all again, when it has been asked for. */
  reload(): void {
    if (this.wanted !== undefined) {
      this.abort.abort();
      this.abort = new AbortController();
      this.expanding.clear();
      void this.load(true);
    }
  }

  dispose(): void {
    this.wanted = undefined;
    this.abort.abort();
  }

  private async load(anew = false): Promise<void> {
    const { signal } = this.abort;
    try {
      const known = anew ? undefined : this.lineage;
      this.lineage = known ?? await this.read(this.of, signal);
      this.post();
      for (const ref of this.wanted ?? []) {
        await this.expand(ref, signal);
      }
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        this.host.post({ kind: 'lineage', lineage: this.host.failure(error) });
      }
    }
  }

  private async expand(ref: VersionRef | RunRef, signal: AbortSignal): Promise<void> {
    const id = isRunRef(ref) ? runNodeId(ref) : versionNodeId(ref);
    if (this.lineage === undefined || this.lineage.expanded.includes(id) || this.expanding.has(id)) {
      return;
    }
    this.expanding.add(id);
    this.post();
    try {
      const more = await this.read(ref, signal);
      this.lineage = mergeLineage(this.lineage, more);
    } catch (error) {
      // What was there when the page was left may be gone by now.
      if (!isArtifactError(error, 'notFound')) {
        throw error;
      }
    } finally {
      this.expanding.delete(id);
    }
    this.post();
  }

  private async read(of: VersionRef | RunRef, signal: AbortSignal): Promise<Lineage> {
    const provider = await this.host.provider();
    if (provider.lineage === undefined) {
      throw unsupported(`${provider.connection} keeps no lineage.`);
    }
    const lineage = await provider.lineage(of, { signal });
    signal.throwIfAborted();
    return lineage;
  }

  private post(): void {
    if (this.lineage !== undefined) {
      this.host.post({ kind: 'lineage', lineage: { status: 'shown', value: { lineage: this.lineage, expanding: [...this.expanding] } } });
    }
  }
}
