import type { NewVersion } from './draft';
import type { KnownDamage } from './knownDamage';
import type { StoredAsset } from './manifest';
import { mend } from './mending';
import { needsOf, readAsset } from './objects';
import type { Store } from './store';
import { UNWATCHED } from './work';

/** An artifact, and which of its versions is meant where that is not the latest. */
export type Predecessor = Pick<NewVersion, 'workspace' | 'artifact' | 'after'>;

/** Small files of the artifact's latest version: most versions share them with the next. */
export class PackedBefore {
  private readonly shared = new Map<string, StoredAsset>();
  /** Where something is known against their packs. */
  private readonly doubtful: StoredAsset[] = [];

  constructor(
    private readonly store: Store,
    artifact: Predecessor,
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

function latestAssets({ catalog, manifests }: Store, { workspace, artifact, after }: Predecessor): readonly StoredAsset[] {
  try {
    const version = after ?? catalog.findArtifact({ workspace, artifact })?.latest;
    return version === undefined ? [] : manifests.tree(catalog.resolve({ workspace, artifact, version })).assets;
  } catch {
    // Deleted just now, or damaged: then nothing is shared with it.
    return [];
  }
}
