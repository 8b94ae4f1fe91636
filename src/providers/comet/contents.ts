import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Asset, AssetRef, Entry, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { corrupt, isArtifactError, notFound, unsupported } from '../../model/errors';
import { runOfFiles } from '../../model/runFiles';
import { AssetTree } from '../../store/assetTree';
import type { OpenAnswer } from '../http';
import { Openings } from '../openings';
import { readThrough } from '../resumed';
import type { AssetRow } from './calls/answers';
import { REST } from './calls/wire';
import { findVersion } from './catalog';
import type { Rows } from './rows';
import type { CometServer } from './server';

interface Opened {
  readonly exact: VersionRef;
  /** Empty for assets of an experiment. */
  readonly versionId: string;
  readonly assets: readonly Asset[];
  readonly ids: ReadonlyMap<string, string>;
  readonly tree: AssetTree;
}

/** What is in versions, and in experiments of their own. Kept for a while, as downloads ask for one file after the other. */
export class Contents {
  private readonly openings = new Openings<Opened>();

  constructor(
    private readonly server: CometServer,
    private readonly rows: Rows,
  ) {}

  async assets(ref: VersionRef): Promise<readonly Asset[]> {
    return (await this.open(ref)).assets;
  }

  async *entries(ref: AssetRef): AsyncGenerator<Entry, void, undefined> {
    const { tree, exact, assets } = await this.open(ref);
    if (tree.folder(ref.path) === undefined) {
      throw notFound(`folder ${ref.path}`);
    }
    const byPath = new Map(assets.map((asset) => [asset.path, asset]));
    for (const row of tree.children(ref.path)) {
      yield byPath.get(row.path) ?? this.folder(exact, row.path, tree);
    }
  }

  async entry(ref: AssetRef): Promise<Entry> {
    const { tree, exact, assets } = await this.open(ref);
    const asset = assets.find(({ path }) => path === ref.path);
    if (asset === undefined && tree.folder(ref.path) === undefined) {
      throw notFound(ref.path);
    }
    return asset ?? this.folder(exact, ref.path, tree);
  }

  async *read(ref: AssetRef, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { assets, ids, versionId, exact } = await this.open(ref);
    const asset = assets.find(({ path }) => path === ref.path);
    const id = ids.get(ref.path);
    if (asset === undefined || id === undefined) {
      throw notFound(ref.path);
    }
    if (asset.link !== undefined) {
      throw unsupported(`${ref.path} is a remote asset: only its link is kept here.`);
    }
    const http = await this.server.http();
    const query = { assetId: id, artifactVersionId: versionId === '' ? undefined : versionId, experimentKey: runOfFiles(exact)?.run ?? '', allow301: true };
    const hash = createHash('sha256');
    const open = (from: number): Promise<OpenAnswer> => http.open(`${REST}experiment/asset/get-asset`, { query, start: from, expected: asset.size, call, what: ref.path });
    const bytes = readThrough((from) => oncemore(() => open(from), call), { path: ref.path, start, size: asset.size }, call);
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
    if (start === 0 && asset.sha256 !== undefined && hash.digest('hex') !== asset.sha256) {
      throw corrupt(`${ref.path} does not match its digest`);
    }
  }

  private folder(exact: VersionRef, path: string, tree: AssetTree): Entry {
    const { assets, bytes } = tree.folder(path) ?? { assets: 0, bytes: 0 };
    return { ...exact, path, kind: 'folder', assets, bytes };
  }

  private open(ref: VersionRef): Promise<Opened> {
    return this.openings.open(JSON.stringify([ref.workspace, ref.artifact, ref.version]), () => this.listed(ref));
  }

  private async listed(ref: VersionRef): Promise<Opened> {
    const { connection, workspace, artifact } = ref;
    const run = runOfFiles(ref);
    if (run !== undefined) {
      return this.opened({ connection, workspace, artifact, version: run.run }, '', await this.server.experiments.assets(run.run));
    }
    const { row } = await findVersion(this.server.calls, ref);
    const exact: VersionRef = { connection, workspace, artifact, version: row.version };
    return this.opened(exact, row.artifactVersionId, await this.server.calls.files({ workspace, artifactName: artifact, version: row.version }));
  }

  private opened(exact: VersionRef, versionId: string, files: readonly AssetRow[]): Opened {
    const isRun = versionId === '';
    // An experiment's own files have an address under `link`, remote or not.
    const assets = files.map((file) => this.rows.asset(exact, isRun ? { ...file, remote: file.remote === true } : file)).sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      exact, versionId, assets, ids: new Map(files.map(({ fileName, assetId }) => [fileName, assetId])),
      tree: new AssetTree(assets.map(({ path, size, link }) => ({ path, size, ...(link === undefined ? undefined : { link }) }))),
    };
  }
}

const AGAIN_MS = 1_000;

/** Comet's storage answers 500 now and then, and the next time well. */
async function oncemore<T>(work: () => Promise<T>, call?: Call): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isArtifactError(error, 'serverFault')) {
      throw error;
    }
    await setTimeout(AGAIN_MS, undefined, { signal: call?.signal });
    return await work();
  }
}
