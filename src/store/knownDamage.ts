import fs from 'node:fs';
import * as path from 'node:path';
import { corrupt } from '../model/errors';
import { writeCacheFile } from './cacheFile';
import type { Layout } from './layout';
import { namesIn } from './records';

/*
 * Objects and packs that somebody read and found damaged are remembered in `cache/`, so that the next who brings the same bytes puts
 * them in their place and does not share what is damaged. Reading all that is shared would cost as much as storing it.
 */

const folderOf = ({ cache }: Layout): string => path.join(cache, 'damaged');
const noteOf = (layout: Layout, file: string): string => path.join(folderOf(layout), path.relative(layout.root, file).replaceAll(path.sep, ' '));

/** `stated` says what is damaged, `file` is the object or pack. */
export function damaged(layout: Layout, file: string, stated: string): Error {
  noteDamage(layout, file);
  return corrupt(stated);
}

/** That it cannot be noted is no loss: whoever reads it next tries again. */
export function noteDamage(layout: Layout, file: string): void {
  writeCacheFile(noteOf(layout, file), '');
}

/** What was known when this was made. */
export class KnownDamage {
  private readonly files: ReadonlySet<string>;

  constructor(private readonly layout: Layout) {
    this.files = new Set(namesIn(folderOf(layout)).map((name) => path.join(layout.root, ...name.split(' '))));
  }

  /** In bytes; nothing for an object or pack that is missing or damaged. */
  sizeOfSound(file: string): number | undefined {
    return this.files.has(file) ? undefined : fs.statSync(file, { throwIfNoEntry: false })?.size;
  }

  /** Whether something is there that is not what it should be, as far as can be told without reading it. `size` is what it should have. */
  isIn(file: string, size: number): boolean {
    const there = fs.statSync(file, { throwIfNoEntry: false });
    return there !== undefined && (there.size !== size || this.files.has(file));
  }

  /** Notes what is damaged, and forgets what is not: all was read. */
  settle(damaged: ReadonlySet<string>): void {
    damaged.forEach((file) => noteDamage(this.layout, file));
    this.forget([...this.files].filter((file) => !damaged.has(file)));
  }

  /** Of those that were replaced, or turned out to be right. */
  forget(files: Iterable<string>): void {
    for (const file of files) {
      if (this.files.has(file)) {
        fs.rmSync(noteOf(this.layout, file), { force: true });
      }
    }
  }
}
