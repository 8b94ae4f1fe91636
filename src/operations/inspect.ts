import type { Artifact, ArtifactRef, ArtifactVersion, Asset, RunRef, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { unsupported } from '../model/errors';
import type { Lineage } from '../model/lineage';
import type { Provider } from '../providers/provider';
import { Breath } from './breath';

/** All artifacts of a workspace, or of every workspace. */
export async function listArtifacts(provider: Provider, workspace: string | undefined, call: Call = {}): Promise<readonly Artifact[]> {
  const { connection } = provider;
  if (workspace !== undefined) {
    return all(provider.artifacts({ connection, workspace }, call), call);
  }
  const artifacts: Artifact[] = [];
  for await (const each of provider.workspaces(call)) {
    artifacts.push(...await all(provider.artifacts({ connection, workspace: each.workspace }, call), call));
  }
  return artifacts;
}

/** Newest first. */
export const listVersions = (provider: Provider, artifact: ArtifactRef, call: Call = {}): Promise<readonly ArtifactVersion[]> =>
  all(provider.versions(artifact, call), call);

/** By path. An alias is resolved once, so that all assets are of one version. */
export async function listAssets(provider: Provider, version: VersionRef, call: Call = {}): Promise<readonly Asset[]> {
  return all(provider.assets(await provider.version(version, call), call), call);
}

export async function readLineage(provider: Provider, of: VersionRef | RunRef, call: Call = {}): Promise<Lineage> {
  if (provider.lineage === undefined) {
    throw unsupported(`${provider.connection} keeps no lineage.`);
  }
  return provider.lineage('run' in of ? of : await provider.version(of, call), call);
}

async function all<T>(items: AsyncIterable<T>, call: Call): Promise<T[]> {
  const list: T[] = [];
  const breath = new Breath(call.signal);
  for await (const item of items) {
    list.push(item);
    if (breath.due) {
      await breath.take();
    }
  }
  return list;
}
