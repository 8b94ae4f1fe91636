import type {
  Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, Experiment, ExperimentRef, Metric, Run, RunDetails, RunRef, VersionRef, Workspace,
} from '../../model/artifact';
import type { Call } from '../../model/call';
import type { Lineage } from '../../model/lineage';
import { orAbort, orAbortEach } from '../abortable';
import { createHttp } from '../http';
import type { Account, ArtifactQuery, ExperimentQuery, LabelChange, NestedRunQuery, Provider, Removal, RunDraft, RunQuery, Shown, VersionDraft, VersionWriter } from '../provider';
import type { MlflowSettings, ProviderEnvironment } from '../registry';
import { accountOf } from './account';
import { ArtifactReads } from './artifactReads';
import { ArtifactWrites } from './artifactWrites';
import { limitedCalls } from './calls/limited';
import { signInHeaders } from './credentials';
import { Reading } from './reading';
import { Rows } from './mapping/rows';
import { RunEdits } from './runEdits';
import type { Runs } from './runs';
import { MlflowRunTable } from './runTable';
import { MlflowServer, type Site } from './server';
import { mlflowError } from './serverErrors';
import { ServerRuns } from './serverRuns';
import { snippetOf } from './snippet';
import { snippetFacts } from './snippetFacts';
import { WebPages } from './webPages';

const DEFAULT_EXPERIMENT = 'Default';

export function openMlflow(settings: MlflowSettings, environment: ProviderEnvironment): Promise<Provider> {
  const url = settings.url.replace(/\/+$/u, '');
  const http = limitedCalls(createHttp({ base: url, headers: () => signInHeaders(settings, environment), log: environment.log, errorOf: mlflowError, ...environment.patience }));
  return Promise.resolve(new MlflowProvider({ ...settings, url }, environment, new MlflowServer(http, environment.log)));
}

/** An MLflow server as a provider: a registered model is an artifact, a model version a version, and a run of its own holds the files. */
class MlflowProvider implements Provider {
  readonly kind = 'mlflow';
  readonly runFiles = true;
  readonly resends = true;
  readonly runsApart = true;
  readonly connection: string;
  readonly runEditing: RunEdits;
  readonly runNaming: RunEdits;
  readonly runTable: MlflowRunTable;
  private readonly rows: Rows;
  private readonly reading: Reading;
  private readonly reads: ArtifactReads;
  private readonly writes: ArtifactWrites;
  private readonly allRuns: ServerRuns;
  private readonly pages: WebPages;

  constructor(
    private readonly settings: MlflowSettings,
    private readonly environment: ProviderEnvironment,
    private readonly server: MlflowServer,
  ) {
    const { name, url } = settings;
    const { log } = environment;
    this.connection = name;
    this.rows = new Rows(name);
    this.pages = new WebPages(url);
    this.reading = new Reading((workspace, call) => server.site(workspace, call));
    const { pages, reading } = this;
    this.allRuns = new ServerRuns({
      connection: name, server, rows: this.rows, log, pages, experiment: settings.experiment ?? DEFAULT_EXPERIMENT,
    });
    const runs = (site: Site): Runs => this.allRuns.of(site);
    this.runEditing = new RunEdits({ server, runs });
    this.runNaming = this.runEditing;
    this.runTable = new MlflowRunTable(server, this.rows);
    this.reads = new ArtifactReads({ server, rows: this.rows, reading, runs, pages, log });
    this.writes = new ArtifactWrites({ pages, server, rows: this.rows, reading, reads: this.reads, runs, home: (site) => this.allRuns.home(site), log });
  }

  whoAmI(call?: Call): Promise<Account> {
    const { username, workspace } = this.settings;
    return orAbort(accountOf(this.server, username, [workspace, this.environment.defaultWorkspace], call), call?.signal);
  }

  workspaces(call?: Call): AsyncIterable<Workspace> {
    return orAbortEach(this.listWorkspaces(call), call?.signal);
  }

  artifacts(query: ArtifactQuery, call?: Call): AsyncIterable<Artifact> {
    return orAbortEach(this.reads.artifacts(query, call), call?.signal);
  }

  artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    return orAbort(this.reads.artifact(ref, call), call?.signal);
  }

  versions(artifact: ArtifactRef, call?: Call): AsyncIterable<ArtifactVersion> {
    return orAbortEach(this.reads.versions(artifact, call), call?.signal);
  }

  version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    return orAbort(this.reads.version(ref, call), call?.signal);
  }

  nextVersions(artifact: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    return orAbort(this.reads.nextVersions(artifact, call), call?.signal);
  }

  entries(folder: AssetRef, call?: Call): AsyncIterable<Entry> {
    return orAbortEach(this.reads.entries(folder, call), call?.signal);
  }

  entry(ref: AssetRef, call?: Call): Promise<Entry> {
    return orAbort(this.reads.entry(ref, call), call?.signal);
  }

  assets(version: VersionRef & Partial<Pick<AssetRef, 'path'>>, call?: Call): AsyncIterable<Asset> {
    return orAbortEach(this.reads.assets(version, call), call?.signal);
  }

  read(asset: AssetRef, start = 0, call?: Call): AsyncIterable<Uint8Array> {
    return orAbortEach(this.reads.read(asset, start, call), call?.signal);
  }

  readUnverified(asset: AssetRef, start = 0, call?: Call): AsyncIterable<Uint8Array> {
    return this.reads.readUnverified(asset, start, call);
  }

  begin(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    return orAbort(this.writes.begin(draft, call), call?.signal);
  }

  register(folder: AssetRef, draft: VersionDraft, call?: Call): Promise<ArtifactVersion> {
    return this.writes.register(folder, draft, call);
  }

  label(version: VersionRef, change: LabelChange, call?: Call): Promise<ArtifactVersion> {
    return this.writes.label(version, change, call);
  }

  removal(version: VersionRef, call?: Call): Promise<Removal> {
    return orAbort(this.writes.removal(version, call), call?.signal);
  }

  remove(version: VersionRef, call?: Call): Promise<Removal> {
    return this.writes.remove(version, call);
  }

  consume(version: VersionRef, run: RunRef, call?: Call): Promise<void> {
    return this.writes.consume(version, run, call);
  }

  experiments(query: ExperimentQuery, call?: Call): AsyncIterable<Experiment> {
    return this.allRuns.experiments(query, call);
  }

  runs(query: RunQuery, call?: Call): AsyncIterable<Run> {
    return this.allRuns.runs(query, call);
  }

  nestedRuns(query: NestedRunQuery, call?: Call): AsyncIterable<Run> {
    return this.allRuns.nestedRuns(query, call);
  }

  loggedModels(experiment: ExperimentRef, call?: Call): AsyncIterable<Run> {
    return this.allRuns.loggedModels(experiment, call);
  }

  run(ref: RunRef, call?: Call): Promise<RunDetails> {
    return this.allRuns.run(ref, call);
  }

  metricHistory(run: RunRef, metric: string, call?: Call): Promise<readonly Metric[]> {
    return this.allRuns.metricHistory(run, metric, call);
  }

  startRun(draft: RunDraft, call?: Call): Promise<Run> {
    return this.allRuns.start(draft, call);
  }

  endRun(run: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    return this.allRuns.end(run, status, call);
  }

  lineage(of: VersionRef | RunRef, call?: Call): Promise<Lineage> {
    return this.allRuns.lineage(of, call);
  }

  related(run: RunRef, call?: Call): Promise<Pick<Lineage, 'nodes' | 'edges'>> {
    return this.allRuns.related(run, call);
  }

  snippet(of: VersionRef | AssetRef | RunRef, what: 'load' | 'log', call?: Call): Promise<string> {
    const facts = snippetFacts({ url: this.settings.url, server: this.server, reading: this.reading }, of, call);
    return orAbort(facts.then((found) => snippetOf(found, what)), call?.signal);
  }

  webUrl(ref: Shown): string | undefined {
    return this.pages.of(ref);
  }

  dispose(): Promise<void> {
    this.server.dispose();
    return Promise.resolve();
  }

  private async *listWorkspaces(call?: Call): AsyncGenerator<Workspace, void, undefined> {
    for (const workspace of await this.server.workspaces(call)) {
      yield { connection: this.connection, workspace };
    }
  }
}
