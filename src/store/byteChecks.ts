import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { isMissing } from './fileErrors';
import type { Layout } from './layout';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import { CHUNK } from './objects';
import { storedFiles } from './storedFiles';
import { Cancelled, type Work } from './work';

export interface WrongFile {
  readonly problem: 'damaged' | 'missing';
  readonly file: string;
}

export interface Bytes {
  readonly files: number;
  readonly bytes: number;
  /** By digest of the object or pack. */
  readonly wrong: ReadonlyMap<string, WrongFile>;
  readonly isWrong: (asset: StoredAsset) => boolean;
}

type Slice = Pick<StoredAsset, 'size' | 'sha256'>;

/** Reads all objects and packs against their digests, and against what manifests say is in them. */
export class ByteChecks {
  private readonly objects = new Set<string>();
  /** What is in each pack, by offset. */
  private readonly packs = new Map<string, Map<number, Slice>>();
  private readonly buffer = Buffer.allocUnsafe(CHUNK);

  constructor(private readonly layout: Layout) {}

  expect({ sha256, size, pack, offset = 0 }: StoredAsset): void {
    if (sha256 === undefined || size === 0) {
      return;
    }
    if (pack === undefined) {
      this.objects.add(sha256);
    } else {
      const slices = this.packs.get(pack) ?? new Map<number, Slice>();
      this.packs.set(pack, slices.set(offset, { size, sha256 }));
    }
  }

  check(work: Work): Bytes {
    const wrong = new Map<string, WrongFile>();
    const wrongSlices = new Set<string>();
    const stored = storedFiles(this.layout).flatMap(({ digest, file }) => {
      const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
      return size === undefined ? [] : [{ digest, file, size }];
    });
    const totals = { totalBytes: stored.reduce((sum, { size }) => sum + size, 0), totalFiles: stored.length };
    let bytes = 0;
    for (const [files, { digest, file, size }] of stored.entries()) {
      const told = (count: number): void => work.report({ bytes: bytes + count, files, ...totals });
      const slices = this.packs.get(digest) ?? new Map<number, Slice>();
      const bad = this.wrongIn(file, digest, slices, work, told);
      if (bad !== undefined) {
        wrong.set(digest, { problem: 'damaged', file });
        bad.forEach((offset) => wrongSlices.add(`${digest} ${offset}`));
      }
      bytes += size;
      work.report({ bytes, files: files + 1, ...totals });
    }
    const found = new Set(stored.map(({ digest }) => digest));
    for (const [digests, place] of [[this.objects, (digest: string) => this.layout.object(digest)], [this.packs.keys(), (digest: string) => this.layout.pack(digest)]] as const) {
      for (const digest of digests) {
        if (digest !== EMPTY_SHA256 && !found.has(digest) && !fs.existsSync(place(digest))) {
          wrong.set(digest, { problem: 'missing', file: place(digest) });
        }
      }
    }
    return {
      files: stored.length,
      bytes,
      wrong,
      isWrong: ({ sha256 = '', size, pack, offset = 0 }) => {
        const file = size === 0 ? undefined : wrong.get(pack ?? sha256);
        return file !== undefined && (pack === undefined || file.problem === 'missing' || wrongSlices.has(`${pack} ${offset}`));
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
