import fs from 'node:fs';
import { corrupt } from '../model/errors';
import { isMissing } from './fileErrors';

/** A file's bytes, nothing where there is none. `corrupt` where it has more than `most`, which can then be anything but what was written. */
export function readSmallFile(file: string, most: number): Buffer | undefined {
  try {
    const size = fs.statSync(file).size;
    if (size > most) {
      throw corrupt(`${file}, which has ${size} bytes where ${most} at most can be right`);
    }
    return fs.readFileSync(file);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
