import type { ArtifactVersion } from '../../model/artifact';
import { isAbort } from '../../model/errors';
import type { VersionChange } from '../../model/versionChange';
import { ProducerNames } from '../../operations/producerNames';
import { VersionHistory } from '../../operations/versionHistory';
import { HISTORY_ROWS, type HistoryRow } from '../../protocol';
import type { PartHost } from './panelPart';

const POST_MS = 100;

/** The versions of a details page. What changed is worked out row by row, for the rows that are looked at. */
export class PanelHistory {
  private history: VersionHistory | undefined;
  private names: ProducerNames | undefined;
  private versions: readonly ArtifactVersion[] | undefined;
  private readonly unknown = new Set<string>();
  private visible: { readonly from: number; readonly to: number } | undefined;
  private abort = new AbortController();

  constructor(private readonly host: PartHost) {}

  ask(visible: { readonly from: number; readonly to: number }): void {
    this.visible = visible;
    void this.answer();
  }

  /** Reads the list again, when it has been asked for. */
  reload(): void {
    this.versions = undefined;
    this.unknown.clear();
    if (this.visible !== undefined) {
      void this.answer();
    }
  }

  /** Takes nothing for granted that was read so far. */
  forget(): void {
    this.history = undefined;
    this.names = undefined;
  }

  dispose(): void {
    this.visible = undefined;
    this.abort.abort();
  }

  private async answer(): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    try {
      const provider = await this.host.provider();
      this.history ??= new VersionHistory(provider, this.host.ref);
      this.names ??= new ProducerNames(provider);
      const versions = this.versions ?? await this.history.versions({ signal });
      signal.throwIfAborted();
      this.versions = versions;
      this.post(this.history, versions);
      const { from = 0, to = 0 } = this.visible ?? {};
      if (await this.names.learn(versions.slice(from, Math.min(to, from + HISTORY_ROWS) + 1), { signal })) {
        this.post(this.history, versions);
      }
      await this.workOut(this.history, versions, signal);
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) {
        this.host.post({ kind: 'history', history: this.host.failure(error) });
      }
    }
  }

  private async workOut(history: VersionHistory, versions: readonly ArtifactVersion[], signal: AbortSignal): Promise<void> {
    const { from = 0, to = 0 } = this.visible ?? {};
    let posted = performance.now();
    let behind = false;
    for (let index = from; index <= Math.min(to, from + HISTORY_ROWS, versions.length - 1); index++) {
      const [version, before] = [versions[index], versions[index + 1]];
      if (version === undefined || this.changeOf(history, version, before) !== undefined) {
        continue;
      }
      try {
        await history.change(version, before, { signal });
      } catch (error) {
        if (isAbort(error)) {
          throw error;
        }
        // One damaged version does not hide the rest.
        this.host.failure(error);
        this.unknown.add(version.version);
      }
      signal.throwIfAborted();
      behind = performance.now() - posted < POST_MS;
      if (!behind) {
        posted = performance.now();
        this.post(history, versions);
      }
    }
    if (behind) {
      this.post(history, versions);
    }
  }

  private post(history: VersionHistory, versions: readonly ArtifactVersion[]): void {
    const { from = 0, to = 0 } = this.visible ?? {};
    const first = Math.max(0, Math.min(Math.floor((from + to - HISTORY_ROWS) / 2), versions.length - HISTORY_ROWS));
    const rows = versions.slice(first, first + HISTORY_ROWS).map((version, index): HistoryRow => ({
      version: version.version,
      isLatest: version.isLatest,
      aliases: version.aliases,
      created: version.created,
      producer: this.names?.of(version),
      assets: version.assets,
      bytes: version.bytes,
      change: this.changeOf(history, version, versions[first + index + 1]),
    }));
    this.host.post({ kind: 'history', history: { status: 'shown', value: { first, total: versions.length, rows } } });
  }

  private changeOf(history: VersionHistory, version: ArtifactVersion, before: ArtifactVersion | undefined): VersionChange | 'first' | 'unknown' | undefined {
    if (before === undefined) {
      return 'first';
    }
    return this.unknown.has(version.version) ? 'unknown' : history.known(version, before);
  }
}
