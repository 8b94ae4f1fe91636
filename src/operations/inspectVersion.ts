import type { Artifact, ArtifactVersion, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { isAbort } from '../model/errors';
import type { Provider } from '../providers/provider';

/** A version with its artifact, which is left out where it cannot be read: the version is what was asked for. */
export async function inspectVersion(
  provider: Pick<Provider, 'version' | 'artifact'>,
  ref: VersionRef,
  call: Call = {},
): Promise<{ readonly version: ArtifactVersion; readonly artifact: Artifact | undefined }> {
  const artifact = provider.artifact(ref, call).catch((error: unknown) => {
    if (isAbort(error)) {
      throw error;
    }
    return undefined;
  });
  const [version, its] = await Promise.all([provider.version(ref, call), artifact]);
  return { version, artifact: its };
}

/** How many runs used a version; nothing where the back end does not tell. */
export async function countConsumers(
  provider: Pick<Provider, 'lineage' | 'usesUnlisted'>,
  ref: VersionRef,
  call: Call = {},
): Promise<{ readonly runs: number; readonly more: boolean } | undefined> {
  const lineage = provider.usesUnlisted === true ? undefined : await provider.lineage?.(ref, call);
  if (lineage === undefined) {
    return undefined;
  }
  const { focus, edges, cut } = lineage;
  const runs = new Set(edges.filter((edge) => edge.relation === 'consumed' && edge.from === focus).map((edge) => edge.to));
  return { runs: runs.size, more: cut.downstream.includes(focus) };
}
