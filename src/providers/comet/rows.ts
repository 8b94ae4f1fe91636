import type { Artifact, ArtifactVersion, Asset, Experiment, Run, RunRef, VersionRef } from '../../model/artifact';
import { isLatestAlias } from '../../model/artifact';
import { assetType } from '../../model/assetType';
import type { JsonObject } from '../../model/json';
import { isVersionNumber, newestFirst } from '../../model/version';
import type { ArtifactAnswer, AssetRow, ExperimentInfo, VersionRow } from './calls/answers';

/** Comet's state of a version that everybody may see; old ones have none. */
export const isComplete = ({ state }: { readonly state?: string | null | undefined }): boolean => state === undefined || state === null || state === 'CLOSED';

export const isOpen = ({ state }: { readonly state?: string | null | undefined }): boolean => state === 'OPEN';

/** Complete versions with a number, the highest first. */
export function completeVersions({ versions }: ArtifactAnswer): readonly VersionRow[] {
  const rows = new Map(versions.filter((row) => isComplete(row) && isVersionNumber(row.version)).map((row) => [row.version, row]));
  return newestFirst([...rows.keys()]).flatMap((number) => rows.get(number) ?? []);
}

/** Where Comet's client notes the size of what a link leads to. */
export const LINK_SIZE = 'file_size';

/** Where we note the digest of an asset, beside what people note themselves. */
export const DIGEST = 'mlartifacts_sha256';

/** What Comet says, in the words of the model. */
export class Rows {
  constructor(readonly connection: string) {}

  artifact(workspace: string, answer: ArtifactAnswer): Artifact {
    const { name, type, description, tags } = answer;
    return {
      connection: this.connection, workspace, artifact: name, type: type ?? 'data', description: description ?? undefined, tags,
      latest: completeVersions(answer)[0]?.version,
    };
  }

  version(workspace: string, answer: ArtifactAnswer, row: VersionRow): ArtifactVersion {
    return {
      connection: this.connection,
      workspace,
      artifact: answer.name,
      version: row.version,
      type: answer.type ?? 'data',
      aliases: row.alias.filter((alias) => !isLatestAlias(alias)).sort(),
      isLatest: completeVersions(answer)[0]?.version === row.version,
      tags: [...row.tags].sort(),
      metadata: objectOf(row.metadata) ?? {},
      bytes: row.sizeInBytes,
      created: row.added,
    };
  }

  asset({ connection, workspace, artifact, version }: VersionRef, row: AssetRow): Asset {
    const { [DIGEST]: digest, [LINK_SIZE]: linked, ...rest } = objectOf(row.metadata) ?? {};
    const isRemote = row.remote ?? (row.link !== undefined && row.link !== null);
    const metadata = linked === undefined || isRemote ? rest : { ...rest, [LINK_SIZE]: linked };
    return {
      connection, workspace, artifact, version,
      kind: 'asset',
      path: row.fileName,
      size: isRemote && row.fileSize === 0 && typeof linked === 'number' && linked >= 0 ? linked : row.fileSize,
      type: assetType(row.fileName),
      sha256: !isRemote && typeof digest === 'string' && /^[0-9a-f]{64}$/u.test(digest) ? digest : undefined,
      metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
      link: isRemote ? row.link ?? '' : undefined,
    };
  }

  run(workspace: string, info: ExperimentInfo): Run {
    const { experimentKey: run, experimentName, running, hasCrashed, startTimeMillis: started, endTimeMillis: ended, projectName } = info;
    return {
      connection: this.connection, workspace, run, kind: 'run',
      name: experimentName === undefined || experimentName === null || experimentName === '' ? run : experimentName,
      status: running === true ? 'running' : hasCrashed === true ? 'failed' : 'finished',
      started, ended: running === true || ended === 0 ? undefined : ended, experiment: projectName ?? undefined,
    };
  }

  runRef(workspace: string, run: string): RunRef {
    return { connection: this.connection, workspace, run };
  }

  project(workspace: string, name: string): Experiment {
    return { connection: this.connection, workspace, experiment: name, name };
  }
}

/** Comet's metadata is JSON text, now and then the object itself; anything else counts as none. */
export function objectOf(value: unknown): JsonObject | undefined {
  const parsed = typeof value === 'string' ? jsonOf(value) : value;
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as JsonObject) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
