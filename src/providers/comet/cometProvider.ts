import type {
  Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, Experiment, Run, RunDetails, RunRef, VersionRef, Workspace,
} from '../../model/artifact';
import type { Call } from '../../model/call';
import { checkDraft, checkLabels } from '../../model/draftRules';
import { alreadyExists, isArtifactError } from '../../model/errors';
import { compareNatural } from '../../model/naturalOrder';
import { runOfFiles } from '../../model/runFiles';
import { isBump, isVersionNumber, nextVersion } from '../../model/version';
import { orAbort, orAbortEach } from '../abortable';
import type { Account, ArtifactQuery, ExperimentQuery, LabelChange, Provider, RunDraft, RunQuery, VersionDraft, VersionWriter } from '../provider';
import type { CometSettings, ProviderEnvironment } from '../registry';
import { findArtifact, findVersion } from './catalog';
import { CometWriter } from './cometWriter';
import { Contents } from './contents';
import { COMET } from './key';
import { replaceAliases } from './labels';
import type { VersionRow } from './calls/answers';
import { completeVersions, isOpen, Rows } from './rows';
import { Runs } from './runs';
import { CometServer } from './server';
import { type SnippetFacts, snippetOf } from './snippet';

const LOOKS_AT_A_TIME = 8;
const DEFAULT_PROJECT = 'general';

export function openComet(settings: CometSettings, environment: ProviderEnvironment): Promise<Provider> {
  return Promise.resolve(new CometProvider(settings, environment));
}

/** Comet as a provider. What its API does not offer, deleting and listing consumers, is left out. */
class CometProvider implements Provider {
  readonly kind = 'comet';
  readonly runFiles = true;
  readonly resends = true;
  readonly connection: string;
  private readonly server: CometServer;
  private readonly rows: Rows;
  private readonly contents: Contents;
  private readonly experimentsAndRuns: Runs;

  constructor(
    private readonly settings: CometSettings,
    private readonly environment: ProviderEnvironment,
  ) {
    this.connection = settings.name;
    this.server = new CometServer({ url: settings.url, key: async () => environment.secret?.(settings), log: environment.log });
    this.rows = new Rows(settings.name);
    this.contents = new Contents(this.server, this.rows);
    this.experimentsAndRuns = new Runs(this.server.calls, this.rows, settings.project ?? DEFAULT_PROJECT);
  }

  async whoAmI(call?: Call): Promise<Account> {
    const { userName, defaultWorkspaceName } = await orAbort(this.server.calls.account(call), call?.signal);
    return { name: userName, defaultWorkspace: this.settings.workspace ?? defaultWorkspaceName ?? userName };
  }

  workspaces(call?: Call): AsyncIterable<Workspace> {
    return orAbortEach(this.listWorkspaces(call), call?.signal);
  }

  artifacts(query: ArtifactQuery, call?: Call): AsyncIterable<Artifact> {
    return orAbortEach(this.listArtifacts(query, call), call?.signal);
  }

  async artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    return this.rows.artifact(ref.workspace, await orAbort(findArtifact(this.server.calls, ref, call), call?.signal));
  }

  versions(ref: ArtifactRef, call?: Call): AsyncIterable<ArtifactVersion> {
    return orAbortEach(this.listVersions(ref, call), call?.signal);
  }

  version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    return orAbort(this.readVersion(ref, call), call?.signal);
  }

  async nextVersions(ref: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    const numbers = (await orAbort(this.rowsOf(ref, call), call?.signal)).map(({ version }) => version).filter(isVersionNumber);
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

  label(ref: VersionRef, change: LabelChange, call?: Call): Promise<ArtifactVersion> {
    return this.setLabels(ref, change, call);
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

  /** Comet records a use when a version is asked for in the name of an experiment. */
  async consume(ref: VersionRef, run: RunRef, call?: Call): Promise<void> {
    await this.server.calls.experiment(run.run, call);
    const { artifact, row } = await findVersion(this.server.calls, ref, call);
    await this.server.calls.version({ artifactId: artifact.artifactId, versionId: row.artifactVersionId, consumerExperimentKey: run.run }, `use of ${artifact.name} ${row.version}`, call);
  }

  snippet(of: VersionRef | AssetRef | RunRef, what: 'load' | 'log', call?: Call): Promise<string> {
    return orAbort(this.snippetFacts(of, call).then((facts) => snippetOf(facts, what)), call?.signal);
  }

  dispose(): Promise<void> {
    this.server.dispose();
    return Promise.resolve();
  }

  private async snippetFacts(of: VersionRef | AssetRef | RunRef, call?: Call): Promise<SnippetFacts> {
    const root = await this.server.root();
    const run = 'run' in of ? of : runOfFiles(of);
    const path = 'path' in of ? of.path : '';
    const [type, isFolder] = await Promise.all([
      run === undefined ? this.artifact(of as VersionRef, call).then((artifact) => artifact.type) : '',
      path === '' ? false : this.entry(of as AssetRef, call).then(({ kind }) => kind === 'folder'),
    ]);
    return {
      server: root === COMET ? undefined : root,
      workspace: of.workspace,
      project: this.settings.project ?? DEFAULT_PROJECT,
      of: run === undefined ? { artifact: (of as VersionRef).artifact, type, version: (of as VersionRef).version } : { experiment: run.run },
      path,
      isFolder,
    };
  }

  private async *listWorkspaces(call?: Call): AsyncGenerator<Workspace, void, undefined> {
    const { defaultWorkspace } = await this.whoAmI(call);
    const names = new Set([...await this.server.calls.workspaces(call), defaultWorkspace]);
    for (const workspace of [...names].sort(compareNatural)) {
      yield { connection: this.connection, workspace };
    }
  }

  /** Comet's list holds names only: the rest is asked for some rows ahead of whoever reads. */
  private async *listArtifacts({ workspace, search = '' }: ArtifactQuery, call?: Call): AsyncGenerator<Artifact, void, undefined> {
    const names = await this.server.calls.artifactNames(workspace, call).catch((error: unknown) => {
      if (isArtifactError(error, 'notFound')) {
        return [];
      }
      throw error;
    });
    const fitting = names.filter((name) => name.toLowerCase().includes(search.toLowerCase())).sort(compareNatural);
    for (let from = 0; from < fitting.length; from += LOOKS_AT_A_TIME) {
      const some = await Promise.all(fitting.slice(from, from + LOOKS_AT_A_TIME).map((name) => this.server.calls.artifact(workspace, name, call)));
      // One that nobody has logged to the end is none.
      yield* some.filter((artifact) => completeVersions(artifact).length > 0).map((artifact) => this.rows.artifact(workspace, artifact));
    }
  }

  private async *listVersions(ref: ArtifactRef, call?: Call): AsyncGenerator<ArtifactVersion, void, undefined> {
    const artifact = await findArtifact(this.server.calls, ref, call);
    yield* completeVersions(artifact).map((row) => this.rows.version(ref.workspace, artifact, row));
  }

  private async *listAssets(version: VersionRef): AsyncGenerator<Asset, void, undefined> {
    yield* await this.contents.assets(version);
  }

  private async readVersion(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    const run = runOfFiles(ref);
    if (run !== undefined) {
      return await this.filesOf(ref, await this.experimentsAndRuns.run(run, call));
    }
    const { artifact, row } = await findVersion(this.server.calls, ref, call);
    const version = this.rows.version(ref.workspace, artifact, row);
    const [details, assets] = await Promise.all([
      this.server.calls.version({ artifactId: artifact.artifactId, versionId: row.artifactVersionId }, `version ${row.version} of ${artifact.name}`, call),
      this.contents.assets(version),
    ]);
    const producer = details.experimentKey ?? '';
    const bytes = assets.reduce((sum, { size, link }) => sum + (link === undefined ? size : 0), 0);
    const named = producer === '' ? undefined : await this.experimentsAndRuns.run(this.rows.runRef(ref.workspace, producer), call).catch(() => undefined);
    return { ...version, assets: assets.length, bytes, producer: producer === '' ? undefined : { ...this.rows.runRef(ref.workspace, producer), name: named?.name ?? producer } };
  }

  private async filesOf(ref: VersionRef, { name, started, run, workspace }: RunDetails): Promise<ArtifactVersion> {
    const assets = await this.contents.assets(ref);
    return {
      ...ref, type: 'run', aliases: [], isLatest: false, tags: [], metadata: {}, created: started, assets: assets.length,
      bytes: assets.reduce((sum, { size }) => sum + size, 0), producer: { ...this.rows.runRef(workspace, run), name },
    };
  }

  /** Every version that was ever begun, open and failed ones too. */
  private async rowsOf({ workspace, artifact }: ArtifactRef, call?: Call): Promise<readonly VersionRow[]> {
    try {
      return (await this.server.calls.artifact(workspace, artifact, call)).versions;
    } catch (error) {
      if (isArtifactError(error, 'notFound')) {
        return [];
      }
      throw error;
    }
  }

  private async beginVersion(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    checkDraft(draft);
    const { workspace, artifact, version, producer } = draft;
    const known = await this.rowsOf(draft, call);
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

  private async setLabels(ref: VersionRef, { aliases, tags, metadata }: LabelChange, call?: Call): Promise<ArtifactVersion> {
    checkLabels({ aliases, tags, metadata });
    const { artifact, row } = await findVersion(this.server.calls, ref, call);
    const what = `labels of ${artifact.name} ${row.version}`;
    if (tags !== undefined || metadata !== undefined) {
      await this.server.calls.setLabels({
        artifactVersionId: row.artifactVersionId,
        versionTags: tags === undefined ? undefined : [...new Set(tags)].sort(),
        versionMetadata: metadata === undefined ? undefined : JSON.stringify(metadata),
      }, what, call);
    }
    if (aliases !== undefined) {
      await replaceAliases(this.server.calls, { workspace: ref.workspace, artifact: artifact.name }, row.version, [...new Set(aliases)]);
    }
    return await this.version({ ...ref, version: row.version }, call);
  }
}
