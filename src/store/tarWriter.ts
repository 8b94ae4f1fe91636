import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { writeAll } from './objects';

export const BLOCK = 512;
const BUFFERED = 1024 * 1024;

/** How many bytes a file of `size` takes in an archive, without its header. */
export const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK;

/** What stands before the bytes of a file. A size of 8 GiB or more stands there twice: by itself, and as a number that old readers know. */
export function tarHead(name: string, size: number, modified: Date): Uint8Array {
  const facts = { path: name, size, mode: 0o644, mtime: modified };
  const header = Buffer.alloc(BLOCK);
  return new Header({ ...facts, type: 'File' }).encode(header) ? Buffer.concat([new Pax(facts).encode(), header]) : header;
}

/** Writes files into a tar archive (POSIX, ustar with pax where a name or a size does not fit), one after the other. */
export class TarWriter {
  private readonly buffer = Buffer.allocUnsafe(BUFFERED);
  private used = 0;

  /** `modified` is the time that all files get, so that the same content makes the same archive. */
  constructor(
    private readonly descriptor: number,
    private readonly modified: Date,
  ) {}

  /** `chunks` have `size` bytes in all. */
  add(name: string, size: number, chunks: Iterable<Uint8Array>): void {
    this.write(tarHead(name, size, this.modified));
    let written = 0;
    for (const chunk of chunks) {
      this.write(chunk);
      written += chunk.length;
    }
    if (written !== size) {
      throw new RangeError(`${name} has ${written} bytes instead of ${size}`);
    }
    this.write(Buffer.alloc(padded(size) - size));
  }

  addText(name: string, text: string): void {
    const bytes = Buffer.from(text);
    this.add(name, bytes.length, [bytes]);
  }

  /** Two empty blocks say that nothing is missing. */
  end(): void {
    this.write(Buffer.alloc(2 * BLOCK));
    this.flush();
  }

  private write(bytes: Uint8Array): void {
    if (bytes.length >= BUFFERED) {
      this.flush();
      writeAll(this.descriptor, bytes);
      return;
    }
    if (this.used + bytes.length > BUFFERED) {
      this.flush();
    }
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
  }

  private flush(): void {
    writeAll(this.descriptor, this.buffer.subarray(0, this.used));
    this.used = 0;
  }
}
