import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { writeCacheFile } from './cacheFile';
import { DiskClock } from './diskClock';
import { StatShelf } from './statShelf';

/** What a file looked like when its bytes were read. */
export interface FileState {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

const FOLDERS_DEEP = 4;
/** A file that changed so shortly before it was read may change again without a new time. */
const SETTLED_MS = 2_000;

/**
 * Digests of files that have not changed since they were read. A convenience that may be deleted at any time, kept in one file for
 * all that is below the same folder near the root, so that a log loads what it needs and no more.
 */
export class StatCache {
  /** By the name of the folder that they are for. */
  private readonly shelves = new Map<string, { readonly file: string; shelf: StatShelf }>();
  /** The folder of the file asked for last, and its shelf: the next one is mostly beside it. */
  private last: { readonly folder: string; readonly name: string } | undefined;
  private readonly clock: DiskClock;

  constructor(private readonly folder: string) {
    this.clock = new DiskClock(path.join(folder, 'files'));
  }

  /** Whether it is worth looking at the file's state. */
  knows(file: string): boolean {
    return this.shelf(file).shelf.has(file);
  }

  get(file: string, state: FileState): string | undefined {
    return this.shelf(file).shelf.get(file, state);
  }

  /** `state` was the same before and after the bytes were read. */
  set(file: string, { dev, ino, size, mtimeMs, ctimeMs }: FileState, sha256: string): void {
    const settled = Math.max(mtimeMs, ctimeMs) + SETTLED_MS;
    // By both clocks: the file may be on the machine's disk or on that of the store, whose clock may be another.
    if (file.includes('\n') || Date.now() < settled || !this.clock.hasReached(settled)) {
      return;
    }
    this.shelf(file).shelf.set(file, { state: { dev, ino, size, mtimeMs, ctimeMs }, sha256 });
  }

  /** Keeps what was learnt for others. That it cannot is no loss. */
  save(): void {
    for (const each of this.shelves.values()) {
      if (each.shelf.changed) {
        const bytes = each.shelf.bytes();
        writeCacheFile(each.file, bytes);
        each.shelf = StatShelf.of(bytes);
      }
    }
  }

  private shelf(file: string): { readonly file: string; shelf: StatShelf } {
    const folder = path.dirname(file);
    const name = this.last?.folder === folder ? this.last.name : folder.split(path.sep).slice(0, FOLDERS_DEEP + 1).join('/');
    this.last = { folder, name };
    let shelf = this.shelves.get(name);
    if (shelf === undefined) {
      const place = path.join(this.folder, 'files', `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.stats`);
      shelf = { file: place, shelf: StatShelf.load(place) };
      this.shelves.set(name, shelf);
    }
    return shelf;
  }
}
