import type { VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { checkLabels } from '../../model/draftRules';
import { isArtifactError } from '../../model/errors';
import type { LabelChange } from '../provider';
import type { VersionRow } from './calls/answers';
import type { CometCalls } from './calls/cometCalls';
import { findVersion } from './catalog';
import { completeVersions } from './rows';

interface ArtifactName {
  readonly workspace: string;
  readonly artifact: string;
}

/** Answers the number of the version. */
export async function setLabels(calls: CometCalls, ref: VersionRef, { aliases, tags, metadata }: LabelChange, call?: Call): Promise<string> {
  checkLabels({ aliases, tags, metadata });
  const { artifact, row } = await findVersion(calls, ref, call);
  if (tags !== undefined || metadata !== undefined) {
    await calls.setLabels({
      artifactVersionId: row.artifactVersionId,
      versionTags: tags === undefined ? undefined : [...new Set(tags)].sort(),
      versionMetadata: metadata === undefined ? undefined : JSON.stringify(metadata),
    }, `labels of ${artifact.name} ${row.version}`, call);
  }
  if (aliases !== undefined) {
    await replaceAliases(calls, { workspace: ref.workspace, artifact: artifact.name }, row.version, [...new Set(aliases)]);
  }
  return row.version;
}

/**
 * Sets aliases of a version beside those that it has. Whether Comet takes an alias away from another version is written nowhere: it is
 * looked afterwards, and taken away where it still stands.
 */
export async function moveAliases(calls: CometCalls, { workspace, artifact }: ArtifactName, version: string, aliases: readonly string[]): Promise<void> {
  const before = completeVersions(await calls.artifact(workspace, artifact)).find((row) => row.version === version);
  if (before !== undefined) {
    await replaceAliases(calls, { workspace, artifact }, version, [...new Set([...before.alias, ...aliases])]);
  }
}

/** Leaves exactly these aliases on a version, and none of them on another. */
export async function replaceAliases(calls: CometCalls, { workspace, artifact }: ArtifactName, version: string, aliases: readonly string[]): Promise<void> {
  const what = `aliases of ${workspace}/${artifact}:${version}`;
  const rows = completeVersions(await calls.artifact(workspace, artifact));
  const own = rows.find((row) => row.version === version);
  if (own === undefined) {
    return;
  }
  const set = (): Promise<void> => calls.setLabels({ artifactVersionId: own.artifactVersionId, alias: aliases }, what);
  try {
    await set();
  } catch (error) {
    // A server may refuse what stands on another version.
    if (!isArtifactError(error, 'alreadyExists') && !isArtifactError(error, 'invalid')) {
      throw error;
    }
    await takeFromOthers(calls, rows, own, aliases, what);
    await set();
    return;
  }
  await takeFromOthers(calls, completeVersions(await calls.artifact(workspace, artifact)), own, aliases, what);
}

async function takeFromOthers(calls: CometCalls, rows: readonly VersionRow[], own: VersionRow, aliases: readonly string[], what: string): Promise<void> {
  for (const { artifactVersionId, alias } of rows.filter((row) => row.artifactVersionId !== own.artifactVersionId)) {
    const left = alias.filter((each) => !aliases.includes(each));
    if (left.length < alias.length) {
      await calls.setLabels({ artifactVersionId, alias: left }, what);
    }
  }
}
