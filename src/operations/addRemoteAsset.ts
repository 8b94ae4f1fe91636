import type { ArtifactVersion } from '../model/artifact';
import type { Call } from '../model/call';
import { safePath } from '../model/safePath';
import type { Provider, RemoteAsset, VersionDraft } from '../providers/provider';
import { findVersion } from './findVersion';
import { updateVersion } from './updateVersion';
import { writeVersion } from './writeVersion';

/** Records links in a new version of the artifact, beside everything that its highest version, or the one named, has. */
export async function addRemoteAssets(
  provider: Provider,
  draft: VersionDraft,
  assets: readonly RemoteAsset[],
  base: string | undefined,
  call: Call = {},
): Promise<ArtifactVersion> {
  assets.forEach(({ path }) => safePath(path));
  const before = await findVersion(provider, draft, base, call);
  if (before === undefined) {
    return writeVersion(provider, draft, { put: [], link: assets }, call);
  }
  return updateVersion(provider, { ...draft, base: before, link: assets }, call);
}

/** Where a link is filed when nobody says: the last segment of its path. */
export function remotePath(link: string): string {
  const path = link.replace(/[?#].*$/su, '').replace(/^[a-z][a-z0-9+.-]*:(?:\/\/[^/]*)?/iu, '');
  const segment = path.split(/[/\\]/u).findLast((each) => each !== '') ?? '';
  const name = decoded(segment).replace(/[\p{Cc}/\\]/gu, '').trim();
  return name === '' || name === '.' || name === '..' ? 'remote' : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
