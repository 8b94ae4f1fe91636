import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { writeAll } from './objects';

/** Bytes up to this size go into a pack; more become an object of their own. */
export const PACKED_SIZE = 64 * 1024;

/** The bytes of one asset on their way in: in memory while they are few, in a file of the writer's folder as soon as they are not. */
export type Taken =
  | { readonly kind: 'small'; readonly sha256: string; readonly size: number; readonly bytes: Uint8Array }
  | { readonly kind: 'large'; readonly sha256: string; readonly size: number; readonly staged: string };

export class Intake {
  private readonly hash = createHash('sha256');
  private small: Uint8Array[] = [];
  private descriptor: number | undefined;
  private size = 0;

  /** `staged` is where the bytes go if they are many. */
  constructor(private readonly staged: string) {}

  write(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.size += bytes.length;
    if (this.descriptor === undefined && this.size <= PACKED_SIZE) {
      // The caller uses his buffer again.
      this.small.push(Buffer.from(bytes));
      return;
    }
    this.descriptor ??= this.spill();
    writeAll(this.descriptor, bytes);
  }

  end(): Taken {
    const sha256 = this.hash.digest('hex');
    if (this.descriptor === undefined) {
      return { kind: 'small', sha256, size: this.size, bytes: Buffer.concat(this.small) };
    }
    this.close();
    return { kind: 'large', sha256, size: this.size, staged: this.staged };
  }

  abandon(): void {
    if (this.descriptor !== undefined) {
      this.close();
      fs.rmSync(this.staged, { force: true });
    }
  }

  private spill(): number {
    const descriptor = fs.openSync(this.staged, 'wx');
    for (const bytes of this.small) {
      writeAll(descriptor, bytes);
    }
    this.small = [];
    return descriptor;
  }

  private close(): void {
    if (this.descriptor !== undefined) {
      fs.closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }
}
