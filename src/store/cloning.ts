import fs from 'node:fs';

/** Copies files without copying their bytes, where the file system can (btrfs, XFS, APFS, ReFS): both share them until one is changed. */
export class Cloning {
  /** Devices of which files could not be cloned to where they were wanted. */
  private readonly unable = new Set<number>();

  /** Makes `copy`, which does not exist yet, a clone of `file`, on device `device`; false where that cannot be done, and then there is no copy. */
  clone(file: string, device: number, copy: string): boolean {
    if (this.unable.has(device)) {
      return false;
    }
    try {
      fs.copyFileSync(file, copy, fs.constants.COPYFILE_FICLONE_FORCE | fs.constants.COPYFILE_EXCL);
      // It has the mode of the file, which may be read-only.
      fs.chmodSync(copy, 0o600);
      return true;
    } catch {
      // Whatever it was, the copy that is made instead meets it as well, and tells.
      fs.rmSync(copy, { force: true });
      this.unable.add(device);
      return false;
    }
  }
}
