import type { Artifact, ArtifactRef, ArtifactVersion } from '../model/artifact';
import { LATEST } from '../model/artifact';
import type { Call } from '../model/call';
import { isArtifactError } from '../model/errors';
import type { Provider } from '../providers/provider';

/** A version of an artifact, the highest unless another is named; nothing where there is none. */
export const findVersion = (provider: Provider, { connection, workspace, artifact }: ArtifactRef, version: string = LATEST, call: Call = {}): Promise<ArtifactVersion | undefined> =>
  found(provider.version({ connection, workspace, artifact, version }, call));

/** An artifact by its name; nothing where there is none. */
export const findArtifact = (provider: Provider, ref: ArtifactRef, call: Call = {}): Promise<Artifact | undefined> => found(provider.artifact(ref, call));

async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isArtifactError(error, 'notFound')) {
      return undefined;
    }
    throw error;
  }
}
