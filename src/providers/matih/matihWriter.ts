import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { ArtifactVersion, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { corrupt, invalid, isArtifactError } from '../../model/errors';
import { thisMaker } from '../../store/processes';
import { orAbort } from '../abortable';
import { DraftAssets, FILES, manifestOf } from '../draftAssets';
import { sendMeasured } from '../measured';
import { PhysicalNames } from '../physicalNames';
import { type Part, Sum } from '../progressSum';
import type { AssetSource, RemoteAsset, VersionDraft, VersionWriter } from '../provider';
import { sideBySide } from '../sideBySide';
import type { RunRow } from './calls/answers';
import type { MatihCalls } from './calls/matihCalls';
import { claimNumber } from './claim';
import { complete, completionTags } from './completion';
import type { Shelf } from './files/shelf';
import { makeRun } from './makeRun';
import { MANIFEST, OURS } from './reading';
import { TAG } from './tags';
import type { Place, Uploads } from './uploads';
import type { VersionRun } from './versions';

/** Files that are under way at a time. */
const AT_A_TIME = 16;

export interface WriterEnvironment {
  readonly calls: MatihCalls;
  readonly uploads: Uploads;
  readonly log: Log;
  /** Id of the experiment that the run with the files goes to; made where it is missing. */
  readonly experiment: (call?: Call) => Promise<string>;
  /** The runs of the artifact as the server has them now. */
  readonly runs: (call?: Call) => Promise<readonly VersionRun[]>;
  /** Looks where files arrive; nothing where nobody can. */
  readonly shelf: (run: RunRow) => Promise<Shelf | undefined>;
  readonly end: (run: string, status: 'finished' | 'failed') => Promise<void>;
  /** Ends what others left behind; never fails. */
  readonly sweep: () => Promise<void>;
  readonly producerName?: string | undefined;
  readonly reread: (version: VersionRef) => Promise<ArtifactVersion>;
}

/** Files go to a run of their own, then the manifest; one call that sets tags makes all of it visible at once. */
export class MatihWriter implements VersionWriter {
  private readonly assets = new DraftAssets();
  private readonly ours = new PhysicalNames();
  private readonly limit = pLimit(AT_A_TIME);
  private readonly gone = new AbortController();
  private beginning: Promise<RunRow> | undefined;
  private sweeping: Promise<void> | undefined;
  private state: 'open' | 'committed' | 'ended' = 'open';

  constructor(
    private readonly environment: WriterEnvironment,
    private readonly draft: VersionDraft,
  ) {}

  async put(assets: readonly AssetSource[], { signal, onProgress }: Call = {}): Promise<void> {
    this.mustBeOpen();
    assets.forEach(({ path }) => this.assets.claim(path));
    const progress = new Sum(onProgress);
    await sideBySide(assets, { limit: this.limit, signals: [this.gone.signal, signal] }, (asset, both) => this.send(asset, progress.part(), both));
  }

  async link(assets: readonly RemoteAsset[]): Promise<void> {
    this.mustBeOpen();
    this.assets.link(assets);
  }

  async commit({ signal }: Call = {}): Promise<ArtifactVersion> {
    this.mustBeOpen();
    signal?.throwIfAborted();
    const assets = this.assets.whole();
    const manifest = manifestOf(assets);
    const run = await orAbort(this.begun(), signal);
    await orAbort(this.verify(run), signal);
    const number = await orAbort(this.number(run, { signal }), signal);
    const file = await orAbort(this.sendManifest(run, manifest, signal ?? this.gone.signal), signal);
    const { calls, runs } = this.environment;
    const completing = { calls, id: run.id, runs, what: this.what(number) };
    const tags = await orAbort(completionTags(completing, this.draft, assets, { signal }), signal);
    signal?.throwIfAborted();
    // From here on giving up comes too late.
    await complete(completing, { ...tags, [TAG.manifestFile]: file, [TAG.manifest]: createHash('sha256').update(manifest).digest('hex') });
    this.state = 'committed';
    await this.quietly(this.environment.end(run.id, 'finished'), 'the run of a complete version goes on');
    await this.sweeping;
    const { connection, workspace, artifact } = this.draft;
    return await this.environment.reread({ connection, workspace, artifact, version: number });
  }

  async abandon(): Promise<void> {
    if (this.state !== 'open') {
      return;
    }
    this.state = 'ended';
    this.gone.abort(new DOMException('abandoned', 'AbortError'));
    const run = await this.beginning?.catch(() => undefined);
    if (run !== undefined) {
      await this.quietly(this.environment.calls.setTags(run.id, { [TAG.upload]: 'abandoned' }, this.what('')), 'an abandoned version is not marked as such');
      await this.quietly(this.environment.end(run.id, 'failed'), 'the run of an abandoned version goes on');
    }
    await this.sweeping;
  }

  private async send(asset: AssetSource, part: Part, signal: AbortSignal): Promise<void> {
    let file = '';
    const { size, sha256 } = await sendMeasured(asset, async (source) => {
      const run = await this.begun();
      const path = await this.environment.uploads.send({
        run: run.id, what: asset.path, source, signal,
        place: () => placeOf(`${FILES}/${this.assets.file(asset.path)}`),
        stored: (at) => this.stored(run, at),
        onBytes: (bytes) => part.report(bytes, 0, asset.path),
      });
      file = path.slice(FILES.length + 1);
    }, (bytes) => part.report(bytes, 0, asset.path), signal);
    const { path, metadata } = asset;
    this.assets.set({ path, file, size, sha256, ...(metadata === undefined ? undefined : { metadata }) });
    part.report(size, 1, path);
  }

  /** Bytes that the server has at a path; nothing where it has none, or nobody can look. */
  private async stored(run: RunRow, path: string): Promise<number | undefined> {
    return (await this.sizes(run))?.get(path);
  }

  /** Who may write may perhaps not read: that is told when somebody reads. */
  private async sizes(run: RunRow): Promise<ReadonlyMap<string, number> | undefined> {
    try {
      return await (await this.environment.shelf(run))?.sizes?.();
    } catch (error) {
      if (!isArtifactError(error) || !['noAccess', 'forbidden', 'unsupported', 'offline'].includes(error.code)) {
        throw error;
      }
      this.environment.log.info(`what was uploaded is not looked at: ${error.message}`);
      return undefined;
    }
  }

  /** Nothing is missing and nothing is shorter than what was sent, where anybody can look. */
  private async verify(run: RunRow): Promise<void> {
    const sizes = await this.sizes(run);
    const missing = sizes === undefined ? undefined : this.assets.missing(sizes);
    if (missing !== undefined) {
      throw corrupt(`${missing} did not arrive whole where this connection reads files from. Log it again, or see whether “readFrom” names the right place`);
    }
  }

  private number(run: RunRow, call: Call): Promise<string> {
    const { calls, runs } = this.environment;
    return claimNumber({ calls, id: run.id, wanted: this.draft.version, what: (version) => this.what(version), runs }, call);
  }

  private async sendManifest(run: RunRow, bytes: Buffer, signal: AbortSignal): Promise<string> {
    const source = { size: bytes.length, open: async function* open() { yield bytes; } };
    return await this.environment.uploads.send({
      run: run.id, what: MANIFEST, source, signal,
      place: () => placeOf(this.ours.of(`${OURS}/${MANIFEST}`)),
      stored: (at) => this.stored(run, at),
      onBytes: () => {},
    });
  }

  /** The run is made when there is something to put into it, so that a draft that is given up early leaves nothing. */
  private begun(): Promise<RunRow> {
    this.beginning ??= this.begin();
    return this.beginning;
  }

  private async begin(): Promise<RunRow> {
    const { calls, experiment, producerName } = this.environment;
    const { artifact, type, producer } = this.draft;
    this.sweeping = this.environment.sweep();
    const call = { signal: this.gone.signal };
    return await makeRun(calls, {
      experiment: await experiment(call),
      name: artifact,
      tags: {
        [TAG.artifact]: artifact, [TAG.type]: type, [TAG.upload]: 'pending', [TAG.created]: String(Date.now()), [TAG.maker]: JSON.stringify(thisMaker()),
        ...(producer === undefined ? undefined : { [TAG.producer]: producer.run, [TAG.producerName]: producerName ?? producer.run }),
      },
    });
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') {
      throw invalid('This version is written already, or was given up.');
    }
  }

  private what(version: string): string {
    return `version ${version} of ${this.draft.workspace}/${this.draft.artifact}`.replace('version  of', 'the version of');
  }

  private async quietly(work: Promise<unknown>, complaint: string): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.environment.log.warn(`${complaint}: ${String(error)}`);
    }
  }
}

const placeOf = (path: string): Place => ({ folder: path.slice(0, path.lastIndexOf('/')), name: path.slice(path.lastIndexOf('/') + 1) });
