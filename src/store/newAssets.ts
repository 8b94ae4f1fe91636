import { alreadyExists, invalid } from '../model/errors';
import type { JsonObject } from '../model/json';
import { safePath } from '../model/safePath';
import { artifactText } from './catalog';
import { checkedMetadata } from '../model/draftRules';
import { type Placed, THIS_PACK } from './incomingBytes';
import type { ArtifactName } from './layout';
import { byPath, fileThatIsFolder, type StoredAsset } from './manifest';

/** The assets of a version being written: a path first, and then what is at it. */
export class NewAssets {
  /** By logical path; nothing yet where the bytes are still to come. */
  private readonly assets = new Map<string, StoredAsset | undefined>();

  constructor(private readonly artifact: ArtifactName) {}

  /** Throws `unsafePath`, or `alreadyExists` when the version has the path. */
  reserve(logical: string): void {
    safePath(logical);
    if (this.assets.has(logical)) {
      throw alreadyExists(`${logical} in the new version of ${artifactText(this.artifact)}`);
    }
    this.assets.set(logical, undefined);
  }

  /** Gives a path free again. */
  drop(logical: string): void {
    this.assets.delete(logical);
  }

  set(logical: string, placed: Placed | { readonly size: number; readonly link: string }, metadata: JsonObject | undefined): void {
    this.assets.set(logical, { path: logical, ...placed, ...(metadata === undefined ? undefined : { metadata: checkedMetadata(metadata) }) });
  }

  /** Takes an asset over as another version has it. */
  adopt(asset: StoredAsset): void {
    this.reserve(asset.path);
    this.assets.set(asset.path, asset);
  }

  /** All of them in path order; `pack` is the name of the pack that was written. */
  complete(pack: string | undefined): StoredAsset[] {
    const assets = Array.from(this.assets, ([logical, asset]) => {
      if (asset === undefined) {
        throw invalid(`“${logical}” is still being written.`);
      }
      return pack !== undefined && asset.pack === THIS_PACK ? { ...asset, pack } : asset;
    }).sort(byPath);
    const clash = fileThatIsFolder(assets);
    if (clash !== undefined) {
      throw invalid(`“${clash}” cannot be a file and a folder at once.`);
    }
    return assets;
  }
}
