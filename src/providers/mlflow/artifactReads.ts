import pLimit from 'p-limit';
import type { Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, RunDetails, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { isAbort, notFound } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runOfFiles } from '../../model/runFiles';
import { nextVersion } from '../../model/version';
import { orAbort } from '../abortable';
import { assetOf, entryOf } from '../contents';
import type { ArtifactQuery } from '../provider';
import { Catalog, noArtifact } from './catalog';
import { LongMetadata } from './longMetadata';
import type { ModelView, NumberedVersion } from './mapping/modelView';
import type { Reading } from './reading';
import type { Rows } from './mapping/rows';
import type { Runs } from './runs';
import { DEFAULT_WORKSPACE, type MlflowServer, type Site } from './server';
import type { WebPages } from './webPages';

const LOOKS_AT_A_TIME = 8;

export interface ReadsEnvironment {
  readonly server: MlflowServer;
  readonly rows: Rows;
  readonly reading: Reading;
  readonly runs: (site: Site) => Runs;
  /** Told of each artifact that is listed, and each version that is seen. */
  readonly pages: WebPages;
  readonly log: Log;
}

/** Artifacts, their versions and what is in them. */
export class ArtifactReads {
  private readonly longMetadata: LongMetadata;

  constructor(private readonly environment: ReadsEnvironment) {
    this.longMetadata = new LongMetadata(environment.log);
  }

  async *artifacts({ workspace, search = '' }: ArtifactQuery, call?: Call): AsyncGenerator<Artifact, void, undefined> {
    const { server, rows, pages } = this.environment;
    // To have no such workspace is to have nothing in it.
    if (workspace !== DEFAULT_WORKSPACE && !await server.has(workspace, call)) {
      return;
    }
    const site = await server.site(workspace, call);
    for await (const model of new Catalog(site).models(search, call)) {
      const row = rows.artifact(workspace, model);
      pages.sawArtifact(site, row, model.name);
      yield row;
    }
  }

  async artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    const { rows, pages } = this.environment;
    const site = await this.site(ref, call);
    const view = await new Catalog(site).brief(ref.artifact, {}, call);
    if (view === undefined) {
      throw noArtifact(ref);
    }
    const row = rows.artifact(ref.workspace, view.model, view.versions[0]?.number);
    pages.sawArtifact(site, row, view.model.name);
    return row;
  }

  async *versions(ref: ArtifactRef, call?: Call): AsyncGenerator<ArtifactVersion, void, undefined> {
    const site = await this.site(ref, call);
    const limit = pLimit(LOOKS_AT_A_TIME);
    for await (const { view, rows } of new Catalog(site).versions(ref, call)) {
      yield* await Promise.all(rows.map((version) => limit(() => this.row(site, view, version, call))));
    }
  }

  /** What a list leaves open is counted here, but for the files of runs, which may be many, in many folders. */
  async version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    const { server, runs } = this.environment;
    const site = await server.site(ref.workspace, call);
    const run = runOfFiles(ref);
    if (run !== undefined) {
      return filesOfRun(ref, await runs(site).run(run, call));
    }
    const { view, version } = await new Catalog(site).version(ref, call);
    this.environment.reading.found(ref, version);
    const row = await this.row(site, view, version, call);
    const { producer } = row;
    const named = producer === undefined || version.own ? row : { ...row, producer: { ...producer, name: await runs(site).nameOf(producer.run, call) } };
    return await this.counted(named, call);
  }

  async nextVersions(ref: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    const { server } = this.environment;
    const view = await server.has(ref.workspace, call) ? await new Catalog(await server.site(ref.workspace, call)).brief(ref.artifact, {}, call) : undefined;
    const live = view?.versions.map(({ number }) => number) ?? [];
    const used = [...live, ...view?.deleted ?? []];
    // A number that was deleted counts as the highest when nothing higher is left.
    const next = (bump: 'major' | 'minor' | 'patch'): string => nextVersion(bump, live, used);
    return { major: next('major'), minor: next('minor'), patch: next('patch') };
  }

  async *entries(folder: AssetRef, call?: Call): AsyncGenerator<Entry, void, undefined> {
    const { exact, contents } = await this.environment.reading.open(folder, call);
    for (const row of await contents.entries(folder.path, call)) {
      yield entryOf(exact, row);
    }
  }

  async entry(ref: AssetRef, call?: Call): Promise<Entry> {
    const { exact, contents } = await this.environment.reading.open(ref, call);
    return entryOf(exact, await contents.entry(ref.path, call));
  }

  async *assets(version: VersionRef & Partial<Pick<AssetRef, 'path'>>, call?: Call): AsyncGenerator<Asset, void, undefined> {
    const { exact, contents } = await this.environment.reading.open(version, call);
    for (const row of await contents.assets(call, version.path)) {
      yield assetOf(exact, row);
    }
  }

  async *read(asset: AssetRef, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { contents } = await this.environment.reading.open(asset, call);
    yield* contents.read(asset.path, start, call);
  }

  /** Ends by itself when the call is cancelled. */
  async *readUnverified(asset: AssetRef, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { contents } = await orAbort(this.environment.reading.open(asset, call), call?.signal);
    yield* contents.readUnverified(asset.path, start, call);
  }

  private async site(ref: ArtifactRef, call?: Call): Promise<Site> {
    const { server } = this.environment;
    if (ref.workspace !== DEFAULT_WORKSPACE && !await server.has(ref.workspace, call)) {
      throw notFound(`workspace ${ref.workspace}`);
    }
    return await server.site(ref.workspace, call);
  }

  private async row(site: Site, view: ModelView, version: NumberedVersion, call?: Call): Promise<ArtifactVersion> {
    const { rows, pages } = this.environment;
    const row = rows.version(site.workspace, view, version, await this.longMetadata.read(site, version, call));
    pages.sawVersion(site, row, view.model.name, version.entry.version);
    return row;
  }

  /** Where its files cannot be listed, the rest of it is known all the same. */
  private async counted(version: ArtifactVersion, call?: Call): Promise<ArtifactVersion> {
    if (version.assets !== undefined && version.bytes !== undefined) {
      return version;
    }
    try {
      const assets = await (await this.environment.reading.open(version, call)).contents.assets(call);
      return { ...version, assets: assets.length, bytes: assets.reduce((sum, { size }) => sum + size, 0) };
    } catch (error) {
      if (isAbort(error)) {
        throw error;
      }
      this.environment.log.warn(`the files of ${formatReference(version)} were not counted: ${String(error)}`);
      return version;
    }
  }
}

/** A run's own files, as if they were a version. */
function filesOfRun({ connection, workspace, artifact, version }: VersionRef, run: RunDetails): ArtifactVersion {
  const { name, kind = 'run', started } = run;
  return {
    connection, workspace, artifact, version, type: kind, aliases: [], isLatest: false, tags: [], metadata: {}, created: started,
    producer: { connection, workspace, run: run.run, name },
  };
}
