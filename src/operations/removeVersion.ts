import type { ArtifactVersion, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { unsupported } from '../model/errors';
import type { Provider, Removal } from '../providers/provider';

export interface Removable {
  readonly version: ArtifactVersion;
  /** Absent where the back end cannot tell beforehand. */
  readonly removal?: Removal | undefined;
}

/** What deleting the version would take away. An alias is resolved first: what is shown is what goes. */
export async function planRemoval(provider: Provider, ref: VersionRef, call: Call = {}): Promise<Removable> {
  if (provider.remove === undefined) {
    throw unsupported(`Versions cannot be deleted on ${provider.connection}.`);
  }
  const version = await provider.version(ref, call);
  return { version, removal: await provider.removal?.(version, call) };
}

export async function removeVersion(provider: Provider, version: ArtifactVersion, call: Call = {}): Promise<Removal> {
  if (provider.remove === undefined) {
    throw unsupported(`Versions cannot be deleted on ${provider.connection}.`);
  }
  return provider.remove(version, call);
}
