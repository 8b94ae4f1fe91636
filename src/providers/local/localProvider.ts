import * as path from 'node:path';
import type { Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, Run, RunRef, VersionRef, Workspace } from '../../model/artifact';
import type { Call } from '../../model/call';
import type { Change } from '../../model/change';
import { invalid, unsupported } from '../../model/errors';
import { hasText } from '../../model/hasText';
import type { Lineage } from '../../model/lineage';
import { compareNatural } from '../../model/naturalOrder';
import { nameProblem, tagProblem } from '../../model/reference';
import { StoreWorkers } from '../../store/storeWorkers';
import { StoreWatcher } from '../../store/watcher';
import type { StreamInput, StreamName, Chunk } from '../../store/workerThread';
import type { Account, ArtifactQuery, FetchedFile, LabelChange, Provider, Removal, RunDraft, RunQuery, Stop, VersionDraft, VersionWriter } from '../provider';
import type { LocalSettings, ProviderEnvironment } from '../registry';
import type { RunNaming } from '../runNaming';
import { userName } from '../userName';
import type { StoreUpkeep } from '../upkeep';
import { localUpkeep } from './localUpkeep';
import { beginVersion } from './localWriter';
import { plain, Rows } from './rows';
import { snippetOf } from './snippet';

export function openLocal(settings: LocalSettings, environment: ProviderEnvironment): Promise<Provider> {
  if (!path.isAbsolute(settings.path)) {
    throw invalid(`The path of the store has to be absolute: ${settings.path}`);
  }
  return Promise.resolve(new LocalProvider(settings, environment));
}

type RowStream = Exclude<StreamName, 'read' | 'scan'>;
type RowOf<N extends RowStream> = Chunk<N> extends readonly (infer R)[] ? R : never;

interface Question<N extends RowStream, T> {
  readonly input: StreamInput<N>;
  readonly translate: (row: RowOf<N>) => T;
}

/** The embedded store as a provider. All its work is done in worker threads. */
class LocalProvider implements Provider {
  readonly kind = 'local';
  readonly connection: string;
  private readonly store: string;
  private readonly workers: StoreWorkers;
  private readonly watcher: StoreWatcher;
  private readonly rows: Rows;
  readonly upkeep: StoreUpkeep;
  readonly runNaming: RunNaming = { nameProblem: tagProblem, rename: (run, name, call) => this.rename(run, name, call) };

  constructor(
    settings: LocalSettings,
    private readonly environment: ProviderEnvironment,
  ) {
    this.connection = settings.name;
    this.store = path.resolve(settings.path);
    this.workers = new StoreWorkers(environment.workerFile);
    this.watcher = new StoreWatcher(this.store, environment.log);
    this.rows = new Rows(settings.name);
    this.upkeep = localUpkeep(this.store, settings.name, this.workers);
  }

  async whoAmI(): Promise<Account> {
    const name = userName();
    return { name, defaultWorkspace: this.environment.defaultWorkspace ?? workspaceName(name) };
  }

  async *workspaces(call?: Call): AsyncGenerator<Workspace, void, undefined> {
    const { defaultWorkspace } = await this.whoAmI();
    const found = await this.workers.queries.call('workspaces', { store: this.store }, call);
    const missing = found.some(({ workspace }) => workspace === defaultWorkspace) ? [] : [{ workspace: defaultWorkspace, artifacts: 0 }];
    for (const row of [...found, ...missing].sort((a, b) => compareNatural(a.workspace, b.workspace))) {
      yield { connection: this.connection, ...row };
    }
  }

  artifacts({ workspace, search = '' }: ArtifactQuery, call?: Call): AsyncGenerator<Artifact, void, undefined> {
    return this.each('artifacts', () => ({ input: { store: this.store, workspace, search }, translate: (row) => this.rows.artifact(row) }), call);
  }

  async artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    return this.rows.artifact(await this.workers.queries.call('artifact', { store: this.store, name: plain.artifact(ref) }, call));
  }

  versions(artifact: ArtifactRef, call?: Call): AsyncGenerator<ArtifactVersion, void, undefined> {
    return this.each('versions', () => ({ input: { store: this.store, name: plain.artifact(artifact) }, translate: (row) => this.rows.version(row) }), call);
  }

  async version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    return this.rows.version(await this.workers.queries.call('version', this.named(ref), call));
  }

  nextVersions(artifact: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    return this.workers.queries.call('nextVersions', { store: this.store, name: plain.artifact(artifact) }, call);
  }

  entries(folder: AssetRef, call?: Call): AsyncGenerator<Entry, void, undefined> {
    return this.each('entries', async () => {
      const name = await this.exact(folder, call);
      return { input: { store: this.store, name, path: folder.path }, translate: (row) => this.rows.entry(name, row) };
    }, call);
  }

  async entry(ref: AssetRef, call?: Call): Promise<Entry> {
    const { version, entry } = await this.workers.queries.call('entry', { ...this.named(ref), path: ref.path }, call);
    return this.rows.entry({ ...plain.version(ref), version }, entry);
  }

  assets(version: VersionRef, call?: Call): AsyncGenerator<Asset, void, undefined> {
    return this.each('assets', async () => {
      const name = await this.exact(version, call);
      return { input: { store: this.store, name }, translate: (row) => this.rows.asset(name, row) };
    }, call);
  }

  read(asset: AssetRef, start = 0, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    return this.workers.queries.stream('read', { ...this.named(asset), path: asset.path, start }, call);
  }

  begin(draft: VersionDraft, call?: Call): Promise<VersionWriter> {
    return beginVersion({ store: this.store, thread: this.workers.job(), rows: this.rows }, draft, call);
  }

  async fetch(asset: AssetRef, file: string, call?: Call): Promise<void> {
    await this.workers.job().call('copy', { ...this.named(asset), path: asset.path, target: file }, call);
  }

  async fetchAll(version: VersionRef, files: readonly FetchedFile[], replace: boolean, call: Call = {}): Promise<readonly string[]> {
    const thread = this.workers.copying();
    try {
      return await thread.call('copyAll', { ...this.named(version), files: files.map(({ path: logical, part, file }) => ({ path: logical, part, file })), replace }, call);
    } catch (error) {
      if (call.signal?.aborted === true) {
        await thread.call('rest', undefined).catch(() => undefined);
      }
      throw error;
    }
  }

  async *runs({ workspace, search = '' }: RunQuery, call?: Call): AsyncGenerator<Run, void, undefined> {
    for (const run of await this.workers.queries.call('runs', { store: this.store, workspace }, call)) {
      if (hasText(run.name, search)) {
        yield this.rows.run(run);
      }
    }
  }

  async startRun({ workspace, name }: RunDraft, call?: Call): Promise<Run> {
    return this.rows.run(await this.workers.queries.call('startRun', { store: this.store, workspace, name }, call));
  }

  async endRun(run: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    await this.workers.queries.call('endRun', { store: this.store, run: plain.run(run), status }, call);
  }

  async consume(version: VersionRef, run: RunRef, call?: Call): Promise<void> {
    await this.workers.queries.call('consume', { ...this.named(version), run: plain.run(run) }, call);
  }

  lineage(of: VersionRef | RunRef, call?: Call): Promise<Lineage> {
    return this.workers.queries.call('lineage', { store: this.store, connection: this.connection, of: 'run' in of ? plain.run(of) : plain.version(of) }, call);
  }

  async label(version: VersionRef, { aliases, tags, metadata }: LabelChange, call?: Call): Promise<ArtifactVersion> {
    return this.rows.version(await this.workers.queries.call('label', { ...this.named(version), change: { aliases, tags, metadata } }, call));
  }

  async removal(version: VersionRef, call?: Call): Promise<Removal> {
    return this.rows.removal(await this.workers.job().call('removal', this.named(version), call));
  }

  async remove(version: VersionRef, call?: Call): Promise<Removal> {
    return this.rows.removal(await this.workers.job().call('remove', this.named(version), call));
  }

  async snippet(of: VersionRef | AssetRef | RunRef, what: 'load' | 'log'): Promise<string> {
    if (what === 'log' || 'run' in of) {
      throw unsupported('Python can read versions of the embedded store; it cannot write them, and runs of this store have no files.');
    }
    return snippetOf({ store: this.store, version: of, path: 'path' in of ? of.path : undefined });
  }

  watch(onChange: (change: Change) => void): Stop {
    return this.watcher.watch((subject) => onChange({ connection: this.connection, ...subject }));
  }

  async dispose(): Promise<void> {
    await this.watcher.dispose();
    await this.workers.dispose();
  }

  private named(ref: VersionRef): { readonly store: string; readonly name: ReturnType<typeof plain.version> } {
    return { store: this.store, name: plain.version(ref) };
  }

  private async rename(run: RunRef, name: string, call?: Call): Promise<Run> {
    return this.rows.run(await this.workers.queries.call('renameRun', { store: this.store, run: plain.run(run), name }, call));
  }

  /** An alias may move while an answer is being given: all of it is of one version. */
  private async exact(ref: VersionRef, call?: Call): Promise<ReturnType<typeof plain.version>> {
    const { version } = await this.workers.queries.call('version', this.named(ref), call);
    return { ...plain.version(ref), version };
  }

  /** Rows one by one, out of the chunks in which they cross from the worker. */
  private async *each<N extends RowStream, T>(name: N, question: () => Question<N, T> | Promise<Question<N, T>>, call?: Call): AsyncGenerator<T, void, undefined> {
    const { input, translate } = await question();
    for await (const chunk of this.workers.queries.stream(name, input, call)) {
      for (const row of chunk as readonly RowOf<N>[]) {
        yield translate(row);
      }
    }
  }
}

/** A user's name as a workspace: Windows has `DOMAIN\user`. */
function workspaceName(user: string): string {
  const name = user.replaceAll(/[/\\:]/g, '-').trim();
  return nameProblem(name) === undefined ? name : 'me';
}
