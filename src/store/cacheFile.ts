import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { freeBytes } from './shortage';

/** Bytes: the last ones of a disk are for who deletes (spare.ts). */
const LEFT_TO_OTHERS = 4 * 1024 * 1024;

/** Replaces a file of `cache/` as a whole. That it cannot be written is no loss. */
export function writeCacheFile(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${randomUUID()}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (freeBytes(path.dirname(file)) < LEFT_TO_OTHERS) {
      return;
    }
    try {
      fs.writeFileSync(temporary, content);
      fs.renameSync(temporary, file);
    } catch {
      fs.rmSync(temporary, { force: true });
    }
  } catch {
    // A folder of somebody else, or none at all.
  }
}
