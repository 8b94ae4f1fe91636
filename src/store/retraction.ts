import fs from 'node:fs';
import { allClaims, freeingLock } from './claims';
import type { Needs } from './objects';
import { Spare } from './spare';
import type { Store } from './store';
import { removeStored, Unneeded } from './unneeded';
import { UNWATCHED } from './work';

/** What a version that is not committed yet has brought into the store, so that failing gives the room back. */
export class Retraction {
  private brought: Needs | undefined;

  constructor(private readonly store: Store) {}

  /** To be called before bytes get their final names. */
  prepare({ objects, packs }: Needs): void {
    const { layout } = this.store;
    this.brought = {
      objects: new Set([...objects].filter((digest) => !fs.existsSync(layout.object(digest)))),
      packs: new Set([...packs].filter((digest) => !fs.existsSync(layout.pack(digest)))),
    };
  }

  /** The version is there. */
  forget(): void {
    this.brought = undefined;
  }

  /**
   * Takes back what nobody relies on by now: who shares it has claimed it, or mentions it in a manifest. The writer's own folder, with
   * its claims, is gone before.
   */
  perform(): void {
    const { brought } = this;
    this.forget();
    if (brought === undefined || brought.objects.size + brought.packs.size === 0) {
      return;
    }
    try {
      this.free(brought);
    } catch {
      // Then it is left to a clean-up.
    }
  }

  private free(brought: Needs): void {
    const { layout } = this.store;
    const unneeded = new Unneeded(this.store, brought);
    // All versions there are, while nobody has to wait.
    unneeded.look(UNWATCHED);
    const spare = new Spare(layout);
    const freeing = spare.run(() => freeingLock(layout).acquire(UNWATCHED));
    try {
      // Claims first, as in a removal.
      unneeded.spare(allClaims(layout));
      unneeded.look(freeing.keeping(UNWATCHED));
      spare.run(() => unneeded.settle());
      for (const file of unneeded.candidates()) {
        spare.run(() => removeStored(file, freeing));
      }
    } finally {
      freeing.release();
      spare.keep();
    }
  }
}
