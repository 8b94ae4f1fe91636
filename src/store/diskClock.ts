import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';

const ASKED_AGAIN_MS = 1_000;

/** Gives a folder the time that it is by the clock of its file system, in milliseconds since 1970: that of this machine may be another. */
export function touchFolder(folder: string): number {
  const entry = path.join(folder, randomUUID());
  fs.mkdirSync(entry);
  fs.rmdirSync(entry);
  return fs.statSync(folder).mtimeMs;
}

/** The clock of the file system that holds a folder. */
export class DiskClock {
  private shown = -Infinity;
  private asked = -Infinity;

  /** `folder` is made where it is missing. */
  constructor(private readonly folder: string) {}

  /** Whether it is `time` (milliseconds since 1970) there; no, where that cannot be found out. The disk is asked at most once a second. */
  hasReached(time: number): boolean {
    if (this.shown < time && performance.now() - this.asked > ASKED_AGAIN_MS) {
      this.asked = performance.now();
      this.shown = this.look();
    }
    return this.shown >= time;
  }

  private look(): number {
    try {
      fs.mkdirSync(this.folder, { recursive: true });
      return touchFolder(this.folder);
    } catch {
      // A folder of somebody else, or a full disk.
      return -Infinity;
    }
  }
}
