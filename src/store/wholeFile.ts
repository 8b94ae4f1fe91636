import { createHash, hash } from 'node:crypto';
import fs from 'node:fs';
import { type ChosenFile, ChosenFiles } from './chosenFiles';
import { beginWhenClosed } from './earlyFlush';
import { readFully } from './hashedCopy';
import { PACKED_SIZE, type Taken } from './intake';
import { writeAll } from './objects';
import type { FileState } from './statCache';

/** Larger files are worth a thread for their digest alone. Bytes. */
export const MOST_WHOLE = 8 * 1024 * 1024;
const PIECE = 256 * 1024;

export interface WholeFile extends ChosenFile {
  /** Where the bytes go if they are many. */
  readonly staged: string;
  /** They are likely to stay there: the disk may begin with them. */
  readonly isNew?: boolean;
}

export interface WholeRead {
  readonly before: FileState;
  readonly after: FileState;
  readonly taken: Taken;
}

/** Reads files that are not large one after the other, each into the same memory. */
export class WholeFiles {
  private readonly buffer = Buffer.allocUnsafeSlow(PIECE);
  private readonly chosen = new ChosenFiles();

  /** Nothing where the file is not what it seemed or cannot be read or kept: whoever takes it by itself meets that again, and tells. */
  read(file: WholeFile): WholeRead | undefined {
    try {
      return this.opened(file);
    } catch {
      return undefined;
    }
  }

  /** Until more files come. */
  rest(): void {
    this.chosen.rest();
  }

  private opened(file: WholeFile): WholeRead | undefined {
    const descriptor = this.chosen.open(file);
    try {
      const status = fs.fstatSync(descriptor);
      if (!status.isFile() || status.size === 0 || status.size > MOST_WHOLE) {
        return undefined;
      }
      const taken = status.size <= PACKED_SIZE ? this.small(descriptor, status.size) : this.large(descriptor, status.size, file);
      return taken && { before: stateOf(status), after: stateOf(fs.fstatSync(descriptor)), taken };
    } finally {
      fs.closeSync(descriptor);
    }
  }

  private small(descriptor: number, length: number): Taken {
    // Memory of its own, as it may go to another thread.
    const bytes = Buffer.allocUnsafeSlow(length);
    const read = bytes.subarray(0, readFully(descriptor, bytes, 0));
    return { kind: 'small', sha256: hash('sha256', read), size: read.length, bytes: read };
  }

  private large(descriptor: number, length: number, { staged, isNew = false }: WholeFile): Taken | undefined {
    const target = fs.openSync(staged, 'wx');
    let size = 0;
    try {
      beginWhenClosed(target, isNew);
      const digest = createHash('sha256');
      while (size < length) {
        const count = fs.readSync(descriptor, this.buffer, 0, Math.min(PIECE, length - size), size);
        if (count === 0) {
          break;
        }
        const piece = this.buffer.subarray(0, count);
        digest.update(piece);
        writeAll(target, piece);
        size += count;
      }
      if (size === length) {
        return { kind: 'large', sha256: digest.digest('hex'), size, staged };
      }
    } finally {
      fs.closeSync(target);
      if (size < length) {
        fs.rmSync(staged, { force: true });
      }
    }
    return undefined;
  }
}

const stateOf = ({ dev, ino, size, mtimeMs, ctimeMs }: fs.Stats): FileState => ({ dev, ino, size, mtimeMs, ctimeMs });
