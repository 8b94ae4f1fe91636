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
  /** Makes the run with the files in the experiment that it goes to, told by its id. */
  readonly making: (make: (experimentId: string) => Promise<RunEntry>) => Promise<RunEntry>;
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
  /** What tells the run that its version is there. */
  private closing: Promise<unknown> | undefined;
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
    // The lists of many folders last: few calls run at a time.
    await orAbort(Promise.all([
      this.registration.begin(within),
      this.uploads.finish(id, within),
      writeWhole(files, MANIFEST, bytes, within),
      this.assets.verify(files, within),
    ]), signal);
    const { connection, workspace, artifact } = this.draft;
    let reading: Promise<ArtifactVersion> | undefined;
    const { number, isUntouched } = await this.registration.register({
      source: { uri: `${run.info.artifact_uri}/${FILES}`, runId: id },
      files,
      tags: {
        [TAG.assets]: String(assets.length),
        [TAG.bytes]: String(bytesOf(assets)),
        [TAG.manifest]: createHash('sha256').update(bytes).digest('hex'),
      },
      producerName: this.environment.producerName,
      // Beside what is asked there, as each is a question to a server that may be far away.
      onMaking: (asked) => this.close(this.quietly(this.uploads.name(id, `${artifact} ${asked}`), 'the run with the files was not named')),
      onMade: (made) => {
        this.close(this.quietly(this.uploads.settle(id), 'the upload was not marked as done'));
        reading = this.environment.reread({ connection, workspace, artifact, version: made });
        reading.catch(() => undefined);
      },
    }, { signal });
    this.state = 'committed';
    const early = isUntouched ? await reading?.catch(() => undefined) : undefined;
    const [version] = await Promise.all([early ?? this.environment.reread({ connection, workspace, artifact, version: number }), this.closing, this.sweeping]);
    return version;
  }

  async abandon(): Promise<void> {
    if (this.state !== 'open') {
      this.state = this.state === 'committed' ? 'committed' : 'ended';
      return;
    }
    this.state = 'ended';
    this.gone.abort(new DOMException('abandoned', 'AbortError'));
    const upload = await this.upload?.catch(() => undefined);
    if (upload !== undefined && this.closing !== undefined) {
      await this.closing;
      await this.quietly(this.uploads.reopen(upload.run.info.run_id), 'the upload was not marked as unfinished');
    }
    await this.quietly(this.registration.undo(), 'a registered model without versions stays');
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
    const { signal } = this.gone;
    this.registration.expect({ signal });
    const run = await this.environment.making((experimentId) => {
      this.sweeping ??= this.uploads.sweep(this.environment.sweepable(experimentId));
      return this.uploads.begin({ artifact: this.draft.artifact, experimentId, producer: this.draft.producer }, { signal });
    });
    const { run_id: id, artifact_uri: artifactUri } = run.info;
    return { run, files: this.environment.site.files({ kind: 'run', id, artifactUri, remember: (note) => this.uploads.remember(id, note) }) };
  }

  private close(step: Promise<void>): void {
    this.closing = Promise.all([this.closing, step]);
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
