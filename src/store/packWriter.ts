import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { writeAll } from './objects';

const BUFFERED = 1024 * 1024;

/** Small files of one version, one after the other in one file. */
export class PackWriter {
  private readonly hash = createHash('sha256');
  private readonly offsets = new Map<string, number>();
  private parts: Uint8Array[] = [];
  private waitingBytes = 0;
  private size = 0;
  private descriptor: number | undefined;

  constructor(readonly file: string) {}

  /** Where the content is; content that is there already is not added. */
  add(sha256: string, bytes: Uint8Array): number {
    const known = this.offsets.get(sha256);
    if (known !== undefined) {
      return known;
    }
    const offset = this.size;
    this.parts.push(bytes);
    this.waitingBytes += bytes.length;
    this.size += bytes.length;
    this.offsets.set(sha256, offset);
    if (this.waitingBytes >= BUFFERED) {
      this.flush();
    }
    return offset;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  get waiting(): number {
    return this.waitingBytes;
  }

  /** Writes the rest and says the pack's digest. */
  end(): string {
    this.flush();
    this.close();
    return this.hash.digest('hex');
  }

  abandon(): void {
    this.close();
  }

  private flush(): void {
    if (this.parts.length === 0) {
      return;
    }
    this.descriptor ??= fs.openSync(this.file, 'wx');
    const bytes = Buffer.concat(this.parts);
    writeAll(this.descriptor, bytes);
    this.hash.update(bytes);
    this.parts = [];
    this.waitingBytes = 0;
  }

  private close(): void {
    if (this.descriptor !== undefined) {
      fs.closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }
}
