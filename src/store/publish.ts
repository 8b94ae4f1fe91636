import fs from 'node:fs';
import * as path from 'node:path';
import { makeFolders, parentsDownTo, renameFile } from './durable';
import type { Unsettled } from './unsettled';

/**
 * Gives a complete and flushed file its final place under its digest, read-only. What is there already stays, unless it is
 * damaged. Either lasts from the next flush of `unsettled` on.
 */
export function publish(staged: string, file: string, unsettled: Unsettled, isDamaged: boolean): void {
  if (isDamaged) {
    allowReplacing(file);
  } else if (unsettled.look(file)) {
    return;
  }
  const directory = path.dirname(file);
  const made = makeFolders(directory);
  unsettled.look(directory);
  fs.chmodSync(staged, 0o444);
  try {
    renameFile(staged, file);
  } catch (error) {
    // Somebody else was first, with the same bytes.
    if (isDamaged || !unsettled.look(file)) {
      throw error;
    }
  }
  unsettled.add(directory, ...(made === undefined ? [] : parentsDownTo(directory, made)));
}

/** Windows neither removes nor replaces what is read-only. */
export function allowReplacing(file: string): void {
  if (process.platform === 'win32') {
    fs.chmodSync(file, 0o666);
  }
}
