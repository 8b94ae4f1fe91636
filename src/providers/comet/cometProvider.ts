import type {
  Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, Experiment, Metric, Run, RunDetails, RunRef, VersionRef, Workspace,
} from '../../model/artifact';
import type { Call } from '../../model/call';
import { checkDraft } from '../../model/draftRules';
import { alreadyExists } from '../../model/errors';
import type { Lineage } from '../../model/lineage';
import { compareNatural } from '../../model/naturalOrder';
import { isBump, isVersionNumber, nextVersion } from '../../model/version';
import { orAbort, orAbortEach } from '../abortable';
import type { Account, ArtifactQuery, ExperimentQuery, LabelChange, Provider, RunDraft, RunQuery, VersionDraft, VersionWriter } from '../provider';
import type { CometSettings, ProviderEnvironment } from '../registry';
import { findVersion } from './catalog';
import { CometWriter } from './cometWriter';
import { Contents } from './contents';
import { setLabels } from './labels';
import { LineageReader } from './lineage';
import { Reading } from './reading';
import { isOpen, Rows } from './rows';
import { Runs } from './runs';
import { CometServer } from './server';
import { snippetOf } from './snippet';
import { snippetFacts } from './snippetFacts';

const DEFAULT_PROJECT = 'general';

export function openComet(settings: CometSettings, environment: ProviderEnvironment): Promise<Provider> {
  return Promise.resolve(new CometProvider(settings, environment));
}

/** Comet as a provider. What its API does not offer, deleting and listing consumers, is left out. */
class CometProvider implements Provider {
  readonly kind = 'comet';
  readonly runFiles = true;
  readonly resends = true;
  readonly usesUnlisted = true;
  readonly connection: string;
  private readonly server: CometServer;
  /** Name of the project that experiments are started in. */
  private readonly project: string;
  private readonly rows: Rows;
  private readonly contents: Contents;
  private readonly experimentsAndRuns: Runs;
  private readonly reading: Reading;
  private readonly lineageReader: LineageReader;

  constructor(
    private readonly settings: CometSettings,
    private readonly environment: ProviderEnvironment,
  ) {
    this.connection = settings.name;
    this.project = settings.project ?? DEFAULT_PROJECT;
    this.server = new CometServer({ url: settings.url, key: async () => environment.secret?.(settings), log: environment.log, patience: environment.patience });
    this.rows = new Rows(settings.name);
    this.contents = new Contents(this.server, this.rows);
    this.experimentsAndRuns = new Runs(this.server.experiments, this.rows, this.project);
    this.reading = new Reading({ server: this.server, rows: this.rows, contents: this.contents, runs: this.experimentsAndRuns });
    this.lineageReader = new LineageReader(this.server, this.rows, this.experimentsAndRuns);
  }

  async whoAmI(call?: Call): Promise<Account> {
    const { userName, defaultWorkspaceName } = await orAbort(this.server.calls.account(call), call?.signal);
    return { name: userName, defaultWorkspace: this.settings.workspace ?? defaultWorkspaceName ?? userName };
  }

  workspaces(call?: Call): AsyncIterable<Workspace> {
    return orAbortEach(this.listWorkspaces(call), call?.signal);
  }

  artifacts(query: ArtifactQuery, call?: Call): AsyncIterable<Artifact> {
    return orAbortEach(this.reading.artifacts(query, call), call?.signal);
  }

  artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    return orAbort(this.reading.artifact(ref, call), call?.signal);
  }

  versions(ref: ArtifactRef, call?: Call): AsyncIterable<ArtifactVersion> {
    return orAbortEach(this.reading.versions(ref, call), call?.signal);
  }

  version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    return orAbort(this.reading.version(ref, call), call?.signal);
  }

  async nextVersions(ref: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    const numbers = (await orAbort(this.reading.everBegun(ref, call), call?.signal)).map(({ version }) => version).filter(isVersionNumber);
    return { major: nextVersion('major', numbers), minor: nextVersion('minor', numbers), patch: nextVersion('patch', numbers) };
  }

  entries(folder: AssetRef, call?: Call): AsyncIterable<Entry> {
    return orAbortEach(this.contents.entries(folder), call?.signal);
  }

  entry(ref: AssetRef, call?: Call): Promise<Entry> {
    return orAbort(this.contents.entry(ref), call?.signal);
  }

  assets(version: VersionRef, call?: Call): AsyncIterable<Asset> {
    return orAbortEach(this.listAssets(version), call?.signal);
  }

  read(asset: AssetRef, start = 0, call?: Call): AsyncIterable<Uint8Array> {
    return orAbortEach(this.contents.read(asset, start, call), call?.signal);
  }

  begin(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    return orAbort(this.beginVersion(draft, call), call?.signal);
  }

  async label(ref: VersionRef, change: LabelChange, call?: Call): Promise<ArtifactVersion> {
    return await this.version({ ...ref, version: await setLabels(this.server.calls, ref, change, call) }, call);
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

  metricHistory(run: RunRef, metric: string, call?: Call): Promise<readonly Metric[]> {
    return orAbort(this.experimentsAndRuns.metricHistory(run, metric, call), call?.signal);
  }

  lineage(of: VersionRef | RunRef, call?: Call): Promise<Lineage> {
    return orAbort('run' in of ? this.lineageReader.aroundRun(of, call) : this.lineageReader.aroundVersion(of, call), call?.signal);
  }

  startRun(draft: RunDraft, call?: Call): Promise<Run> {
    return orAbort(this.experimentsAndRuns.start(draft, call), call?.signal);
  }

  endRun(run: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    return orAbort(this.experimentsAndRuns.end(run, status, call), call?.signal);
  }

  /** Comet records a use when a version is asked for in the name of an experiment. */
  async consume(ref: VersionRef, run: RunRef, call?: Call): Promise<void> {
    await this.server.experiments.experiment(run.run, call);
    const { artifact, row } = await findVersion(this.server.calls, ref, call);
    await this.server.calls.version({ artifactId: artifact.artifactId, versionId: row.artifactVersionId, consumerExperimentKey: run.run }, `use of ${artifact.name} ${row.version}`, call);
  }

  snippet(of: VersionRef | AssetRef | RunRef, what: 'load' | 'log', call?: Call): Promise<string> {
    return orAbort(snippetFacts(of, this, { root: () => this.server.root(), project: this.project }, call).then((facts) => snippetOf(facts, what)), call?.signal);
  }

  dispose(): Promise<void> {
    this.server.dispose();
    return Promise.resolve();
  }

  private async *listWorkspaces(call?: Call): AsyncGenerator<Workspace, void, undefined> {
    const { defaultWorkspace } = await this.whoAmI(call);
    const names = new Set([...await this.server.calls.workspaces(call), defaultWorkspace]);
    for (const workspace of [...names].sort(compareNatural)) {
      yield { connection: this.connection, workspace };
    }
  }

  private async *listAssets(version: VersionRef): AsyncGenerator<Asset, void, undefined> {
    yield* await this.contents.assets(version);
  }

  private async beginVersion(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    checkDraft(draft);
    const { workspace, artifact, version, producer } = draft;
    const known = await this.reading.everBegun(draft, call);
    if (!isBump(version) && known.some((row) => row.version === version)) {
      throw alreadyExists(`version ${version} of ${workspace}/${artifact}`);
    }
    call?.signal?.throwIfAborted();
    return new CometWriter({
      server: this.server,
      log: this.environment.log,
      openBefore: new Set(known.filter(isOpen).map(({ artifactVersionId }) => artifactVersionId)),
      experiment: async () => producer?.run ?? (await this.experimentsAndRuns.start({ connection: this.connection, workspace, name: artifact })).run,
      reread: (ref) => this.version(ref),
    }, draft);
  }
}
