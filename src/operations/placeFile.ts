import { link, lstat, rename, unlink } from 'node:fs/promises';
import { errorCode, fileError } from '../store/fileErrors';

/** Gives a finished part its final name, in the place of whatever stands there. */
export async function replaceFile(part: string, file: string): Promise<void> {
  await rename(part, file).catch((error: unknown) => {
    throw fileError(error, file);
  });
}

/** Gives a finished part its final name unless that is taken: then nothing is touched, and the part stays. */
export async function placeFile(part: string, file: string): Promise<'placed' | 'taken'> {
  try {
    await link(part, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST' || await isThere(file)) {
      return 'taken';
    }
    // Disks without links say so in many ways. A rename would replace what appears in this instant, but no kill leaves half a file.
    await replaceFile(part, file);
    return 'placed';
  }
  await unlink(part);
  return 'placed';
}

const isThere = (file: string): Promise<boolean> => lstat(file).then(() => true, () => false);
