import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { removeFolder } from '../../support/temporaryFolder';

const ENOUGH = 2 ** 30;

/** As `temporaryFolder`, for tests that have no interest in the disk itself: in memory, where flushing costs nothing, if there is room. */
export function memoryFolder(): () => string {
  let folder = '';
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(hasRoom('/dev/shm') ? '/dev/shm' : os.tmpdir()), 'ml-artifacts-'));
  });
  afterEach(() => removeFolder(folder));
  return () => folder;
}

/** Containers often have 64 MiB there. */
function hasRoom(folder: string): boolean {
  if (!fs.existsSync(folder)) {
    return false;
  }
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize > ENOUGH;
}
