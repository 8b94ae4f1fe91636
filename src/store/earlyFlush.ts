import fs from 'node:fs';

/**
 * Lets the disk begin with a file that has no bytes yet when it is closed, while others are still read, if it is likely to stay. ext4 does so
 * with what was cut to nothing before it was written; elsewhere it changes nothing. It promises nothing, and as nobody is told of errors by
 * it, the last flush is told of all.
 */
export function beginWhenClosed(descriptor: number, isNew: boolean): void {
  if (isNew && process.platform === 'linux') {
    fs.ftruncateSync(descriptor, 0);
  }
}

/** Bytes after which the disk begins with them while the rest is still read. */
const AT_ONCE = 64 * 1024 * 1024;

/**
 * Lets the disk work on a large file while it is being written. It promises nothing. What goes wrong on the disk is told once to each
 * descriptor that was open then, so this one is its own, and whoever writes flushes through his when `begun`.
 */
export class EarlyFlush {
  private descriptor: number | undefined;
  private waiting = 0;
  private running = 0;
  private state: 'writing' | 'ended' = 'writing';

  constructor(private readonly file: string) {}

  get begun(): boolean {
    return this.descriptor !== undefined;
  }

  /** To be told of all that was written. */
  wrote(bytes: number): void {
    this.waiting += bytes;
    if (this.waiting >= AT_ONCE) {
      this.waiting = 0;
      this.running++;
      // Windows flushes only what may be written.
      this.descriptor ??= fs.openSync(this.file, 'r+');
      fs.fdatasync(this.descriptor, () => {
        this.running--;
        this.rest();
      });
    }
  }

  end(): void {
    this.state = 'ended';
    this.rest();
  }

  /** Not before the last flush is over: another file may get the descriptor's number. */
  private rest(): void {
    if (this.state === 'ended' && this.running === 0 && this.descriptor !== undefined) {
      fs.closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }
}
