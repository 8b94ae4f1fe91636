import fs from 'node:fs';
import * as path from 'node:path';
import { Claims } from './claims';
import { naming } from './fileErrors';
import { flushFiles } from './flushing';
import { Intake, PACKED_SIZE, type Taken } from './intake';
import { KnownDamage } from './knownDamage';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import type { Needs } from './objects';
import { PackedBefore, type Predecessor } from './packedBefore';
import { PackWriter } from './packWriter';
import { publish } from './publish';
import type { Store } from './store';
import { Unsettled } from './unsettled';
import type { Work } from './work';

/** Where the bytes of an asset are, or will be once the version is committed. */
export type Placed = Pick<StoredAsset, 'size' | 'sha256' | 'pack' | 'offset'>;

/** Told where the bytes are; told again when they had to be put elsewhere. */
export type Place = (placed: Placed) => void;

/** Stands for the pack that is being written, as its name is known only when it is complete. */
export const THIS_PACK = 'this';

/** Bytes that the store has already, to be relied on once they are claimed. */
interface Found {
  readonly digest: string;
  /** The object or pack: one of each may have the same digest. */
  readonly file: string;
  /** The same bytes in this writer's folder, in case the others are gone. */
  readonly staged: string | undefined;
  readonly otherwise: () => void;
}

const FOUND_AT_ONCE = 100;

/**
 * The bytes of one version on their way in. All that is written stays in the writer's own folder of `tmp/` until `publish`, so that
 * giving up leaves nothing, and nobody relies on bytes that are not flushed.
 */
export class IncomingBytes {
  /** Whether what comes next is likely to be new, as what came last was: where files were only touched, the disk need not begin with them. */
  comesNew = true;
  private readonly claims: Claims;
  private readonly damage: KnownDamage;
  private readonly unsettled: Unsettled;
  /** Objects to publish, by digest. */
  private readonly staged = new Map<string, string>();
  private readonly pack: PackWriter;
  private readonly found: Found[] = [];
  private stagedFiles = 0;
  private packName: string | undefined;
  private before: PackedBefore | undefined;

  constructor(
    private readonly store: Store,
    private readonly folder: string,
    private readonly artifact: Predecessor,
  ) {
    this.claims = new Claims(store.layout, folder);
    this.damage = new KnownDamage(store.layout);
    this.unsettled = new Unsettled(folder);
    this.pack = new PackWriter(path.join(folder, 'pack'));
  }

  /** For bytes that come in pieces; they go to `accept` when they are complete. */
  intake(): Intake {
    return new Intake(this.newFile());
  }

  /** A name in the writer's folder, for bytes that are many. */
  newFile(): string {
    return path.join(this.folder, `object-${this.stagedFiles++}`);
  }

  accept(taken: Taken, place: Place, work: Work): void {
    const staged = taken.kind === 'large' ? taken.staged : undefined;
    if (staged !== undefined && this.staged.has(taken.sha256)) {
      fs.rmSync(staged);
      place({ size: taken.size, sha256: taken.sha256 });
    } else if (!this.reuse(taken, place, () => this.keep(taken, place), staged, work)) {
      this.keep(taken, place);
    }
  }

  /** Uses bytes that are here already; false when they are not. `otherwise` is called when they turn out to be gone. */
  reuse({ sha256, size }: Pick<Taken, 'sha256' | 'size'>, place: Place, otherwise: () => void, staged: string | undefined, work: Work): boolean {
    if (size === 0) {
      place({ size, sha256: EMPTY_SHA256 });
      return true;
    }
    if (size > PACKED_SIZE) {
      const here = this.staged.has(sha256);
      const file = this.store.layout.object(sha256);
      if (!here && this.damage.sizeOfSound(file) !== size) {
        return false;
      }
      place({ size, sha256 });
      if (!here) {
        this.find({ digest: sha256, file, staged, otherwise }, work);
      }
      return true;
    }
    this.before ??= new PackedBefore(this.store, this.artifact, this.damage);
    const packed = this.before.get(sha256);
    if (packed?.pack === undefined || packed.offset === undefined) {
      return false;
    }
    place({ size, sha256, pack: packed.pack, offset: packed.offset });
    this.find({ digest: packed.pack, file: this.store.layout.pack(packed.pack), staged, otherwise }, work);
    return true;
  }

  /** Stores bytes, whether the store has them or not. */
  keep(taken: Taken, place: Place): void {
    const { sha256, size } = taken;
    this.comesNew = true;
    if (taken.kind === 'large') {
      this.staged.set(sha256, taken.staged);
      place({ size, sha256 });
    } else {
      const offset = naming(this.folder, () => this.pack.add(sha256, taken.bytes));
      place({ size, sha256, pack: THIS_PACK, offset });
    }
  }

  /** Claims what was found in the store; what is gone by then is stored after all. */
  confirm(work: Work): void {
    const found = this.found.splice(0);
    this.claims.add(found.map(({ digest }) => digest), work);
    const here = new Set([...new Set(found.map(({ file }) => file))].filter((file) => this.unsettled.look(file)));
    for (const { file, staged, otherwise } of found) {
      if (!here.has(file)) {
        otherwise();
      } else if (staged !== undefined) {
        fs.rmSync(staged, { force: true });
      }
    }
  }

  /** Relies on bytes of the store from now on; returns a file that is missing, if one is. */
  rely({ objects, packs }: Needs, work: Work): string | undefined {
    const { layout } = this.store;
    this.claims.add([...objects, ...packs], work);
    return [...Array.from(objects, (digest) => layout.object(digest)), ...Array.from(packs, (digest) => layout.pack(digest))]
      .find((file) => !fs.existsSync(file));
  }

  /** Bytes of small files that are in memory. */
  get waiting(): number {
    return this.pack.waiting;
  }

  /** Completes the pack; its name, if there is one. */
  finishPack(): string | undefined {
    if (!this.pack.isEmpty) {
      this.packName ??= naming(this.folder, () => this.pack.end());
    }
    return this.packName;
  }

  /** Flushed first, then claimed, then under their final names: from then on others may share them. */
  publish({ objects, packs }: Needs, work: Work): void {
    const { layout } = this.store;
    const files = new Map([...this.staged].filter(([digest]) => objects.has(digest)).map(([digest, staged]) => [staged, layout.object(digest)]));
    if (this.packName !== undefined && packs.has(this.packName)) {
      files.set(this.pack.file, layout.pack(this.packName));
    }
    naming(this.folder, () => flushFiles(files.keys()));
    this.claims.add([...objects, ...packs], work);
    naming(layout.root, () => {
      for (const [staged, file] of files) {
        work.check();
        publish(staged, file, this.unsettled, this.damage.isIn(file, fs.statSync(staged).size));
      }
      this.unsettled.flush();
      this.damage.forget(files.values());
    });
  }

  /** Makes use of what came for the version before, where that is damaged; `assets` are those of the version that is there now. */
  mend(assets: readonly StoredAsset[]): void {
    this.before?.mend(assets);
  }

  abandon(): void {
    this.pack.abandon();
  }

  private find(found: Found, work: Work): void {
    this.found.push(found);
    this.comesNew = false;
    // Small files wait in memory until it is certain that they are not needed.
    if (this.found.length >= FOUND_AT_ONCE) {
      this.confirm(work);
    }
  }
}
