import type {
  Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, Experiment, Run, RunDetails, RunRef, VersionRef, Workspace, WorkspaceRef,
} from '../../model/artifact';
import type { Call } from '../../model/call';
import { nameProblem } from '../../model/reference';
import { orAbort, orAbortEach } from '../abortable';
import { createHttp, type Headers, type Http } from '../http';
import type { Account, ArtifactQuery, ExperimentQuery, LabelChange, Provider, RunDraft, RunQuery, VersionDraft, VersionWriter } from '../provider';
import type { MatihSettings, ProviderEnvironment } from '../registry';
import { userName } from '../userName';
import { invalid } from '../../model/errors';
import type { ExperimentRow, RunRow } from './calls/answers';
import { MatihCalls } from './calls/matihCalls';
import { Catalog } from './catalog';
import { openShelves } from './files/openShelves';
import { rootOf, shownLocation } from './files/place';
import { type ReadFrom, readFromOf } from './files/readFrom';
import type { Shelves } from './files/shelf';
import { type Profile, profileOf } from './profile';
import { Reading } from './reading';
import { Reads } from './reads';
import { Rows } from './rows';
import { Runs } from './runs';
import { matihError } from './serverErrors';
import { Uploads } from './uploads';
import { Writes } from './writes';

const HOME = 'ml-artifacts';

/** Throws `invalid` where the tenant, what files are read from, or the profile cannot be. */
export async function openMatih(settings: MatihSettings, environment: ProviderEnvironment): Promise<Provider> {
  const { tenant, readFrom } = settings;
  const profile = profileOf(settings.profile);
  const problem = /^[\x21-\x7e]+$/u.test(tenant) ? nameProblem(tenant) : 'It has plain letters, digits and signs, and no blanks.';
  if (problem !== undefined) {
    throw invalid(`“${tenant}” cannot be a tenant. ${problem}`);
  }
  return new MatihProvider({ ...settings, url: settings.url.replace(/\/+$/u, '') }, environment, profile, readFrom === undefined ? undefined : readFromOf(readFrom));
}

/**
 * MATIH as a provider: its tenant is the workspace, and a run that holds files is a version. What its API does not offer, deleting and telling who
 * used a version, is left out.
 */
class MatihProvider implements Provider {
  readonly kind = 'matih';
  readonly resends = true;
  readonly usesUnlisted = true;
  readonly runFiles: boolean;
  readonly connection: string;
  private readonly calls: MatihCalls;
  private readonly http: Http;
  private readonly shelves: Shelves | undefined;
  private readonly reads: Reads;
  private readonly writes: Writes;
  private readonly experimentsAndRuns: Runs;

  constructor(private readonly settings: MatihSettings, private readonly environment: ProviderEnvironment, private readonly profile: Profile, from: ReadFrom | undefined) {
    const { name, url, tenant, experiment = HOME } = settings;
    const { log } = environment;
    this.connection = name;
    const headers = (): Promise<Headers> => this.headers();
    this.http = createHttp({ base: url, headers, log, errorOf: matihError, ...environment.patience });
    this.calls = new MatihCalls(this.http, profile, tenant);
    this.shelves = from === undefined ? undefined : openShelves(from, { url, headers, profile, log, variables: process.env });
    this.runFiles = this.shelves?.lists === true;
    const { calls, shelves } = this;
    const catalog = new Catalog(calls, tenant, experiment);
    const rows = new Rows(name, tenant);
    const reading = new Reading({ calls, catalog, connection: name, shelves });
    const root = from?.kind === 's3' ? from.root : undefined;
    const shown = async (of: RunRow | ExperimentRow, call?: Call): Promise<string> =>
      'changed' in of ? shownLocation(of.id, tenant, of.location, profile, root) : rootOf(await reading.place(of, call), profile, root);
    this.experimentsAndRuns = new Runs({ calls, catalog, rows, shown });
    this.reads = new Reads({ calls, catalog, rows, reading });
    this.writes = new Writes({ calls, catalog, reading, shelves, uploads: new Uploads(this.http, calls), reads: this.reads, runs: this.experimentsAndRuns, log });
  }

  whoAmI(call?: Call): Promise<Account> {
    return orAbort(this.account(call), call?.signal);
  }

  workspaces(call?: Call): AsyncIterable<Workspace> {
    return orAbortEach(this.tenants(), call?.signal);
  }

  artifacts(query: ArtifactQuery, call?: Call): AsyncIterable<Artifact> {
    return orAbortEach(this.reads.artifacts(query, call), call?.signal);
  }

  artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    return orAbort(this.reads.artifact(ref, call), call?.signal);
  }

  versions(ref: ArtifactRef, call?: Call): AsyncIterable<ArtifactVersion> {
    return orAbortEach(this.reads.versions(ref, call), call?.signal);
  }

  version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    return orAbort(this.reads.version(ref, call), call?.signal);
  }

  nextVersions(ref: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    return orAbort(this.reads.nextVersions(ref, call), call?.signal);
  }

  entries(folder: AssetRef, call?: Call): AsyncIterable<Entry> {
    return orAbortEach(this.reads.entries(folder), call?.signal);
  }

  entry(ref: AssetRef, call?: Call): Promise<Entry> {
    return orAbort(this.reads.entry(ref), call?.signal);
  }

  assets(version: VersionRef, call?: Call): AsyncIterable<Asset> {
    return orAbortEach(this.reads.assets(version), call?.signal);
  }

  read(asset: AssetRef, start = 0, call?: Call): AsyncIterable<Uint8Array> {
    return orAbortEach(this.reads.read(asset, start, call), call?.signal);
  }

  begin(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    return orAbort(this.writes.begin(draft, call), call?.signal);
  }

  label(ref: VersionRef, change: LabelChange, call?: Call): Promise<ArtifactVersion> {
    return this.writes.label(ref, change, call);
  }

  experiments(query: ExperimentQuery, call?: Call): AsyncIterable<Experiment> {
    return orAbortEach(this.experimentsAndRuns.experiments(query, call), call?.signal);
  }

  runs(query: RunQuery, call?: Call): AsyncIterable<Run> {
    return orAbortEach(this.experimentsAndRuns.runs(query, call), call?.signal);
  }

  run(ref: RunRef, call?: Call): Promise<RunDetails> {
    return orAbort(this.experimentsAndRuns.run(ref, call), call?.signal);
  }

  startRun(draft: RunDraft, call?: Call): Promise<Run> {
    return orAbort(this.experimentsAndRuns.start(draft, call), call?.signal);
  }

  endRun(run: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    return orAbort(this.experimentsAndRuns.end(run, status, call), call?.signal);
  }

  dispose(): Promise<void> {
    this.http.dispose();
    this.shelves?.dispose();
    return Promise.resolve();
  }

  private async headers(): Promise<Headers> {
    const { tenant, authorization, scheme } = this.profile.headers;
    const token = await this.environment.secret?.(this.settings);
    return { [tenant]: this.settings.tenant, ...(token !== undefined && token !== '' && { [authorization]: `${scheme} ${token}`.trim() }) };
  }

  /** Something that needs a sign-in, so that a wrong token shows here. */
  private async account(call?: Call): Promise<Account> {
    const first = this.calls.experiments('', call);
    await first.next();
    await first.return();
    return { name: userName(), defaultWorkspace: this.settings.tenant };
  }

  private async *tenants(): AsyncGenerator<WorkspaceRef, void, undefined> {
    yield { connection: this.connection, workspace: this.settings.tenant };
  }
}
