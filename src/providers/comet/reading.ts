import type { Artifact, ArtifactRef, ArtifactVersion, RunRef, VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import { hasText } from '../../model/hasText';
import { compareNatural } from '../../model/naturalOrder';
import { runOfFiles } from '../../model/runFiles';
import type { ArtifactQuery } from '../provider';
import type { VersionRow } from './calls/answers';
import { findArtifact, findVersion } from './catalog';
import type { Contents } from './contents';
import { completeVersions, type Rows } from './rows';
import type { Runs } from './runs';
import type { CometServer } from './server';

const LOOKS_AT_A_TIME = 8;

export interface ReadingEnvironment {
  readonly server: CometServer;
  readonly rows: Rows;
  readonly contents: Contents;
  readonly runs: Runs;
}

/** Artifacts and their versions, complete ones only: what nobody has logged to the end is not there. */
export class Reading {
  constructor(private readonly environment: ReadingEnvironment) {}

  async artifact(ref: ArtifactRef, call?: Call): Promise<Artifact> {
    const { server, rows } = this.environment;
    return rows.artifact(ref.workspace, await findArtifact(server.calls, ref, call));
  }

  /** Comet's list holds names only: the rest is asked for some rows ahead of whoever reads. */
  async *artifacts({ workspace, search = '' }: ArtifactQuery, call?: Call): AsyncGenerator<Artifact, void, undefined> {
    const { server, rows } = this.environment;
    const names = await unlessMissing(server.calls.artifactNames(workspace, call)) ?? [];
    const fitting = names.filter((name) => hasText(name, search)).sort(compareNatural);
    for (let from = 0; from < fitting.length; from += LOOKS_AT_A_TIME) {
      const some = await Promise.all(fitting.slice(from, from + LOOKS_AT_A_TIME).map((name) => server.calls.artifact(workspace, name, call)));
      yield* some.filter((artifact) => completeVersions(artifact).length > 0).map((artifact) => rows.artifact(workspace, artifact));
    }
  }

  async *versions(ref: ArtifactRef, call?: Call): AsyncGenerator<ArtifactVersion, void, undefined> {
    const { server, rows } = this.environment;
    const artifact = await findArtifact(server.calls, ref, call);
    yield* completeVersions(artifact).map((row) => rows.version(ref.workspace, artifact, row));
  }

  async version(ref: VersionRef, call?: Call): Promise<ArtifactVersion> {
    const run = runOfFiles(ref);
    if (run !== undefined) {
      return await this.filesOf(ref, run, call);
    }
    const { server, rows, contents, runs } = this.environment;
    const { artifact, row } = await findVersion(server.calls, ref, call);
    const version = rows.version(ref.workspace, artifact, row);
    const [details, assets] = await Promise.all([
      server.calls.version({ artifactId: artifact.artifactId, versionId: row.artifactVersionId }, `version ${row.version} of ${artifact.name}`, call),
      contents.assets(version),
    ]);
    const producer = details.experimentKey ?? '';
    const bytes = assets.reduce((sum, { size, link }) => sum + (link === undefined ? size : 0), 0);
    const named = producer === '' ? undefined : await runs.found(rows.runRef(ref.workspace, producer), call).catch(() => undefined);
    return { ...version, assets: assets.length, bytes, producer: producer === '' ? undefined : { ...rows.runRef(ref.workspace, producer), name: named?.name ?? producer } };
  }

  /** Every version that was ever begun, open and failed ones too; none of an artifact that there is not. */
  async everBegun({ workspace, artifact }: ArtifactRef, call?: Call): Promise<readonly VersionRow[]> {
    return (await unlessMissing(this.environment.server.calls.artifact(workspace, artifact, call)))?.versions ?? [];
  }

  private async filesOf(ref: VersionRef, run: RunRef, call?: Call): Promise<ArtifactVersion> {
    const { contents, runs } = this.environment;
    const [{ name, started }, assets] = await Promise.all([runs.found(run, call), contents.assets(ref)]);
    return {
      ...ref, type: 'run', aliases: [], isLatest: false, tags: [], metadata: {}, created: started, assets: assets.length,
      bytes: assets.reduce((sum, { size }) => sum + size, 0), producer: { ...run, name },
    };
  }
}
