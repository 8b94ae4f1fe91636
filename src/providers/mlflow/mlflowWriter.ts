import { createHash, randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { invalid, isArtifactError } from '../../model/errors';
import { orAbort } from '../abortable';
import { bytesOf, DraftAssets, FILES, manifestOf } from '../draftAssets';
import { type FileSource, sendMeasured } from '../measured';
import { createNarrow } from '../narrow';
import { Sum, type Part } from '../progressSum';
import type { AssetSource, RemoteAsset, VersionDraft, VersionWriter } from '../provider';
import { sideBySide } from '../sideBySide';
import type { RunEntry } from './calls/answers';
import type { ArtifactFiles } from './files/artifactFiles';
import { Registration } from './registration';
import type { Site } from './server';
import { TAG } from './mapping/tags';
import { Uploads } from './uploads';
import { writeWhole } from './wholeFile';

export const MANIFEST = 'manifest.json';
/** Files that are under way at a time; how many really are is the pace's decision. */
const AT_A_TIME = 32;

export interface WriterEnvironment {
  readonly site: Site;
  readonly log: Log;
  /** Id of the experiment that the run with the files goes to. */
  readonly experimentId: () => Promise<string>;
  /** Ids of the experiments in which a process may have left an upload unfinished. */
  readonly sweepable: (experimentId: string) => Promise<readonly string[]>;
  readonly producerName?: string | undefined;
  /** Reads the version as everybody will see it. */
  readonly reread: (version: VersionRef) => Promise<ArtifactVersion>;
}

/** A run with its files. */
interface Upload {
  readonly run: RunEntry;
  readonly files: ArtifactFiles;
}

/** Files go to a run of their own, then the manifest, and last the version, which makes all of it visible at once. */
export class MlflowWriter implements VersionWriter {
  private readonly assets = new DraftAssets();
  private readonly unwritten = new Set<string>();
  private readonly uploads: Uploads;
  private readonly registration: Registration;
  private readonly limit = pLimit(AT_A_TIME);
  private readonly narrow = createNarrow();
  private readonly gone = new AbortController();
  private upload: Promise<Upload> | undefined;
  private sweeping: Promise<void> | undefined;
  private state: 'open' | 'committed' | 'ended' = 'open';

  constructor(
    private readonly environment: WriterEnvironment,
    private readonly draft: VersionDraft,
  ) {
    this.uploads = new Uploads(environment.site, environment.log);
    this.registration = new Registration(environment.site, environment.log, draft, randomUUID());
  }

  async put(assets: readonly AssetSource[], { signal, onProgress }: Call = {}): Promise<void> {
    this.mustBeOpen();
    assets.forEach(({ path }) => this.assets.claim(path));
    const progress = new Sum(onProgress);
    await sideBySide(assets, { limit: this.limit, signals: [this.gone.signal, signal] }, (asset, both) => this.narrow(asset.size, () => this.send(asset, progress.part(), both)));
  }

  async link(assets: readonly RemoteAsset[]): Promise<void> {
    this.mustBeOpen();
    this.assets.link(assets);
  }

  async commit(call: Call = {}): Promise<ArtifactVersion> {
    this.mustBeOpen();
    const { signal } = call;
    signal?.throwIfAborted();
    const assets = this.assets.whole();
    const { run, files } = await orAbort(this.begun(), signal);
    const bytes = manifestOf(assets);
    // Side by side, as each is a question to a server that may be far away: without its version a manifest means nothing.
    const within: Call = { signal: AbortSignal.any([this.gone.signal, ...(signal === undefined ? [] : [signal])]) };
    const id = run.info.run_id;
    await orAbort(Promise.all([
      this.assets.verify(files, within),
      writeWhole(files, MANIFEST, bytes, within),
      this.uploads.finish(id, within),
      this.registration.begin(within),
    ]), signal);
    const number = await this.registration.register({
      source: { uri: `${run.info.artifact_uri}/${FILES}`, runId: id },
      files,
      tags: {
        [TAG.assets]: String(assets.length),
        [TAG.bytes]: String(bytesOf(assets)),
        [TAG.manifest]: createHash('sha256').update(bytes).digest('hex'),
      },
      producerName: this.environment.producerName,
    }, { signal });
    this.state = 'committed';
    const { connection, workspace, artifact } = this.draft;
    const [version] = await Promise.all([
      this.environment.reread({ connection, workspace, artifact, version: number }),
      this.quietly(this.uploads.settle(id), 'the upload was not marked as done'),
      this.quietly(this.uploads.name(id, `${artifact} ${number}`), 'the run with the files was not named'),
      this.sweeping,
    ]);
    return version;
  }

  async abandon(): Promise<void> {
    if (this.state !== 'open') {
      this.state = this.state === 'committed' ? 'committed' : 'ended';
      return;
    }
    this.state = 'ended';
    this.gone.abort(new DOMException('abandoned', 'AbortError'));
    await this.quietly(this.registration.undo(), 'a registered model without versions stays');
    const upload = await this.upload?.catch(() => undefined);
    if (upload !== undefined) {
      await this.quietly(this.uploads.settleOrDiscard(upload.run.info.run_id), 'the files of an abandoned upload stay for the next one to take away');
    }
    await this.sweeping;
  }

  private async send(asset: AssetSource, part: Part, signal: AbortSignal): Promise<void> {
    const file = this.assets.file(asset.path);
    const { size, sha256 } = await sendMeasured(
      asset,
      (source) => this.write(`${FILES}/${file}`, source, { signal, onProgress: ({ bytes }) => part.report(bytes, 0, asset.path) }),
      (bytes) => part.report(bytes, 0, asset.path),
      signal,
    );
    const { path, metadata } = asset;
    this.assets.set({ path, ...(this.unwritten.has(`${FILES}/${file}`) ? undefined : { file }), size, sha256, ...(metadata === undefined ? undefined : { metadata }) });
    part.report(size, 1, path);
  }

  /** Some servers take no empty files: the manifest says all that there is to know of one. */
  private async write(path: string, source: FileSource, call: Call): Promise<void> {
    const { files } = await this.begun();
    try {
      await files.write(path, source, call);
      this.unwritten.delete(path);
    } catch (error) {
      if (source.size > 0 || !isArtifactError(error, 'unsupported')) {
        throw error;
      }
      this.unwritten.add(path);
    }
  }

  /** The run is made when there is something to put into it, so that a draft that is given up early leaves nothing. */
  private begun(): Promise<Upload> {
    this.upload ??= this.beginUpload();
    return this.upload;
  }

  private async beginUpload(): Promise<Upload> {
    const experimentId = await this.environment.experimentId();
    this.sweeping = this.uploads.sweep(this.environment.sweepable(experimentId));
    const run = await this.uploads.begin({ artifact: this.draft.artifact, experimentId, producer: this.draft.producer }, { signal: this.gone.signal });
    const { run_id: id, artifact_uri: artifactUri } = run.info;
    return { run, files: this.environment.site.files({ kind: 'run', id, artifactUri, remember: (note) => this.uploads.remember(id, note) }) };
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') {
      throw invalid('This version is written already, or was given up.');
    }
  }

  private async quietly(work: Promise<unknown>, complaint: string): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.environment.log.warn(`${complaint}: ${String(error)}`);
    }
  }
}
