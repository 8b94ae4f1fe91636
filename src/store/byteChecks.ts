import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { isMissing } from './fileErrors';
import type { Layout } from './layout';
import type { StoredAsset } from './manifest';
import { CHUNK, placeOf } from './objects';
import { storedFiles } from './storedFiles';
import { Cancelled, type Work } from './work';

export interface Bytes {
  readonly files: number;
  readonly bytes: number;
  /** By object or pack: the file, as one of each may have the same digest. */
  readonly wrong: ReadonlyMap<string, 'damaged' | 'missing'>;
  readonly isWrong: (asset: StoredAsset) => boolean;
}

type Slice = Pick<StoredAsset, 'size' | 'sha256'>;

/** Reads all objects and packs against their digests, and against what manifests say is in them. */
export class ByteChecks {
  /** What is to be in each pack, by offset, and nothing for an object; by file. */
  private readonly expected = new Map<string, Map<number, Slice>>();
  private readonly buffer = Buffer.allocUnsafe(CHUNK);

  constructor(private readonly layout: Layout) {}

  expect(asset: StoredAsset): void {
    const place = placeOf(this.layout, asset);
    if (place === undefined) {
      return;
    }
    const slices = this.expected.get(place.file) ?? new Map<number, Slice>();
    if (asset.pack !== undefined) {
      slices.set(place.offset, asset);
    }
    this.expected.set(place.file, slices);
  }

  check(work: Work): Bytes {
    const wrong = new Map<string, 'damaged' | 'missing'>();
    const wrongSlices = new Set<string>();
    const stored = storedFiles(this.layout).flatMap(({ digest, file }) => {
      const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
      return size === undefined ? [] : [{ digest, file, size }];
    });
    const totals = { totalBytes: stored.reduce((sum, { size }) => sum + size, 0), totalFiles: stored.length };
    let bytes = 0;
    for (const [files, { digest, file, size }] of stored.entries()) {
      const told = (count: number): void => work.report({ bytes: bytes + count, files, ...totals });
      const bad = this.wrongIn(file, digest, this.expected.get(file) ?? new Map<number, Slice>(), work, told);
      if (bad !== undefined) {
        wrong.set(file, 'damaged');
        bad.forEach((offset) => wrongSlices.add(`${file} ${offset}`));
      }
      bytes += size;
      work.report({ bytes, files: files + 1, ...totals });
    }
    const found = new Set(stored.map(({ file }) => file));
    for (const file of this.expected.keys()) {
      if (!found.has(file) && !fs.existsSync(file)) {
        wrong.set(file, 'missing');
      }
    }
    return {
      files: stored.length,
      bytes,
      wrong,
      isWrong: (asset) => {
        const place = placeOf(this.layout, asset);
        const problem = place && wrong.get(place.file);
        return problem !== undefined && (asset.pack === undefined || problem === 'missing' || wrongSlices.has(`${place?.file} ${place?.offset}`));
      },
    };
  }

  /** Offsets of what is wrong in a file; nothing where the file is right, or gone meanwhile. */
  private wrongIn(file: string, digest: string, slices: ReadonlyMap<number, Slice>, work: Work, told: (bytes: number) => void): number[] | undefined {
    try {
      const descriptor = fs.openSync(file, 'r');
      try {
        const whole = this.hash(descriptor, 0, Infinity, work, told);
        const bad = [...slices].filter(([offset, { size, sha256 }]) => this.hash(descriptor, offset, size, work) !== sha256).map(([offset]) => offset);
        return whole === digest && bad.length === 0 ? undefined : bad;
      } finally {
        fs.closeSync(descriptor);
      }
    } catch (error) {
      if (error instanceof Cancelled) {
        throw error;
      }
      // What the disk does not give back is lost.
      return isMissing(error) ? undefined : [...slices.keys()];
    }
  }

  private hash(descriptor: number, from: number, size: number, work: Work, told?: (bytes: number) => void): string {
    const hash = createHash('sha256');
    for (let done = 0; done < size;) {
      work.check();
      const count = fs.readSync(descriptor, this.buffer, 0, Math.min(CHUNK, size - done), from + done);
      if (count === 0) {
        break;
      }
      hash.update(this.buffer.subarray(0, count));
      done += count;
      told?.(done);
    }
    return hash.digest('hex');
  }
}
