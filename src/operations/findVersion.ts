import type { Artifact, ArtifactRef, ArtifactVersion } from '../model/artifact';
import { LATEST } from '../model/artifact';
import type { Call } from '../model/call';
import { unlessMissing } from '../model/errors';
import type { Provider } from '../providers/provider';

/** A version of an artifact, the highest unless another is named; nothing where there is none. */
export const findVersion = (provider: Provider, { connection, workspace, artifact }: ArtifactRef, version: string = LATEST, call: Call = {}): Promise<ArtifactVersion | undefined> =>
  unlessMissing(provider.version({ connection, workspace, artifact, version }, call));

/** An artifact by its name; nothing where there is none. */
export const findArtifact = (provider: Provider, ref: ArtifactRef, call: Call = {}): Promise<Artifact | undefined> => unlessMissing(provider.artifact(ref, call));
