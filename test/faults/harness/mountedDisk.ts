import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import type { Context } from 'mocha';

/** Mounts a disk of eight megabytes, in memory, at a new folder while `work` runs; the test is skipped where that may not be done. */
export function onMountedDisk(test: Context, disk: string, work: () => void): void {
  fs.mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    // Only root may, and not everywhere.
    test.skip();
  }
  try {
    work();
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}
