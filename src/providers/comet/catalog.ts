import type { ArtifactRef, VersionRef } from '../../model/artifact';
import { isLatestAlias } from '../../model/artifact';
import type { Call } from '../../model/call';
import { notFound } from '../../model/errors';
import { formatReference } from '../../model/reference';
import type { ArtifactAnswer, VersionRow } from './calls/answers';
import type { CometCalls } from './calls/cometCalls';
import { completeVersions } from './rows';

export interface FoundVersion {
  readonly artifact: ArtifactAnswer;
  readonly row: VersionRow;
}

/** An artifact; one without a complete version is one that nobody has logged to the end. */
export async function findArtifact(calls: CometCalls, ref: ArtifactRef, call?: Call): Promise<ArtifactAnswer> {
  const artifact = await calls.artifact(ref.workspace, ref.artifact, call);
  if (completeVersions(artifact).length === 0) {
    throw notFound(`artifact ${ref.workspace}/${ref.artifact}`);
  }
  return artifact;
}

/** An exact number, an alias, or the latest. */
export async function findVersion(calls: CometCalls, ref: VersionRef, call?: Call): Promise<FoundVersion> {
  const artifact = await findArtifact(calls, ref, call);
  const versions = completeVersions(artifact);
  const row = isLatestAlias(ref.version) ? versions[0] : versions.find(({ version, alias }) => version === ref.version || alias.includes(ref.version));
  if (row === undefined) {
    throw notFound(`version ${formatReference(ref)}`);
  }
  return { artifact, row };
}
