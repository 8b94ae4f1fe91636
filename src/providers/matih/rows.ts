import type { Artifact, ArtifactVersion, Experiment, Run, RunDetails, VersionRef } from '../../model/artifact';
import { compareNatural } from '../../model/naturalOrder';
import type { ExperimentRow, RunRow } from './calls/answers';
import { countOf, foreignTags, metadataOf, TAG, textsOf } from './tags';
import type { KnownArtifact, KnownVersion } from './versions';

/** What MATIH says, in the words of the model. Its tenant is the workspace. */
export class Rows {
  constructor(private readonly connection: string, private readonly workspace: string) {}

  artifact({ name, type, versions }: KnownArtifact): Artifact {
    const { connection, workspace } = this;
    return { connection, workspace, artifact: name, type, tags: [], latest: versions[0]?.number, versions: versions.length };
  }

  version({ name, type, versions }: KnownArtifact, { number, aliases, tags, started }: KnownVersion): ArtifactVersion {
    const { connection, workspace } = this;
    const producer = tags[TAG.producer];
    return {
      connection, workspace, artifact: name, version: number, type, aliases, isLatest: versions[0]?.number === number,
      tags: textsOf(tags[TAG.tags]),
      metadata: metadataOf(tags),
      assets: countOf(tags[TAG.assets]),
      bytes: countOf(tags[TAG.bytes]),
      created: countOf(tags[TAG.created]) ?? started,
      producer: producer === undefined ? undefined : { connection, workspace, run: producer, name: tags[TAG.producerName] ?? producer },
    };
  }

  /** A run's own files, as if they were a version. */
  filesOfRun({ artifact, version }: VersionRef, { id, name, started }: RunRow, files: Pick<ArtifactVersion, 'assets' | 'bytes'>): ArtifactVersion {
    const { connection, workspace } = this;
    return {
      connection, workspace, artifact, version, type: 'run', aliases: [], isLatest: false, tags: [], metadata: {}, created: started, ...files,
      producer: { connection, workspace, run: id, name },
    };
  }

  run({ id: run, name, status, tags, started, ended, experiment }: RunRow): Run {
    const { connection, workspace } = this;
    return { connection, workspace, run, kind: 'run', name, status, started: countOf(tags?.[TAG.created]) ?? started, ended: status === 'running' ? undefined : ended, experiment };
  }

  runDetails(row: RunRow, location: string): RunDetails {
    const run = this.run(row);
    return {
      ...run, user: row.user, description: row.description, location,
      metrics: inOrder(row.metrics).map(([name, value]) => ({ name, value: Number(value), step: 0, at: run.ended ?? run.started })).filter(({ value }) => !Number.isNaN(value)),
      parameters: Object.fromEntries(inOrder(row.parameters)),
      tags: Object.fromEntries(inOrder(foreignTags(row.tags ?? {}))),
    };
  }

  experiment({ id: experiment, name }: ExperimentRow, location: string): Experiment {
    const { connection, workspace } = this;
    return { connection, workspace, experiment, name, location };
  }
}

const inOrder = (texts: Readonly<Record<string, string>>): readonly (readonly [string, string])[] => Object.entries(texts).sort(([a], [b]) => compareNatural(a, b));
