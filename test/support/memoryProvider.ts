import type { Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, Run, RunRef, VersionRef, Workspace } from '../../src/model/artifact';
import { isLatestAlias } from '../../src/model/artifact';
import { assetType } from '../../src/model/assetType';
import type { Change } from '../../src/model/change';
import { notFound, unsupported } from '../../src/model/errors';
import type { JsonObject } from '../../src/model/json';
import { runNodeId, versionNodeId, type Lineage } from '../../src/model/lineage';
import type { Account, ArtifactQuery, LabelChange, Provider, RunDraft, RunQuery, Stop, VersionWriter } from '../../src/providers/provider';

type Content = string | { readonly elsewhere: string };

interface Logged {
  readonly created: number;
  readonly aliases: readonly string[];
  readonly metadata: JsonObject;
  readonly run?: string | undefined;
  readonly files: Readonly<Record<string, Content>>;
}

/** Artifacts in memory, for tests of what stands on a provider: it counts what is asked and fails when it is told to. */
export class MemoryProvider implements Provider {
  readonly kind = 'local';
  /** Artifact by `workspace/name`, in natural order; versions newest first. */
  readonly artifactsByName = new Map<string, { type: string; versions: Map<string, Logged> }>();
  readonly runsById = new Map<string, Run>();
  /** How many rows each method has given out. */
  readonly given = new Map<string, number>();
  /** Thrown by every listing while it is set. */
  failure: Error | undefined;
  /** What other clients keep beside each artifact and version. */
  others: Pick<ArtifactVersion, 'serverTags' | 'serverName' | 'description'> = {};
  disposed = false;
  private started = 1;
  private readonly watchers = new Set<(change: Change) => void>();

  constructor(readonly connection = 'local') {}

  /** `log('ada/churn', '1.0.0', { 'a.csv': 'x,y' })`. */
  log(name: string, version: string, files: Readonly<Record<string, Content>>, more: Partial<Omit<Logged, 'files'>> & { readonly type?: string } = {}): void {
    const known = this.artifactsByName.get(name) ?? { type: more.type ?? 'dataset', versions: new Map<string, Logged>() };
    known.versions = new Map([[version, { created: Date.now(), aliases: [], metadata: {}, ...more, files }], ...known.versions]);
    this.artifactsByName.set(name, known);
  }

  /** As if another window had done it. */
  tell(change: Omit<Change, 'connection'> = {}): void {
    this.watchers.forEach(watcher => watcher({ connection: this.connection, ...change }));
  }

  async whoAmI(): Promise<Account> {
    return { name: 'ada', defaultWorkspace: 'ada' };
  }

  async* workspaces(): AsyncGenerator<Workspace, void, undefined> {
    const names = new Set(['ada', ...[...this.artifactsByName.keys()].map(name => name.split('/')[0]!)]);
    for (const workspace of names) {
      yield this.count('workspaces', { connection: this.connection, workspace, artifacts: [...this.artifactsByName.keys()].filter(name => name.startsWith(`${workspace}/`)).length });
    }
  }

  async* artifacts({ workspace, search = '' }: ArtifactQuery): AsyncGenerator<Artifact, void, undefined> {
    for (const name of this.artifactsByName.keys()) {
      const [own, artifact = ''] = name.split('/');
      if (own === workspace && artifact.toLowerCase().includes(search.toLowerCase())) {
        yield this.count('artifacts', await this.artifact({ connection: this.connection, workspace, artifact }));
      }
    }
  }

  async artifact(ref: ArtifactRef): Promise<Artifact> {
    const { type, versions } = this.found(ref);
    return { connection: ref.connection, workspace: ref.workspace, artifact: ref.artifact, type, tags: [], latest: [...versions.keys()][0], versions: versions.size, ...this.others };
  }

  async* versions(ref: ArtifactRef): AsyncGenerator<ArtifactVersion, void, undefined> {
    for (const version of this.found(ref).versions.keys()) {
      yield this.count('versions', await this.version({ ...ref, version }));
    }
  }

  async version(ref: VersionRef): Promise<ArtifactVersion> {
    const { type, versions } = this.found(ref);
    const [latest] = versions.keys();
    const [version, logged] = [...versions].find(([number, { aliases }]) => number === ref.version || aliases.includes(ref.version) || (isLatestAlias(ref.version) && number === latest)) ?? [];
    if (version === undefined || logged === undefined) {
      throw notFound(`version ${ref.version} of ${ref.workspace}/${ref.artifact}`);
    }
    const run = logged.run === undefined ? undefined : this.runsById.get(logged.run);
    const contents = Object.values(logged.files);
    return {
      connection: ref.connection, workspace: ref.workspace, artifact: ref.artifact, version, type, aliases: logged.aliases, isLatest: version === latest,
      tags: [], metadata: logged.metadata, assets: contents.length, bytes: contents.reduce((sum, content) => sum + sizeOf(content), 0), created: logged.created,
      producer: run && { connection: run.connection, workspace: run.workspace, run: run.run, name: run.name },
      ...this.others,
    };
  }

  async nextVersions(): Promise<{ readonly major: string; readonly minor: string; readonly patch: string }> {
    return { major: '1.0.0', minor: '1.0.0', patch: '1.0.0' };
  }

  async* entries(ref: AssetRef): AsyncGenerator<Entry, void, undefined> {
    const prefix = ref.path === '' ? '' : `${ref.path}/`;
    const folders = new Set<string>();
    const assets: Asset[] = [];
    for await (const asset of this.assets(ref)) {
      const [name, ...deeper] = asset.path.startsWith(prefix) ? asset.path.slice(prefix.length).split('/') : [];
      if (name !== undefined && deeper.length > 0) {
        folders.add(prefix + name);
      } else if (name !== undefined) {
        assets.push(asset);
      }
    }
    for (const path of folders) {
      yield this.count('entries', { ...ref, kind: 'folder', path });
    }
    for (const asset of assets) {
      yield this.count('entries', asset);
    }
  }

  async entry(ref: AssetRef): Promise<Entry> {
    for await (const asset of this.assets(ref)) {
      if (asset.path === ref.path) {
        return asset;
      }
      if (asset.path.startsWith(`${ref.path}/`)) {
        return { ...ref, kind: 'folder' };
      }
    }
    throw notFound(`${ref.path} in ${ref.workspace}/${ref.artifact}:${ref.version}`);
  }

  async* assets(ref: VersionRef): AsyncGenerator<Asset, void, undefined> {
    const { connection, workspace, artifact, version } = await this.version(ref);
    for (const [path, content] of Object.entries(this.found(ref).versions.get(version)?.files ?? {})) {
      const link = typeof content === 'string' ? undefined : content.elsewhere;
      yield { kind: 'asset', connection, workspace, artifact, version, path, size: sizeOf(content), type: assetType(path), link };
    }
  }

  async* read(ref: AssetRef): AsyncGenerator<Uint8Array, void, undefined> {
    const { version } = await this.version(ref);
    const content = this.found(ref).versions.get(version)?.files[ref.path];
    if (typeof content !== 'string') {
      throw content === undefined ? notFound(ref.path) : unsupported('A remote asset has no bytes here.');
    }
    this.count('read', content);
    yield Buffer.from(content);
  }

  async begin(): Promise<VersionWriter> {
    throw unsupported('Tests log with log().');
  }

  async* runs({ workspace, search = '' }: RunQuery): AsyncGenerator<Run, void, undefined> {
    for (const run of [...this.runsById.values()].reverse()) {
      if (run.workspace === workspace && run.name.toLowerCase().includes(search.toLowerCase())) {
        yield this.count('runs', run);
      }
    }
  }

  async startRun({ connection, workspace, name }: RunDraft): Promise<Run> {
    const run: Run = { connection, workspace, run: `run-${this.started++}`, name, status: 'running', started: Date.now() };
    this.runsById.set(run.run, run);
    return this.count('startRun', run);
  }

  async lineage(of: VersionRef | RunRef): Promise<Lineage> {
    if (!('run' in of)) {
      throw unsupported('Tests ask for the lineage of runs.');
    }
    const focus = runNodeId(of);
    const nodes: Lineage['nodes'][number][] = [{ kind: 'run', id: focus, ref: of, name: this.runsById.get(of.run)?.name ?? '' }];
    const edges: Lineage['edges'][number][] = [];
    for (const [name, { type, versions }] of this.artifactsByName) {
      for (const [version, { run, aliases }] of versions) {
        if (run === of.run) {
          const ref = { connection: this.connection, workspace: of.workspace, artifact: name.split('/')[1]!, version };
          nodes.push({ kind: 'version', id: versionNodeId(ref), ref, type, aliases });
          edges.push({ from: focus, to: versionNodeId(ref), relation: 'produced' });
        }
      }
    }
    return { focus, nodes, edges, expanded: [focus], cut: { upstream: [], downstream: [] } };
  }

  async label(ref: VersionRef, change: LabelChange): Promise<ArtifactVersion> {
    const { version } = await this.version(ref);
    const { versions } = this.found(ref);
    const logged = versions.get(version)!;
    versions.set(version, { ...logged, aliases: change.aliases ?? logged.aliases, metadata: change.metadata ?? logged.metadata });
    return await this.version({ ...ref, version });
  }

  watch(onChange: (change: Change) => void): Stop {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
  }

  private found(ref: ArtifactRef): { readonly type: string; readonly versions: Map<string, Logged> } {
    if (this.failure) {
      throw this.failure;
    }
    const found = this.artifactsByName.get(`${ref.workspace}/${ref.artifact}`);
    if (!found) {
      throw notFound(`artifact ${ref.workspace}/${ref.artifact}`);
    }
    return found;
  }

  protected count<T>(method: string, row: T): T {
    if (this.failure) {
      throw this.failure;
    }
    this.given.set(method, (this.given.get(method) ?? 0) + 1);
    return row;
  }
}

const sizeOf = (content: Content): number => (typeof content === 'string' ? Buffer.byteLength(content) : 0);
