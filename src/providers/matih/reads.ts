import type { Artifact, ArtifactRef, ArtifactVersion, Asset, AssetRef, Entry, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { hasText } from '../../model/hasText';
import { compareNatural } from '../../model/naturalOrder';
import { runOfFiles } from '../../model/runFiles';
import { nextVersion } from '../../model/version';
import { assetOf, entryOf } from '../contents';
import type { ArtifactQuery } from '../provider';
import type { MatihCalls } from './calls/matihCalls';
import type { Catalog } from './catalog';
import type { Reading } from './reading';
import type { Rows } from './rows';
import { artifactsOf, isComplete } from './versions';

export interface ReadsEnvironment {
  readonly calls: MatihCalls;
  readonly catalog: Catalog;
  readonly rows: Rows;
  readonly reading: Reading;
}

/** Artifacts, their versions and what is in them. */
export class Reads {
  constructor(private readonly environment: ReadsEnvironment) {}

  async *artifacts({ search = '', ...workspace }: ArtifactQuery, call?: Call): AsyncGenerator<Artifact, void, undefined> {
    const { catalog, rows } = this.environment;
    const fitting = artifactsOf(await catalog.runs(workspace, call)).filter(({ name }) => hasText(name, search));
    yield* fitting.sort((a, b) => compareNatural(a.name, b.name)).map((artifact) => rows.artifact(artifact));
  }

  async artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    const { catalog, rows } = this.environment;
    return rows.artifact(await catalog.artifact(ref, call));
  }

  async *versions(ref: ArtifactRef, call?: Call): AsyncGenerator<ArtifactVersion, void, undefined> {
    const { catalog, rows } = this.environment;
    const artifact = await catalog.artifact(ref, call);
    yield* artifact.versions.map((version) => rows.version(artifact, version));
  }

  async version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    const { calls, catalog, rows, reading } = this.environment;
    const run = runOfFiles(ref);
    if (run !== undefined) {
      const [row, { contents }] = await Promise.all([calls.run(run.run, call), reading.open(ref)]);
      const assets = await contents.assets();
      return rows.filesOfRun(ref, row, { assets: assets.length, bytes: assets.reduce((sum, { size }) => sum + size, 0) });
    }
    const { artifact, version } = await catalog.version(ref, call);
    return rows.version(artifact, version);
  }

  async nextVersions(ref: ArtifactRef, call?: Call): Promise<Readonly<Record<'major' | 'minor' | 'patch', string>>> {
    const numbers = (await this.environment.catalog.runsOf(ref, call)).filter(isComplete).flatMap(({ number }) => number ?? []);
    return { major: nextVersion('major', numbers), minor: nextVersion('minor', numbers), patch: nextVersion('patch', numbers) };
  }

  async *entries(folder: AssetRef): AsyncGenerator<Entry, void, undefined> {
    const { exact, contents } = await this.environment.reading.open(folder);
    for (const row of await contents.entries(folder.path)) {
      yield entryOf(exact, row);
    }
  }

  async entry(ref: AssetRef): Promise<Entry> {
    const { exact, contents } = await this.environment.reading.open(ref);
    return entryOf(exact, await contents.entry(ref.path));
  }

  async *assets(version: VersionRef): AsyncGenerator<Asset, void, undefined> {
    const { exact, contents } = await this.environment.reading.open(version);
    for (const row of await contents.assets()) {
      yield assetOf(exact, row);
    }
  }

  async *read(asset: AssetRef, start: number, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const { contents } = await this.environment.reading.open(asset);
    yield* contents.read(asset.path, start, call);
  }
}
