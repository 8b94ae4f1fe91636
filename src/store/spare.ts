import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { isArtifactError } from '../model/errors';
import { fileError } from './fileErrors';
import type { Layout } from './layout';

/** Bytes: a deletion makes half a dozen small files and folders, and each may take 128 KiB (large disks with exFAT). */
const SIZE = 1024 * 1024;

/** Room that is kept for deletions, which have to write before they remove: nothing else gives a full disk room. */
export class Spare {
  constructor(private readonly layout: Layout) {}

  /** Does `step` again with the room, where it found none; it has to bear that. */
  run<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      if (!isArtifactError(fileError(error, this.layout.root), 'noSpace') || !fs.existsSync(this.layout.spare)) {
        throw error;
      }
      fs.rmSync(this.layout.spare, { force: true });
      return step();
    }
  }

  /** Makes it where it is missing. That it cannot be made is nobody's failure now. */
  keep(): void {
    try {
      if (fs.statSync(this.layout.spare, { throwIfNoEntry: false })?.size !== SIZE) {
        fs.mkdirSync(this.layout.locks, { recursive: true });
        // Nothing that a disk could keep in less room.
        fs.writeFileSync(this.layout.spare, randomBytes(SIZE));
      }
    } catch {
      // The disk is full, or somebody else's. What there is of it is made whole by the next one.
    }
  }
}
