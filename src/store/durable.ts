import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { errorCode, isMissing, isOccupied } from './fileErrors';
import { flushDirectory, flushIfPossible } from './flushing';
import { Unsettled } from './unsettled';
import { sleep } from './work';

/*
 * Files and directories that are there after a power cut once they were made.
 */

/** Makes a directory and its missing parents; all that is new is durable. */
export function makeDirectory(directory: string): void {
  const first = makeFolders(directory);
  if (first === undefined) {
    return;
  }
  parentsDownTo(directory, first).forEach(flushDirectory);
}

/** The same without the flushing; returns the topmost new one. */
export function makeFolders(directory: string): string | undefined {
  try {
    return fs.mkdirSync(directory, { recursive: true });
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
    // Of a disk that is read-only Node tells only that there is no such folder. To make one says why.
    const first = firstMissing(directory);
    try {
      fs.mkdirSync(first);
    } catch (reason) {
      throw isOccupied(reason) ? error : reason;
    }
    makeFolders(directory);
    return first;
  }
}

function firstMissing(directory: string): string {
  const parent = path.dirname(directory);
  return parent === directory || fs.existsSync(parent) ? directory : firstMissing(parent);
}

/** The directories that hold the new ones, where `first` is the topmost new one on the way to `directory`. */
export function parentsDownTo(directory: string, first: string): string[] {
  const parents: string[] = [];
  for (let made = directory; made.length >= first.length; made = path.dirname(made)) {
    parents.push(path.dirname(made));
  }
  return parents;
}

/** Writes a new file and flushes it. */
export function writeFlushed(file: string, content: string | Uint8Array): void {
  const descriptor = fs.openSync(file, 'wx');
  try {
    fs.writeFileSync(descriptor, content);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Puts `text` in the place of what the file held; readers see the old or the new, never a part. `scratch` is on the same file system. */
export function replaceFile(file: string, text: string, scratch: string): void {
  const temporary = scratchFile(scratch);
  try {
    writeFlushed(temporary, text);
    lasting(file, temporary, () => renameFile(temporary, file));
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/** Creates a file that appears with all its text. False when there is one already, which stays as it is. */
export function createFile(file: string, text: string, scratch: string): boolean {
  const temporary = scratchFile(scratch);
  try {
    writeFlushed(temporary, text);
    return lasting(file, temporary, () => claimName(temporary, file));
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Flushes what `name` does in the directory of `file`, and the directories above it that are as new. */
function lasting<T>(file: string, temporary: string, name: () => T): T {
  const directory = path.dirname(file);
  const unsettled = new Unsettled(temporary);
  unsettled.look(directory);
  const result = name();
  unsettled.add(directory);
  unsettled.flush();
  return result;
}

/** Makes last what was found, not made: whoever did it may have been stopped before it was flushed. */
export function settle(scratch: string, look: (unsettled: Unsettled) => void): void {
  const temporary = scratchFile(scratch);
  // It has no bytes: a full disk has room for it.
  fs.closeSync(fs.openSync(temporary, 'wx'));
  try {
    const unsettled = new Unsettled(temporary);
    look(unsettled);
    unsettled.flush();
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function scratchFile(scratch: string): string {
  makeFolders(scratch);
  return path.join(scratch, randomUUID());
}

/** Renames a file to a name that nothing has; false when the name is taken. */
export function claimName(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
  } catch (error) {
    if (isOccupied(error) || fs.lstatSync(to, { throwIfNoEntry: false }) !== undefined) {
      return false;
    }
    // Disks without links say so in many ways. A rename would replace what appears in this instant, but no kill leaves half a file.
    renameFile(from, to);
    return true;
  }
  fs.unlinkSync(from);
  return true;
}

const PATIENCE_MS = 10_000;

/** Renames; on Windows a virus scanner or an indexer may hold a file for a moment. */
export function renameFile(from: string, to: string): void {
  for (let pause = 10, waited = 0; ; waited += pause, pause *= 2) {
    try {
      return fs.renameSync(from, to);
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (!held || waited > PATIENCE_MS) {
        throw error;
      }
      sleep(pause);
    }
  }
}

/**
 * Renames a directory to a name that nothing has; false when the name is taken. Every system refuses to put a directory in the place
 * of one that is not empty.
 */
export function claimDirectory(from: string, to: string): boolean {
  for (let pause = 10, waited = 0; ; waited += pause, pause *= 2) {
    try {
      fs.renameSync(from, to);
      break;
    } catch (error) {
      if (isOccupied(error)) {
        return false;
      }
      // Windows says EPERM for both, a name that is taken and a file that somebody holds.
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error) ?? '');
      if (held && fs.existsSync(to)) {
        return false;
      }
      if (!held || waited > PATIENCE_MS) {
        throw error;
      }
      sleep(pause);
    }
  }
  flushIfPossible(path.dirname(to));
  return true;
}
