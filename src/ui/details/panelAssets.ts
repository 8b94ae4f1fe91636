import type { AssetQuery } from '../../model/assetPage';
import { PAGE_ROWS } from '../../model/assetPage';
import { isAbort } from '../../model/errors';
import type { AssetIndex, AssetIndexes } from '../../operations/assetIndex';
import type { Stop } from '../../providers/provider';
import type { PartHost } from './panelPart';

interface Wish {
  readonly query: AssetQuery;
  readonly first: number;
}

/** The files of a details page: answers the last wish, again whenever more files are known. */
export class PanelAssets {
  private index: AssetIndex | undefined;
  private stopListening: Stop | undefined;
  private wish: Wish | undefined;
  private answering: AbortController | undefined;
  private stale = false;

  constructor(private readonly host: PartHost, private readonly indexes: Pick<AssetIndexes, 'get'>) {}

  /** Somebody may look at the files soon. */
  prepare(): void {
    // Who asks hears what went wrong.
    void this.openIndex().catch(() => undefined);
  }

  ask(wish: Wish): void {
    this.wish = wish;
    this.answering?.abort();
    void this.answer();
  }

  retry(): void {
    if (this.wish !== undefined) {
      this.host.post({ kind: 'assets', assets: { status: 'loading' } });
    }
    this.reload();
  }

  /** Lists the files again, when they have been asked for; what is shown stays until then. */
  reload(): void {
    this.leaveIndex();
    if (this.wish !== undefined) {
      this.ask(this.wish);
    }
  }

  dispose(): void {
    this.answering?.abort();
    this.wish = undefined;
    this.leaveIndex();
  }

  private async answer(): Promise<void> {
    const { wish } = this;
    if (wish === undefined) {
      return;
    }
    const abort = new AbortController();
    this.answering = abort;
    this.stale = false;
    try {
      const index = await this.openIndex();
      if (index.failure !== undefined && !isAbort(index.failure)) {
        throw index.failure;
      }
      const page = await index.page(wish.query, wish.first, PAGE_ROWS, { signal: abort.signal });
      if (!abort.signal.aborted) {
        this.host.post({ kind: 'assets', assets: { status: 'shown', value: page } });
      }
    } catch (error) {
      if (!isAbort(error) && !abort.signal.aborted) {
        this.host.post({ kind: 'assets', assets: this.host.failure(error) });
      }
    }
    if (this.answering === abort) {
      this.answering = undefined;
      if (this.isStale()) {
        void this.answer();
      }
    }
  }

  private isStale(): boolean {
    return this.stale;
  }

  private async openIndex(): Promise<AssetIndex> {
    if (this.index === undefined) {
      const provider = await this.host.provider();
      const { ref } = this.host;
      this.index ??= this.indexes.get(JSON.stringify([ref.connection, ref.workspace, ref.artifact, ref.version]), (call) => provider.assets(ref, call));
      // Growth never interrupts an answer, or a long sort would never end.
      this.stopListening ??= this.index.onGrowth(() => {
        this.stale = true;
        if (this.answering === undefined) {
          void this.answer();
        }
      });
    }
    return this.index;
  }

  private leaveIndex(): void {
    this.stopListening?.();
    this.stopListening = undefined;
    this.index?.leave();
    this.index = undefined;
  }
}
