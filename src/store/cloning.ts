import fs from 'node:fs';
import * as path from 'node:path';
import { isOccupied } from './fileErrors';

/** Copies files without copying their bytes, where the file system can (btrfs, XFS, APFS, ReFS): both share them until one is changed. */
export class Cloning {
  /** Devices from which, and devices to which, no file could be cloned. */
  private readonly unable = new Set<string>();

  /** Whether some file could not be cloned. */
  get hasFailed(): boolean {
    return this.unable.size > 0;
  }

  /** Makes `copy`, which does not exist yet, a clone of `file`, on device `device`; false where that cannot be done, and then there is no copy. */
  clone(file: string, device: number, copy: string, mode: () => number): boolean {
    const way = `${device}:${fs.statSync(path.dirname(copy)).dev}`;
    if (this.unable.has(way)) {
      return false;
    }
    const wanted = mode();
    try {
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_FICLONE_FORCE | fs.constants.COPYFILE_EXCL);
    } catch (error) {
      // Whatever it was, the copy that is made instead meets it as well, and tells.
      if (!isOccupied(error)) {
        fs.rmSync(copy, { force: true });
        this.unable.add(way);
      }
      return false;
    }
    // It has the mode of the file, which may be read-only.
    fs.chmodSync(copy, wanted);
    return true;
  }
}
