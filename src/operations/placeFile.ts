import { constants } from 'node:fs';
import { copyFile, link, rename, unlink } from 'node:fs/promises';
import { fileError, isCode } from './diskErrors';

/** Gives a finished part its final name, in the place of whatever stands there. */
export async function replaceFile(part: string, file: string): Promise<void> {
  await rename(part, file).catch((error: unknown) => {
    throw fileError(error, file);
  });
}

/** Gives a finished part its final name unless that is taken: then nothing is touched, and the part stays. */
export async function placeFile(part: string, file: string): Promise<'placed' | 'taken'> {
  try {
    await newName(part, file);
  } catch (error) {
    if (isCode(error, 'EEXIST')) {
      return 'taken';
    }
    throw fileError(error, file);
  }
  await unlink(part);
  return 'placed';
}

/** A rename would replace what appeared a moment ago; a link and an exclusive copy are refused. */
async function newName(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if (isCode(error, 'EEXIST')) {
      throw error;
    }
    // Disks without links say so in many ways. What else is wrong, the copy meets as well.
    await copyFile(part, file, constants.COPYFILE_EXCL);
  }
}
