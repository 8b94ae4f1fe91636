import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { alreadyExists, corrupt, invalid, isArtifactError, serverFault } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import { safePath } from '../../model/safePath';
import { type Bump, isBump, isVersionNumber, nextVersion } from '../../model/version';
import { orAbort } from '../abortable';
import { sendMeasured } from '../measured';
import { type Part, Sum } from '../progressSum';
import type { AssetSource, RemoteAsset, VersionDraft, VersionWriter } from '../provider';
import { REST } from './calls/wire';
import { moveAliases } from './labels';
import { type Envelope, envelope } from '../multipart';
import { DIGEST, isComplete, isOpen, LINK_SIZE } from './rows';
import type { CometServer } from './server';
import { ASSET_THERE, errorCode, errorIn, parsed } from './serverErrors';

/** Assets that are under way at a time. */
const AT_A_TIME = 16;
const TRIES = 4;
const PAUSE_MS = 1_000;

export interface WriterEnvironment {
  readonly server: CometServer;
  readonly log: Log;
  /** The experiment that Comet records the version under; made when nothing else is active. */
  readonly experiment: () => Promise<string>;
  /** Ids of versions of the artifact that others were logging before. */
  readonly openBefore: ReadonlySet<string>;
  readonly reread: (version: VersionRef) => Promise<ArtifactVersion>;
}

interface Begun {
  readonly artifactId: string;
  readonly experimentKey: string;
  readonly artifactVersionId: string;
  readonly version: string;
}

/** An OPEN version takes the assets; CLOSED makes it visible, ERROR gives it up. Its number is used either way: Comet gives none back. */
export class CometWriter implements VersionWriter {
  private readonly claimed = new Set<string>();
  private readonly sizes = new Map<string, number>();
  private readonly limit = pLimit(AT_A_TIME);
  private readonly gone = new AbortController();
  private beginning: Promise<Begun> | undefined;
  private state: 'open' | 'committed' | 'ended' = 'open';

  constructor(
    private readonly environment: WriterEnvironment,
    private readonly draft: VersionDraft,
  ) {}

  async put(assets: readonly AssetSource[], { signal, onProgress }: Call = {}): Promise<void> {
    this.mustBeOpen();
    assets.forEach(({ path }) => this.claim(path));
    const progress = new Sum(onProgress);
    await this.each(assets, signal, (asset, both) => this.send(asset, progress.part(), both));
  }

  async link(assets: readonly RemoteAsset[], { signal }: Call = {}): Promise<void> {
    this.mustBeOpen();
    assets.forEach(({ path }) => this.claim(path));
    await this.each(assets, signal, (asset, both) => this.sendLink(asset, both));
  }

  async commit({ signal }: Call = {}): Promise<ArtifactVersion> {
    this.mustBeOpen();
    signal?.throwIfAborted();
    const { calls } = this.environment.server;
    const { artifactId, experimentKey, artifactVersionId, version } = await orAbort(this.begun(), signal);
    await orAbort(this.verify(version, signal), signal);
    signal?.throwIfAborted();
    // From here on giving up comes too late.
    await this.close({ artifactId, artifactVersionId, experimentKey, version });
    this.state = 'committed';
    const { connection, workspace, artifact, aliases = [] } = this.draft;
    if (aliases.length > 0) {
      await moveAliases(calls, { workspace, artifact }, version, aliases);
    }
    return await this.environment.reread({ connection, workspace, artifact, version });
  }

  /** An answer that got lost may have closed it, and one that was given may not: what the server says of the version counts. */
  private async close({ artifactId, artifactVersionId, experimentKey, version }: Begun): Promise<void> {
    const { calls } = this.environment.server;
    let failure: unknown;
    try {
      await calls.setState({ artifactVersionId, experimentKey, state: 'CLOSED' }, this.what(version));
    } catch (error) {
      failure = error;
    }
    const details = await calls.version({ artifactId, versionId: artifactVersionId }, this.what(version)).catch((error: unknown) => {
      throw failure instanceof Error ? failure : error;
    });
    if (!isComplete(details)) {
      throw failure instanceof Error ? failure : serverFault(`${this.what(version)} stays ${details.state ?? 'open'} although it was closed`);
    }
  }

  async abandon(): Promise<void> {
    if (this.state !== 'open') {
      return;
    }
    this.state = 'ended';
    this.gone.abort(new DOMException('abandoned', 'AbortError'));
    const begun = await this.beginning?.catch(() => undefined);
    if (begun !== undefined) {
      const { artifactVersionId, experimentKey, version } = begun;
      try {
        await this.environment.server.calls.setState({ artifactVersionId, experimentKey, state: 'ERROR' }, this.what(version));
      } catch (error) {
        this.environment.log.warn(`an abandoned version stays open on Comet: ${String(error)}`);
      }
    }
  }

  private async each<T>(items: readonly T[], signal: AbortSignal | undefined, work: (item: T, signal: AbortSignal) => Promise<void>): Promise<void> {
    const inner = new AbortController();
    const both = AbortSignal.any([inner.signal, this.gone.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      await orAbort(Promise.all(items.map((item) => this.limit(async () => {
        both.throwIfAborted();
        await work(item, both);
      }))), both);
    } catch (error) {
      // The others stop, too.
      inner.abort(error);
      throw error;
    }
  }

  private async send(asset: AssetSource, part: Part, signal: AbortSignal): Promise<void> {
    const begun = await this.begun();
    const { size } = await sendMeasured(asset, async (source) => {
      const hashed = hashing(source);
      const metadata = (digest: string): string => JSON.stringify({ ...asset.metadata, [DIGEST]: digest });
      const body = envelope({ name: 'file', size: source.size, open: () => hashed.open() }, {
        name: 'metadata', textSize: Buffer.byteLength(metadata('0'.repeat(64))), text: () => metadata(hashed.digest()),
      });
      await this.upload(begun, asset.path, source.size, body, {}, signal, (bytes) => part.report(Math.min(bytes, source.size), 0, asset.path));
    }, (bytes) => part.report(bytes, 0, asset.path), signal);
    this.sizes.set(asset.path, size);
    part.report(size, 1, asset.path);
  }

  private async sendLink({ path, link, size, metadata }: RemoteAsset, signal: AbortSignal): Promise<void> {
    const bytes = Buffer.from(link);
    // Comet keeps no size of a link: its own client notes it here.
    const noted = size === undefined ? metadata : { ...metadata, [LINK_SIZE]: size };
    const text = noted === undefined ? undefined : JSON.stringify(noted);
    const body = envelope(
      { name: 'link', size: bytes.length, open: async function* open() { yield bytes; } },
      text === undefined ? undefined : { name: 'metadata', textSize: Buffer.byteLength(text), text: () => text },
    );
    await this.upload(await this.begun(), path, undefined, body, { isRemote: true }, signal, () => {});
  }

  /** Comet takes each name once: after a lost answer it is looked whether it was taken. */
  private async upload(begun: Begun, path: string, size: number | undefined, body: Envelope, more: { readonly isRemote?: true }, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
    const { experimentKey, artifactVersionId } = begun;
    const extension = /\.([^./]+)$/u.exec(path)?.[1];
    const http = await this.environment.server.http();
    for (let attempt = 1; ; attempt++) {
      try {
        const { body: said } = await http.send('POST', `${REST}write/experiment/upload-asset`, body, {
          query: { experimentKey, artifactVersionId, fileName: path, extension, overwrite: false, ...more },
          headers: { 'Content-Type': body.type },
          call: { signal, onProgress: ({ bytes }) => onBytes(bytes) },
          what: path,
          retry: false,
        });
        const refusal = errorIn(parsed(said), path);
        if (refusal !== undefined) {
          throw refusal;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        const isDoubtful = errorCode(error instanceof Error ? error.cause : undefined) === ASSET_THERE || isArtifactError(error, 'offline') || isArtifactError(error, 'serverFault') || isArtifactError(error, 'rateLimited');
        if (!isDoubtful) {
          throw error;
        }
        if (await this.isThere(begun.version, path, size)) {
          return;
        }
        if (attempt === TRIES) {
          throw error;
        }
        await setTimeout(PAUSE_MS * attempt, undefined, { signal });
      }
    }
  }

  private async isThere(version: string, path: string, size: number | undefined): Promise<boolean> {
    const { workspace, artifact } = this.draft;
    const files = await this.environment.server.calls.files({ workspace, artifactName: artifact, version });
    return files.some((file) => file.fileName === path && (size === undefined || file.fileSize === size));
  }

  /** Nothing is missing and nothing is shorter than what was sent. */
  private async verify(version: string, signal: AbortSignal | undefined): Promise<void> {
    const { workspace, artifact } = this.draft;
    const files = this.claimed.size === 0 ? [] : await this.environment.server.calls.files({ workspace, artifactName: artifact, version }, { signal });
    const stored = new Map(files.map(({ fileName, fileSize }) => [fileName, fileSize]));
    for (const path of this.claimed) {
      const size = this.sizes.get(path);
      if (!stored.has(path) || (size !== undefined && stored.get(path) !== size)) {
        throw corrupt(`${path} did not arrive whole at Comet. Log it again`);
      }
    }
  }

  private begun(): Promise<Begun> {
    this.beginning ??= this.beginVersion();
    return this.beginning;
  }

  private async beginVersion(): Promise<Begun> {
    const experimentKey = await this.environment.experiment();
    const { version } = this.draft;
    const refused: string[] = [];
    for (;;) {
      const wanted = version === 'major' ? undefined : isBump(version) ? await this.next(version, refused) : version;
      try {
        return await this.upsert(experimentKey, wanted);
      } catch (error) {
        if (!isArtifactError(error, 'alreadyExists') || !isBump(version) || wanted === undefined) {
          throw isArtifactError(error, 'alreadyExists') ? alreadyExists(this.what(version), error) : error;
        }
        // It may be one that was deleted, which no list names.
        refused.push(wanted);
      }
    }
  }

  /** A lost answer may have made a version: one that is open and bears our experiment is ours. */
  private async upsert(experimentKey: string, version: string | undefined): Promise<Begun> {
    const { artifact, type, tags = [], metadata } = this.draft;
    for (let attempt = 1; ; attempt++) {
      try {
        const made = await this.environment.server.calls.upsert({
          artifactName: artifact, artifactType: type, experimentKey, version, versionMetadata: textOf(metadata), versionTags: [...new Set(tags)].sort(),
        });
        return { experimentKey, artifactId: made.artifactId, artifactVersionId: made.artifactVersionId, version: made.currentVersion };
      } catch (error) {
        if (!isArtifactError(error, 'offline') && !isArtifactError(error, 'serverFault')) {
          throw error;
        }
        const found = await this.madeUnheard(experimentKey);
        if (found !== undefined) {
          return found;
        }
        // What answers nonsense is not asked again; a broken connection is.
        if (attempt === TRIES || !isArtifactError(error, 'offline')) {
          throw error;
        }
        await setTimeout(PAUSE_MS * attempt, undefined, { signal: this.gone.signal });
      }
    }
  }

  private async madeUnheard(experimentKey: string): Promise<Begun | undefined> {
    const { calls } = this.environment.server;
    const artifact = await unlessMissing(calls.artifact(this.draft.workspace, this.draft.artifact));
    const open = artifact?.versions.filter((row) => isOpen(row) && !this.environment.openBefore.has(row.artifactVersionId)) ?? [];
    for (const { artifactVersionId, version } of [...open].sort((a, b) => b.added - a.added)) {
      const details = await calls.version({ artifactId: artifact?.artifactId ?? '', versionId: artifactVersionId }, this.what(version));
      if (details.experimentKey === experimentKey) {
        return { experimentKey, artifactId: artifact?.artifactId ?? '', artifactVersionId, version };
      }
    }
    return undefined;
  }

  /** After every number that was ever given out, those of open and failed versions too: Comet uses none twice. */
  private async next(bump: Bump, refused: readonly string[]): Promise<string> {
    const artifact = await unlessMissing(this.environment.server.calls.artifact(this.draft.workspace, this.draft.artifact));
    const numbers = artifact?.versions.map((row) => row.version).filter(isVersionNumber) ?? [];
    return nextVersion(bump, numbers, [...numbers, ...refused]);
  }

  private claim(path: string): void {
    safePath(path);
    if (this.claimed.has(path)) {
      throw alreadyExists(`${path} in this version`);
    }
    this.claimed.add(path);
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

const textOf = (metadata: JsonObject | undefined): string | undefined => (metadata === undefined || Object.keys(metadata).length === 0 ? undefined : JSON.stringify(metadata));

/** Hashes what is read from the start to the end. */
function hashing(source: { open(): AsyncIterable<Uint8Array> }): { open(): AsyncIterable<Uint8Array>; digest(): string } {
  let digest = '';
  return {
    async *open() {
      const hash = createHash('sha256');
      for await (const chunk of source.open()) {
        hash.update(chunk);
        yield chunk;
      }
      digest = hash.digest('hex');
    },
    digest: () => digest,
  };
}

async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isArtifactError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}
