import { naming } from './fileErrors';
import type { IncomingBytes, Place } from './incomingBytes';
import type { Taken } from './intake';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import type { NewAssets } from './newAssets';
import type { Work } from './work';

/** Assets whose digests are known before their bytes are read, on their way into a version. */
export class AdoptedAssets {
  /** `folder` is the writer's own in `tmp/`. */
  constructor(
    private readonly folder: string,
    private readonly bytes: IncomingBytes,
    private readonly assets: NewAssets,
  ) {}

  /** `read` verifies what it gives, and is asked only for bytes that the store does not have. */
  take(adopted: readonly StoredAsset[], read: (asset: StoredAsset) => Iterable<Uint8Array>, work: Work): void {
    let bytes = 0;
    for (const [index, asset] of adopted.entries()) {
      const { path: logical, size, sha256 = EMPTY_SHA256, metadata } = asset;
      work.check();
      this.assets.reserve(logical);
      const place: Place = (placed) => this.assets.set(logical, placed, metadata);
      const keep = (): void => this.bytes.keep(this.intake(read(asset)), place);
      if (!this.bytes.reuse({ sha256, size }, place, keep, undefined, work)) {
        keep();
      }
      bytes += size;
      work.report({ bytes, files: index + 1, current: logical });
    }
    this.bytes.confirm(work);
  }

  private intake(chunks: Iterable<Uint8Array>): Taken {
    const intake = this.bytes.intake();
    try {
      for (const chunk of chunks) {
        naming(this.folder, () => intake.write(chunk));
      }
      return intake.end();
    } catch (error) {
      intake.abandon();
      throw error;
    }
  }
}
