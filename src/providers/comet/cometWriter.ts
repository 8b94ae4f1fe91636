import pLimit from 'p-limit';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { alreadyExists, corrupt, invalid, serverFault } from '../../model/errors';
import { safePath } from '../../model/safePath';
import { orAbort } from '../abortable';
import { Sum } from '../progressSum';
import type { AssetSource, RemoteAsset, VersionDraft, VersionWriter } from '../provider';
import { sideBySide } from '../sideBySide';
import { moveAliases } from './labels';
import { Opening, type OpenVersion } from './opening';
import { isComplete } from './rows';
import type { CometServer } from './server';
import { type Destination, sendFile, sendLink } from './uploads';

/** Assets that are under way at a time. */
const AT_A_TIME = 16;

export interface WriterEnvironment {
  readonly server: CometServer;
  readonly log: Log;
  /** The experiment that Comet records the version under; made when nothing else is active. */
  readonly experiment: () => Promise<string>;
  /** Ids of versions of the artifact that others were logging before. */
  readonly openBefore: ReadonlySet<string>;
  readonly reread: (version: VersionRef) => Promise<ArtifactVersion>;
}

/** An OPEN version takes the assets; CLOSED makes it visible, ERROR gives it up. Its number is used either way: Comet gives none back. */
export class CometWriter implements VersionWriter {
  private readonly claimed = new Set<string>();
  private readonly sizes = new Map<string, number>();
  private readonly limit = pLimit(AT_A_TIME);
  private readonly gone = new AbortController();
  private readonly opening: Opening;
  private opened: Promise<OpenVersion> | undefined;
  private state: 'open' | 'committed' | 'ended' = 'open';

  constructor(
    private readonly environment: WriterEnvironment,
    private readonly draft: VersionDraft,
  ) {
    const { server, openBefore } = environment;
    this.opening = new Opening({ calls: server.calls, pause: server.pause, openBefore, gone: this.gone.signal }, draft);
  }

  async put(assets: readonly AssetSource[], { signal, onProgress }: Call = {}): Promise<void> {
    this.claim(assets);
    const progress = new Sum(onProgress);
    await this.each(assets, signal, async (asset, to, both) => {
      this.sizes.set(asset.path, await sendFile(this.environment.server, to, asset, progress.part(), both));
    });
  }

  async link(assets: readonly RemoteAsset[], { signal }: Call = {}): Promise<void> {
    this.claim(assets);
    await this.each(assets, signal, (asset, to, both) => sendLink(this.environment.server, to, asset, both));
  }

  async commit({ signal }: Call = {}): Promise<ArtifactVersion> {
    this.mustBeOpen();
    signal?.throwIfAborted();
    const open = await orAbort(this.begun(), signal);
    await orAbort(this.verify(open.version, signal), signal);
    signal?.throwIfAborted();
    // From here on giving up comes too late.
    await this.close(open);
    this.state = 'committed';
    const { connection, workspace, artifact, aliases = [] } = this.draft;
    if (aliases.length > 0) {
      await moveAliases(this.environment.server.calls, { workspace, artifact }, open.version, aliases);
    }
    return await this.environment.reread({ connection, workspace, artifact, version: open.version });
  }

  async abandon(): Promise<void> {
    if (this.state !== 'open') {
      return;
    }
    this.state = 'ended';
    this.gone.abort(new DOMException('abandoned', 'AbortError'));
    const open = await this.opened?.catch(() => undefined);
    if (open !== undefined) {
      const { artifactVersionId, experimentKey, version } = open;
      try {
        await this.environment.server.calls.setState({ artifactVersionId, experimentKey, state: 'ERROR' }, this.what(version));
      } catch (error) {
        this.environment.log.warn(`an abandoned version stays open on Comet: ${String(error)}`);
      }
    }
  }

  private async each<T>(items: readonly T[], signal: AbortSignal | undefined, work: (item: T, to: Destination, signal: AbortSignal) => Promise<void>): Promise<void> {
    const { workspace, artifact } = this.draft;
    await sideBySide(items, { limit: this.limit, signals: [this.gone.signal, signal] }, async (item, both) => work(item, { ...await this.begun(), workspace, artifact }, both));
  }

  private begun(): Promise<OpenVersion> {
    this.opened ??= this.environment.experiment().then((key) => this.opening.open(key));
    return this.opened;
  }

  /** Nothing is missing and nothing is shorter than what was sent. */
  private async verify(version: string, signal: AbortSignal | undefined): Promise<void> {
    const { workspace, artifact } = this.draft;
    const files = this.claimed.size === 0 ? [] : await this.environment.server.calls.files({ workspace, artifactName: artifact, version }, { signal }, true);
    const stored = new Map(files.map(({ fileName, fileSize }) => [fileName, fileSize]));
    for (const path of this.claimed) {
      const size = this.sizes.get(path);
      if (!stored.has(path) || (size !== undefined && stored.get(path) !== size)) {
        throw corrupt(`${path} did not arrive whole at Comet. Log it again`);
      }
    }
  }

  /** An answer that got lost may have closed it, and one that was given may not: what the server says of the version counts. */
  private async close({ artifactId, artifactVersionId, experimentKey, version }: OpenVersion): Promise<void> {
    const { calls } = this.environment.server;
    let failure: unknown;
    try {
      await calls.setState({ artifactVersionId, experimentKey, state: 'CLOSED' }, this.what(version));
    } catch (error) {
      failure = error;
    }
    const details = await calls.version({ artifactId, versionId: artifactVersionId }, this.what(version), undefined, true).catch((error: unknown) => {
      throw failure instanceof Error ? failure : error;
    });
    if (!isComplete(details)) {
      throw failure instanceof Error ? failure : serverFault(`${this.what(version)} stays ${details.state ?? 'open'} although it was closed`);
    }
  }

  private claim(assets: readonly { readonly path: string }[]): void {
    this.mustBeOpen();
    for (const { path } of assets) {
      safePath(path);
      if (this.claimed.has(path)) {
        throw alreadyExists(`${path} in this version`);
      }
      this.claimed.add(path);
    }
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') {
      throw invalid('This version is written already, or was given up.');
    }
  }

  private what(version: string): string {
    return `version ${version} of ${this.draft.workspace}/${this.draft.artifact}`;
  }
}
