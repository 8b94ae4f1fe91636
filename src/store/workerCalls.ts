import type { Lineage } from '../model/lineage';
import type { StoredFolder } from './assetTree';
import type { ArtifactFacts, VersionFacts } from './catalog';
import { chunked } from './chunked';
import type { OutgoingFile } from './copyOut';
import type { NewLabels, NewVersion } from './draft';
import { fileDigest } from './fileDigest';
import type { ArtifactName, VersionName } from './layout';
import type { StoredAsset } from './manifest';
import type { JsonObject } from '../model/json';
import { noAccess } from '../model/errors';
import type { NewFile, Put } from './newFiles';
import { CHUNK } from './objects';
import type { RemovalFacts } from './removal';
import type { RunRecord } from './records';
import type { RunName } from './runs';
import { type BaseAsset, type ScanChunk, scanFiles, type ScanOptions } from './scan';
import { StatCache } from './statCache';
import { Store } from './store';
import { upkeepCalls } from './upkeepCalls';
import type { VersionImport } from './versionImport';
import type { NewLink, VersionWriting } from './versionWriting';
import { Walk } from './walk';
import type { Work } from './work';

/** What a worker can do, by name. `store` is the root folder of a store. */

interface OfStore {
  readonly store: string;
}

interface OfWriter {
  readonly writer: string;
}

/** Rows that cross to the main thread at once: a few milliseconds of its time. */
const ROWS = 500;

export class WorkerState {
  /** Archives that are open, by what their callers call them. */
  readonly imports = new Map<string, VersionImport>();
  private readonly stores = new Map<string, Store>();
  private readonly writers = new Map<string, VersionWriting>();
  /** What scans have found, and what it is to be compared with, by the keys of the scans. */
  private readonly walks = new Map<string, Walk>();
  private readonly bases = new Map<string, BaseAsset[]>();

  store(root: string): Store {
    const store = this.stores.get(root) ?? new Store(root);
    this.stores.set(root, store);
    return store;
  }

  writer(id: string): VersionWriting {
    const writer = this.writers.get(id);
    if (writer === undefined) {
      throw noAccess('the store: the worker that wrote this version ended');
    }
    return writer;
  }

  begin(root: string, draft: NewVersion, id: string): void {
    this.writers.set(id, this.store(root).created().begin(draft, id));
  }

  end(root: string, id: string): void {
    const writer = this.writers.get(id);
    this.writers.delete(id);
    if (writer === undefined) {
      this.store(root).discard(id);
    } else {
      writer.abandon();
    }
  }

  addBase(key: string, assets: readonly BaseAsset[]): void {
    const base = this.bases.get(key) ?? [];
    this.bases.set(key, base);
    base.push(...assets);
  }

  takeBase(key: string): readonly BaseAsset[] | undefined {
    const base = this.bases.get(key);
    this.bases.delete(key);
    return base;
  }

  addWalk(key: string, walk: Walk): void {
    this.walks.set(key, walk);
  }

  takeWalk(key: string): Walk {
    const walk = this.walks.get(key);
    if (walk === undefined) {
      throw noAccess('the files: the worker that looked for them ended');
    }
    this.walks.delete(key);
    return walk;
  }

  dropScan(key: string): void {
    this.bases.delete(key);
    this.walks.delete(key);
  }
}

export const calls = {
  ...upkeepCalls,
  artifact: (state: WorkerState, { store, name }: OfStore & { readonly name: ArtifactName }): ArtifactFacts => state.store(store).opened().catalog.artifact(name),
  version: (state: WorkerState, { store, name }: OfStore & { readonly name: VersionName }): VersionFacts => state.store(store).opened().catalog.version(name),
  nextVersions: (state: WorkerState, { store, name }: OfStore & { readonly name: ArtifactName }): Record<'major' | 'minor' | 'patch', string> =>
    state.store(store).opened().catalog.nextVersions(name),
  workspaces: (state: WorkerState, { store }: OfStore): { readonly workspace: string; readonly artifacts: number }[] => state.store(store).opened().catalog.workspaces(),
  entry: (state: WorkerState, { store, name, path }: OfStore & { readonly name: VersionName; readonly path: string }): { readonly version: string; readonly entry: StoredFolder | StoredAsset } =>
    state.store(store).opened().entry(name, path),
  runs: (state: WorkerState, { store, workspace }: OfStore & { readonly workspace: string }): RunRecord[] => state.store(store).opened().runs.list(workspace),
  lineage: (state: WorkerState, { store, connection, of }: OfStore & { readonly connection: string; readonly of: VersionName | RunName }): Lineage =>
    state.store(store).opened().lineageOf(connection, of),
  removal: (state: WorkerState, { store, name }: OfStore & { readonly name: VersionName }, work: Work): RemovalFacts => state.store(store).opened().removal(name, work),

  remove: (state: WorkerState, { store, name }: OfStore & { readonly name: VersionName }, work: Work): RemovalFacts => state.store(store).opened().remove(name, work),
  label: (state: WorkerState, { store, name, change }: OfStore & { readonly name: VersionName; readonly change: NewLabels }): VersionFacts => state.store(store).opened().label(name, change),
  startRun: (state: WorkerState, { store, workspace, name }: OfStore & { readonly workspace: string; readonly name: string }): RunRecord =>
    state.store(store).created().startRun(workspace, name),
  endRun: (state: WorkerState, { store, run, status }: OfStore & { readonly run: RunName; readonly status: 'finished' | 'failed' }, work: Work): void =>
    state.store(store).opened().endRun(run, status, work),
  renameRun: (state: WorkerState, { store, run, name }: OfStore & { readonly run: RunName; readonly name: string }, work: Work): RunRecord =>
    state.store(store).opened().renameRun(run, name, work),
  consume: (state: WorkerState, { store, name, run }: OfStore & { readonly name: VersionName; readonly run: RunName }): void => state.store(store).opened().consume(name, run),
  copy: (state: WorkerState, { store, name, path, target }: OfStore & { readonly name: VersionName; readonly path: string; readonly target: string }, work: Work): void =>
    state.store(store).opened().copy(name, path, target, work),
  copyAll: (state: WorkerState, { store, name, files, replace }: OfStore & { readonly name: VersionName; readonly files: readonly OutgoingFile[]; readonly replace: boolean }, work: Work): string[] =>
    state.store(store).opened().copyAll(name, files, replace, work),
  /** Answers when what was asked before has ended, cancelled or not. */
  rest: (_state: WorkerState, _input: undefined): void => undefined,

  begin: (state: WorkerState, { store, draft, writer }: OfStore & OfWriter & { readonly draft: NewVersion }): void => state.begin(store, draft, writer),
  put: (state: WorkerState, { writer, files }: OfWriter & { readonly files: readonly NewFile[] }, work: Work): Put => state.writer(writer).put(files, work),
  link: (state: WorkerState, { writer, links }: OfWriter & { readonly links: readonly NewLink[] }): void => state.writer(writer).link(links),
  keep: (state: WorkerState, { writer, from, paths }: OfWriter & { readonly from: VersionName; readonly paths: readonly string[] }, work: Work): void =>
    state.writer(writer).keep(from, paths, work),
  openAsset: (state: WorkerState, { writer, path }: OfWriter & { readonly path: string }): string => state.writer(writer).openAsset(path),
  append: (state: WorkerState, { writer, key, bytes }: OfWriter & { readonly key: string; readonly bytes: Uint8Array }): void => state.writer(writer).append(key, bytes),
  closeAsset: (state: WorkerState, { writer, key, metadata }: OfWriter & { readonly key: string; readonly metadata: JsonObject | undefined }, work: Work): void =>
    state.writer(writer).closeAsset(key, metadata, work),
  dropAsset: (state: WorkerState, { writer, key }: OfWriter & { readonly key: string }): void => state.writer(writer).dropAsset(key),
  commit: (state: WorkerState, { writer }: OfWriter, work: Work): VersionFacts => state.writer(writer).commit(work),
  abandon: (state: WorkerState, { store, writer }: OfStore & OfWriter): void => state.end(store, writer),

  walk: (state: WorkerState, { key, options }: { readonly key: string; readonly options: ScanOptions }, work: Work): void => state.addWalk(key, Walk.over(options, work)),
  addBase: (state: WorkerState, { key, assets }: { readonly key: string; readonly assets: readonly BaseAsset[] }): void => state.addBase(key, assets),
  dropBase: (state: WorkerState, { key }: { readonly key: string }): void => state.dropScan(key),
  digest: (_state: WorkerState, { file }: { readonly file: string }, work: Work): string => fileDigest(file, Buffer.allocUnsafe(CHUNK), work).sha256,
};

export const streams = {
  artifacts: (state: WorkerState, { store, workspace, search }: OfStore & { readonly workspace: string; readonly search: string }): Generator<ArtifactFacts[]> =>
    chunked(state.store(store).opened().catalog.artifacts(workspace, search), 100),
  versions: (state: WorkerState, { store, name }: OfStore & { readonly name: ArtifactName }): Generator<VersionFacts[]> =>
    chunked(state.store(store).opened().catalog.versions(name), 100),
  entries: (state: WorkerState, { store, name, path }: OfStore & { readonly name: VersionName; readonly path: string }): Generator<(StoredFolder | StoredAsset)[]> =>
    chunked(state.store(store).opened().children(name, path), ROWS),
  assets: (state: WorkerState, { store, name }: OfStore & { readonly name: VersionName }): Generator<StoredAsset[]> =>
    facts(state.store(store).opened().tree(name).tree.assets),
  read: (state: WorkerState, { store, name, path, start }: OfStore & { readonly name: VersionName; readonly path: string; readonly start: number }, work: Work): Generator<Uint8Array<ArrayBuffer>> =>
    state.store(store).opened().read(name, path, start, work),
  scan: (state: WorkerState, { key, cache }: { readonly key: string; readonly cache: string | undefined }, work: Work): Generator<ScanChunk> =>
    scanFiles(state.takeWalk(key), state.takeBase(key), cache === undefined ? undefined : new StatCache(cache), work),
};

export type Calls = typeof calls;
export type Streams = typeof streams;

/** Where the bytes are is nobody's business there, and the names of packs are most of what would cross. */
function* facts(assets: readonly StoredAsset[]): Generator<StoredAsset[]> {
  for (const some of chunked(assets, ROWS)) {
    yield some.map(({ pack: _pack, offset: _offset, ...asset }) => asset);
  }
}
