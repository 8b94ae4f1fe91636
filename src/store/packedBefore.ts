import type { KnownDamage } from './knownDamage';
import type { ArtifactName } from './layout';
import type { StoredAsset } from './manifest';
import { mend } from './mending';
import { needsOf, readAsset } from './objects';
import type { Store } from './store';
import { UNWATCHED } from './work';

/** Small files of the artifact's latest version: most versions share them with the next. */
export class PackedBefore {
  private readonly shared = new Map<string, StoredAsset>();
  /** Where something is known against their packs. */
  private readonly doubtful: StoredAsset[] = [];

  constructor(
    private readonly store: Store,
    artifact: ArtifactName,
    damage: KnownDamage,
  ) {
    const assets = latestAssets(store, artifact);
    const packs = new Map(Array.from(needsOf(assets).packs, (pack) => [pack, damage.sizeOfSound(store.layout.pack(pack))]));
    for (const asset of assets) {
      const { sha256, pack, offset = 0, size } = asset;
      if (sha256 === undefined || pack === undefined) {
        continue;
      }
      if (offset + size <= (packs.get(pack) ?? 0)) {
        this.shared.set(sha256, asset);
      } else {
        this.doubtful.push(asset);
      }
    }
  }

  get(sha256: string): StoredAsset | undefined {
    return this.shared.get(sha256);
  }

  /** Puts what came again, as `assets` of a version that is there, in the place of what was damaged. That it cannot costs the new version nothing. */
  mend(assets: readonly StoredAsset[]): void {
    if (this.doubtful.length === 0) {
      return;
    }
    const fresh = new Map(assets.flatMap((asset) => (asset.sha256 === undefined || asset.pack === undefined ? [] : [[asset.sha256, asset]])));
    const pairs = this.doubtful.flatMap((here) => {
      const there = fresh.get(here.sha256 ?? '');
      return there === undefined || there.pack === here.pack ? [] : [{ here, there }];
    });
    try {
      mend(this.store, pairs, (there) => readAsset(this.store.layout, there, 0, there.path, UNWATCHED), UNWATCHED);
    } catch {
      // A full disk, perhaps. The next log tries again.
    }
  }
}

function latestAssets({ catalog, manifests }: Store, artifact: ArtifactName): readonly StoredAsset[] {
  try {
    const latest = catalog.findArtifact(artifact)?.latest;
    return latest === undefined ? [] : manifests.tree(catalog.resolve({ ...artifact, version: latest })).assets;
  } catch {
    // Deleted just now, or damaged: then nothing is shared with it.
    return [];
  }
}
