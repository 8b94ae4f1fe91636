import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { FileState } from './statCache';

const MAGIC = Buffer.from('MLSTATS1');
const NUMBERS = 5;
const DIGEST_BYTES = 32;
const HEAD_BYTES = MAGIC.length + Float64Array.BYTES_PER_ELEMENT;
const MOST = 250_000;

interface Known {
  readonly state: FileState;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

/**
 * What is remembered of up to 250,000 files, as one file of numbers: a hundred thousand lines of text would take longer to read than the
 * files take to be looked at. `MLSTATS1`, how many, five numbers for each, 32 bytes of digest for each, the paths with line feeds between,
 * and the digest of all that. What does not look like this is taken for nothing.
 */
export class StatShelf {
  /** Positions in what was loaded, by absolute path. */
  private readonly positions = new Map<string, number>();
  /** In the order in which they were learnt. */
  private readonly learnt = new Map<string, Known>();

  private constructor(
    private readonly paths: readonly string[],
    private readonly numbers: Float64Array,
    private readonly digests: Buffer,
  ) {
    paths.forEach((path, position) => this.positions.set(path, position));
  }

  static load(file: string): StatShelf {
    return StatShelf.of(readIfThere(file));
  }

  /** What `bytes` gave. */
  static of(bytes: Buffer): StatShelf {
    return new StatShelf(...parsed(bytes));
  }

  /** Whether something was learnt that the file does not say. */
  get changed(): boolean {
    return this.learnt.size > 0;
  }

  has(path: string): boolean {
    return this.positions.has(path) || this.learnt.has(path);
  }

  get(path: string, state: FileState): string | undefined {
    const learnt = this.learnt.get(path);
    if (learnt !== undefined) {
      return isSameState(learnt.state, state) ? learnt.sha256 : undefined;
    }
    const position = this.positions.get(path);
    return position !== undefined && this.isAt(position, state) ? this.digests.toString('hex', position * DIGEST_BYTES, (position + 1) * DIGEST_BYTES) : undefined;
  }

  set(path: string, known: Known): void {
    this.learnt.delete(path);
    this.learnt.set(path, known);
  }

  /** The file that `load` reads; what was learnt first goes first where there is too much. */
  bytes(): Buffer {
    const old = this.paths.flatMap((path, position) => (this.learnt.has(path) ? [] : [position]));
    const fresh = [...this.learnt].slice(-MOST);
    const kept = old.slice(Math.max(0, old.length + fresh.length - MOST));
    const count = kept.length + fresh.length;
    const numbers = new Float64Array(count * NUMBERS);
    const digests = Buffer.alloc(count * DIGEST_BYTES);
    kept.forEach((from, to) => {
      numbers.set(this.numbers.subarray(from * NUMBERS, (from + 1) * NUMBERS), to * NUMBERS);
      this.digests.copy(digests, to * DIGEST_BYTES, from * DIGEST_BYTES, (from + 1) * DIGEST_BYTES);
    });
    fresh.forEach(([, { state, sha256 }], index) => {
      const to = kept.length + index;
      numbers.set([state.dev, state.ino, state.size, state.mtimeMs, state.ctimeMs], to * NUMBERS);
      digests.write(sha256, to * DIGEST_BYTES, 'hex');
    });
    const names = [...kept.map((position) => this.paths[position]), ...fresh.map(([path]) => path)].join('\n');
    const content = Buffer.concat([MAGIC, Buffer.from(Float64Array.of(count).buffer), Buffer.from(numbers.buffer), digests, Buffer.from(names)]);
    return Buffer.concat([content, digestOf(content)]);
  }

  private isAt(position: number, { dev, ino, size, mtimeMs, ctimeMs }: FileState): boolean {
    const { numbers } = this;
    const at = position * NUMBERS;
    return numbers[at] === dev && numbers[at + 1] === ino && numbers[at + 2] === size && numbers[at + 3] === mtimeMs && numbers[at + 4] === ctimeMs;
  }
}

type Parts = readonly [paths: readonly string[], numbers: Float64Array, digests: Buffer];

function parsed(bytes: Buffer): Parts {
  const content = bytes.subarray(0, -DIGEST_BYTES);
  const whole = content.length > HEAD_BYTES && content.subarray(0, MAGIC.length).equals(MAGIC) && digestOf(content).equals(bytes.subarray(-DIGEST_BYTES));
  const count = whole ? content.readDoubleLE(MAGIC.length) : 0;
  const digestsAt = HEAD_BYTES + count * NUMBERS * Float64Array.BYTES_PER_ELEMENT;
  const pathsAt = digestsAt + count * DIGEST_BYTES;
  const paths = content.toString('utf8', pathsAt).split('\n');
  if (count === 0 || paths.length !== count) {
    return [[], new Float64Array(), Buffer.alloc(0)];
  }
  // A copy, as the numbers have to begin where memory for numbers does.
  const numbers = new Float64Array(Uint8Array.from(content.subarray(HEAD_BYTES, digestsAt)).buffer);
  return [paths, numbers, content.subarray(digestsAt, pathsAt)];
}

function readIfThere(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch {
    // None yet, or none that can be read.
    return Buffer.alloc(0);
  }
}

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Whether a file looks as it did: nobody wrote to it meanwhile. */
export const isSameState = (a: FileState, b: FileState): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
