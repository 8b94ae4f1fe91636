import fs from 'node:fs';
import * as path from 'node:path';
import { flushDirectories, flushIfPossible } from './flushing';

/** What has its name for so long no power cut takes away: systems write such changes within a minute. */
const SETTLED_MS = 120_000;

/**
 * Names that somebody else gave a moment ago, and had no time to flush before he was stopped, or has not yet: whoever relies on them
 * flushes them himself. Most are older, and cost a look.
 */
export class Unsettled {
  private readonly directories = new Set<string>();
  private readonly root: string;
  /** By the clock of the file system, which made all these times: that of this machine may be another. */
  private readonly since: number;

  /** `recent` was made just now in a folder of the store's root. */
  constructor(recent: string) {
    this.root = path.dirname(path.dirname(recent));
    this.since = fs.statSync(recent).ctimeMs - SETTLED_MS;
  }

  /** Remembers which directories have to be flushed for `place` to last; false when there is no such thing. */
  look(place: string): boolean {
    const age = this.age(place);
    const directory = path.dirname(place);
    // A directory that is younger than its name costs a flush more. One that is older makes all above it older.
    if (age === 'young' && !this.directories.has(directory)) {
      this.directories.add(directory);
      this.look(directory);
    }
    return age !== undefined;
  }

  /** The same for all names in a directory. */
  lookInto(directory: string): void {
    if (this.age(directory) === 'young') {
      this.look(directory);
      this.directories.add(directory);
    }
  }

  /** Remembers directories whose names were changed by the caller himself. */
  add(...directories: readonly string[]): void {
    directories.forEach((directory) => this.directories.add(directory));
  }

  flush(): void {
    const inside = [...this.directories].filter((directory) => directory === this.root || directory.startsWith(this.root + path.sep));
    flushDirectories(new Set(inside));
    // Who may write to a store need not have the right to look at what it stands in.
    [...this.directories].filter((directory) => !inside.includes(directory)).forEach(flushIfPossible);
    this.directories.clear();
  }

  private age(place: string): 'young' | 'old' | undefined {
    const status = fs.statSync(place, { throwIfNoEntry: false });
    return status && (status.ctimeMs > this.since ? 'young' : 'old');
  }
}
