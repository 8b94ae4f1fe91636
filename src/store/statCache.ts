import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { writeCacheFile } from './cacheFile';

/** What a file looked like when its bytes were read. */
export interface FileState {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

const FOLDERS_DEEP = 4;
const MOST_IN_SHELF = 250_000;
/** A file that changed so shortly before it was read may change again without a new time. */
const SETTLED_MS = 2_000;

interface Shelf {
  readonly file: string;
  /** `<state>\t<digest>` by absolute path, the one used last at the end. */
  readonly known: Map<string, string>;
  changed: boolean;
}

/**
 * Digests of files that have not changed since they were read. A convenience that may be deleted at any time, kept in one file for
 * all that is below the same folder near the root, so that a log loads what it needs and no more.
 */
export class StatCache {
  private readonly shelves = new Map<string, Shelf>();

  constructor(private readonly folder: string) {}

  /** Whether it is worth looking at the file's state. */
  knows(file: string): boolean {
    return this.shelf(file).known.has(file);
  }

  get(file: string, state: FileState): string | undefined {
    const [known, sha256] = this.shelf(file).known.get(file)?.split('\t') ?? [];
    return known === stateText(state) ? sha256 : undefined;
  }

  /** `state` was the same before and after the bytes were read. */
  set(file: string, state: FileState, sha256: string): void {
    if (/[\t\n]/.test(file) || Math.abs(Date.now() - Math.max(state.mtimeMs, state.ctimeMs)) < SETTLED_MS) {
      return;
    }
    const shelf = this.shelf(file);
    shelf.known.delete(file);
    shelf.known.set(file, `${stateText(state)}\t${sha256}`);
    shelf.changed = true;
  }

  /** Keeps what was learnt for others. That it cannot is no loss. */
  save(): void {
    for (const shelf of this.shelves.values()) {
      if (shelf.changed) {
        shelf.changed = false;
        save(shelf);
      }
    }
  }

  private shelf(file: string): Shelf {
    const name = path.dirname(file).split(path.sep).slice(0, FOLDERS_DEEP + 1).join('/');
    let shelf = this.shelves.get(name);
    if (shelf === undefined) {
      shelf = load(path.join(this.folder, 'files', `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.tsv`));
      this.shelves.set(name, shelf);
    }
    return shelf;
  }
}

function load(file: string): Shelf {
  const known = new Map<string, string>();
  let text = '';
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    // None yet, or none that can be read.
  }
  for (const line of text.split('\n')) {
    const [, name, rest] = /^([^\t]+)\t([^\t]+\t[0-9a-f]{64})$/.exec(line) ?? [];
    if (name !== undefined && rest !== undefined) {
      known.set(name, rest);
    }
  }
  return { file, known, changed: false };
}

function save({ file, known }: Shelf): void {
  const lines = Array.from(known, ([name, rest]) => `${name}\t${rest}\n`).slice(-MOST_IN_SHELF);
  writeCacheFile(file, lines.join(''));
}

const stateText = ({ dev, ino, size, mtimeMs, ctimeMs }: FileState): string => `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
