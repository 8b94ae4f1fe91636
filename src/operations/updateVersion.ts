import type { ArtifactVersion, Asset, VersionRef } from '../model/artifact';
import type { Call } from '../model/call';
import { invalid } from '../model/errors';
import type { VersionChoice } from '../model/version';
import type { AssetSource, Provider, RemoteAsset, VersionDraft } from '../providers/provider';
import { assetsByPath } from './compareVersions';
import { writeVersion } from './writeVersion';

export interface VersionUpdate extends Pick<VersionDraft, 'aliases' | 'tags' | 'metadata' | 'producer'> {
  /** The version to go on from. */
  readonly base: VersionRef;
  /** `minor` unless the user says otherwise. */
  readonly version?: VersionChoice | undefined;
  /** Added; a path that the base has is replaced. */
  readonly put?: readonly AssetSource[] | undefined;
  readonly link?: readonly RemoteAsset[] | undefined;
  /** Paths of assets, or of folders with all in them, that the new version leaves out. */
  readonly remove?: readonly string[] | undefined;
}

/** Logs the next version out of an earlier one: everything of the base stays, unmoved, but for what is replaced or removed. */
export async function updateVersion(provider: Provider, update: VersionUpdate, call: Call = {}): Promise<ArtifactVersion> {
  const { put = [], link = [], remove = [], version = 'minor' } = update;
  const base = await provider.version(update.base, { signal: call.signal });
  const assets = await assetsByPath(provider, base, { signal: call.signal });
  for (const path of remove) {
    if (!assets.has(path) && !hasFolder(assets, path)) {
      throw invalid(`“${path}” cannot be removed: ${base.artifact} ${base.version} does not have it.`);
    }
  }
  const replaced = new Set([...put, ...link].map((asset) => asset.path));
  const kept = [...assets.values()].filter((asset) => !replaced.has(asset.path) && !remove.some((path) => isAt(path, asset.path)));
  const { aliases, tags, metadata, producer } = update;
  const draft: VersionDraft = {
    connection: base.connection, workspace: base.workspace, artifact: base.artifact, type: base.type, version, aliases, tags, metadata, producer,
  };
  return writeVersion(provider, draft, { put, link, keep: { from: base, assets: kept } }, call);
}

const isAt = (path: string, asset: string): boolean => asset === path || asset.startsWith(`${path}/`);

function hasFolder(assets: ReadonlyMap<string, Asset>, folder: string): boolean {
  for (const path of assets.keys()) {
    if (path.startsWith(`${folder}/`)) {
      return true;
    }
  }
  return false;
}
