import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { chunked } from '../../store/chunked';
import type { WorkerThread } from '../../store/workerThread';
import type { AssetSource, RemoteAsset, VersionDraft, VersionWriter } from '../provider';
import { type Part, Sum } from '../progressSum';
import { sideBySide } from '../sideBySide';
import { plain, type Rows } from './rows';

/** Files that are named in one message to the worker. */
const FILES = 1_000;
const LINKS = 2_000;
/** Sources that are read at a time where the bytes come from elsewhere. */
const STREAMS = 8;

interface Place {
  readonly store: string;
  readonly thread: WorkerThread;
  readonly rows: Rows;
}

type FileOfMachine = AssetSource & { readonly file: string };

export async function beginVersion(place: Place, draft: VersionDraft, call?: Call): Promise<VersionWriter> {
  const { workspace, artifact, type, version, aliases, tags, metadata, producer } = draft;
  const writer = randomUUID();
  const release = place.thread.hold();
  try {
    await place.thread.call('begin', {
      store: place.store,
      writer,
      draft: { workspace, artifact, type, version, aliases, tags, metadata, producer: producer === undefined ? undefined : plain.run(producer) },
    }, call);
    return new LocalWriter(place, writer, release);
  } catch (error) {
    // Cancelled, perhaps, after the worker had begun. Nobody waits for the tidying up.
    void place.thread.call('abandon', { store: place.store, writer }).catch(() => {}).finally(release);
    throw error;
  }
}

class LocalWriter implements VersionWriter {
  private ended = false;

  constructor(
    private readonly place: Place,
    private readonly writer: string,
    private readonly release: () => void,
  ) {}

  async put(assets: readonly AssetSource[], { signal, onProgress, onChanged }: Call = {}): Promise<void> {
    const progress = new Sum(onProgress);
    const files = assets.filter((asset): asset is FileOfMachine => asset.file !== undefined);
    for (const some of chunked(files, FILES)) {
      const part = progress.part();
      const { bytes, changed } = await this.place.thread.call('put', {
        writer: this.writer,
        files: some.map(({ path, file, within, size, metadata }) => ({ path, file, within, size, metadata })),
      }, { signal, onProgress: ({ bytes: done, files: count = 0, current }) => part.report(done, count, current) });
      part.report(bytes, some.length);
      changed.forEach((path) => onChanged?.(path));
    }
    const others = assets.filter((asset) => asset.file === undefined);
    await sideBySide(others, { limit: pLimit(STREAMS), signals: [signal] }, (asset, both) => this.stream(asset, progress.part(), both));
  }

  async link(assets: readonly RemoteAsset[], { signal }: Call = {}): Promise<void> {
    for (const some of chunked(assets, LINKS)) {
      await this.place.thread.call('link', { writer: this.writer, links: some.map(({ path, link, size, metadata }) => ({ path, link, size, metadata })) }, { signal });
    }
  }

  async keep(from: VersionRef, paths: readonly string[], { signal }: Call = {}): Promise<void> {
    for (const some of chunked(paths, LINKS)) {
      await this.place.thread.call('keep', { writer: this.writer, from: plain.version(from), paths: some }, { signal });
    }
  }

  async commit({ signal }: Call = {}): Promise<ArtifactVersion> {
    const version = await this.place.thread.call('commit', { writer: this.writer }, { signal });
    this.end();
    return this.place.rows.version(version);
  }

  async abandon(): Promise<void> {
    if (!this.ended) {
      this.ended = true;
      try {
        await this.place.thread.call('abandon', { store: this.place.store, writer: this.writer });
      } finally {
        this.end();
      }
    }
  }

  private end(): void {
    this.ended = true;
    this.release();
  }

  private async stream(asset: AssetSource, part: Part, signal: AbortSignal): Promise<void> {
    const { thread } = this.place;
    const { writer } = this;
    const { path, metadata } = asset;
    const key = await thread.call('openAsset', { writer, path }, { signal });
    try {
      let bytes = 0;
      for await (const chunk of asset.open()) {
        // A copy, as it is handed over and the source may use its own again.
        const copy = Uint8Array.from(chunk);
        await thread.call('append', { writer, key, bytes: copy }, { signal }, [copy.buffer]);
        bytes += chunk.length;
        part.report(bytes, 0, path);
      }
      await thread.call('closeAsset', { writer, key, metadata }, { signal });
      part.report(bytes, 1, path);
    } catch (error) {
      await thread.call('dropAsset', { writer, key }).catch(() => {});
      throw error;
    }
  }
}
