import type { ArtifactRef, ArtifactVersion, Asset } from '../model/artifact';
import type { Call } from '../model/call';
import { compareVersions as byNumber } from '../model/version';
import type { VersionChange } from '../model/versionChange';
import type { Provider } from '../providers/provider';
import { Breath } from './breath';
import { assetsByPath, sameContent } from './compareVersions';

type Contents = ReadonlyMap<string, Asset>;

/** The versions of an artifact, and what each changed against the one before, worked out when asked for and kept. */
export class VersionHistory {
  /** By both numbers, because deleting a version gives the one after it another neighbour. Versions themselves never change. */
  private readonly changes = new Map<string, VersionChange>();
  /** Walking down the list, the older side of one comparison is the newer side of the next. */
  private last: { readonly version: string; readonly contents: Contents } | undefined;

  constructor(
    private readonly provider: Pick<Provider, 'versions' | 'assets'>,
    private readonly artifact: ArtifactRef,
  ) {}

  /** Newest first, read anew. */
  async versions(call: Call = {}): Promise<readonly ArtifactVersion[]> {
    const versions: ArtifactVersion[] = [];
    const breath = new Breath(call.signal);
    for await (const version of this.provider.versions(this.artifact, call)) {
      versions.push(version);
      if (breath.due) {
        await breath.take();
      }
    }
    return versions.sort((a, b) => byNumber(b.version, a.version));
  }

  /** What is known already about `version` after `before`. */
  known(version: ArtifactVersion, before: ArtifactVersion | undefined): VersionChange | undefined {
    return before === undefined ? fromNothing(version) ?? this.changes.get(version.version) : this.changes.get(pair(version, before));
  }

  async change(version: ArtifactVersion, before: ArtifactVersion | undefined, call: Call = {}): Promise<VersionChange> {
    const known = this.known(version, before);
    if (known !== undefined) {
      return known;
    }
    const after = await this.contents(version, call);
    const old = before === undefined ? new Map<string, Asset>() : await this.contents(before, call);
    const change = await difference(old, after, call);
    this.changes.set(before === undefined ? version.version : pair(version, before), change);
    return change;
  }

  private async contents(version: ArtifactVersion, call: Call): Promise<Contents> {
    const contents = this.last?.version === version.version ? this.last.contents : await assetsByPath(this.provider, version, call);
    this.last = { version: version.version, contents };
    return contents;
  }
}

async function difference(before: Contents, after: Contents, call: Call): Promise<VersionChange> {
  const breath = new Breath(call.signal);
  let added = 0;
  let changed = 0;
  let bytes = 0;
  for (const asset of after.values()) {
    const was = before.get(asset.path);
    if (was === undefined) {
      added++;
      bytes += keptBytes(asset);
    } else if (!sameContent(was, asset)) {
      changed++;
      bytes += keptBytes(asset);
    }
    if (breath.due) {
      await breath.take();
    }
  }
  return { added, removed: before.size - (after.size - added), changed, bytes };
}

/** The bytes of a remote asset stay elsewhere. */
const keptBytes = (asset: Asset): number => (asset.link === undefined ? asset.size : 0);

/** Where the version tells what it holds, nothing needs to be listed. */
const fromNothing = ({ assets, bytes }: ArtifactVersion): VersionChange | undefined =>
  (assets === undefined || bytes === undefined ? undefined : { added: assets, removed: 0, changed: 0, bytes });

const pair = (version: ArtifactVersion, before: ArtifactVersion): string => `${before.version} ${version.version}`;
