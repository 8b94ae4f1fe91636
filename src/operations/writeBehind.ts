import type { FileHandle } from 'node:fs/promises';

const CHUNK = 512 * 1024;

/** Memory that files take in turns: each takes what another has given back before there is more of it. */
export class Blocks {
  private readonly free: Uint8Array[] = [];

  take(bytes: number): Uint8Array {
    return bytes < CHUNK ? Buffer.allocUnsafe(bytes) : this.free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
  }

  give(block: Uint8Array): void {
    if (block.length === CHUNK) {
      this.free.push(block);
    }
  }
}

/**
 * Writes to a file in large pieces what comes in small ones, each while the next is gathered: a network's pieces written one by one wait
 * for the thread pool eight times as often.
 */
export class WriteBehind {
  private readonly capacity: number;
  private gathering: Uint8Array | undefined;
  private spare: Uint8Array | undefined;
  private gathered = 0;
  private pending: Promise<void> = Promise.resolve();

  constructor(
    private readonly handle: FileHandle,
    private position: number,
    /** Bytes that are expected, at most. */
    expected: number,
    private readonly blocks = new Blocks(),
  ) {
    this.capacity = Math.max(1, Math.min(CHUNK, expected));
  }

  /** The bytes may be used again afterwards. Rejects when an earlier piece could not be written. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      this.gathering ??= this.blocks.take(this.capacity);
      const part = bytes.subarray(done, done + this.capacity - this.gathered);
      this.gathering.set(part, this.gathered);
      this.gathered += part.length;
      done += part.length;
      if (this.gathered === this.capacity) {
        await this.pass();
      }
    }
  }

  /** Resolves when everything is in the file. */
  async flush(): Promise<void> {
    try {
      await this.pass();
    } finally {
      // A write that is under way still reads its block.
      await this.pending.finally(() => this.release());
    }
  }

  private release(): void {
    for (const block of [this.gathering, this.spare]) {
      if (block !== undefined) {
        this.blocks.give(block);
      }
    }
    this.gathering = undefined;
    this.spare = undefined;
  }

  private async pass(): Promise<void> {
    await this.pending;
    const { gathering, gathered, position } = this;
    if (gathering === undefined || gathered === 0) {
      return;
    }
    this.gathering = this.spare;
    this.spare = gathering;
    this.gathered = 0;
    this.position += gathered;
    this.pending = writeAll(this.handle, gathering.subarray(0, gathered), position);
    // Whoever waits for it next is told.
    this.pending.catch(() => undefined);
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
