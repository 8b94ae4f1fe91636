import { cp, mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { errorCode, fileError } from '../store/fileErrors';

/** Copies the folder into a new one below `parent`, which gets a number when the name is taken: nothing is overwritten. */
export async function copySample(source: string, parent: string, name: string): Promise<string> {
  const folder = await makeNew(parent, name);
  await cp(source, folder, { recursive: true });
  return folder;
}

async function makeNew(parent: string, name: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true });
    for (let number = 1; ; number++) {
      const folder = path.join(parent, number === 1 ? name : `${name}-${number}`);
      try {
        await mkdir(folder);
        return folder;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') {
          throw error;
        }
      }
    }
  } catch (error) {
    throw fileError(error, parent);
  }
}
