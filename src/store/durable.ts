import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { errorCode, isOccupied } from './fileErrors';
import { sleep } from './work';

/*
 * What it takes for bytes to be there after a power cut. All flushing is done here, so that it can be tuned in one place.
 */

/** From this many files on, one flush of the file system costs less than one of each file. */
const MANY = 16;

/** Flushes the contents of files of one file system that were written and closed. */
export function flushFiles(files: Iterable<string>): void {
  const each = [...files];
  const [first] = each;
  if (first !== undefined && each.length >= MANY && flushFileSystem(path.dirname(first))) {
    return;
  }
  for (const file of each) {
    const descriptor = fs.openSync(file, 'r+');
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }
}

/** syncfs(2), which Node has no call for; false where there is no such command or it failed. */
function flushFileSystem(folder: string): boolean {
  return process.platform === 'linux' && spawnSync('/bin/sync', ['--file-system', folder], { stdio: 'ignore' }).status === 0;
}

/** Makes what was created in, renamed into and removed from a directory last. */
export function flushDirectory(directory: string): void {
  // Windows has no such thing, and keeps its directories in a journal.
  if (process.platform === 'win32') {
    return;
  }
  const descriptor = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(descriptor);
  } catch (error) {
    // Some network file systems cannot.
    if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOTSUP') {
      throw error;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Makes what happened in directories of one file system last. */
export function flushDirectories(directories: ReadonlySet<string>): void {
  const [first] = directories;
  if (first !== undefined && directories.size >= MANY && flushFileSystem(first)) {
    return;
  }
  directories.forEach(flushDirectory);
}

/** Makes a directory and its missing parents; all that is new is durable. */
export function makeDirectory(directory: string): void {
  const first = fs.mkdirSync(directory, { recursive: true });
  if (first === undefined) {
    return;
  }
  parentsDownTo(directory, first).forEach(flushDirectory);
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
    renameFile(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  flushDirectory(path.dirname(file));
}

/** Creates a file that appears with all its text. False when there is one already, which stays as it is. */
export function createFile(file: string, text: string, scratch: string): boolean {
  const temporary = scratchFile(scratch);
  try {
    writeFlushed(temporary, text);
    linkOrCopy(temporary, file);
  } catch (error) {
    if (isOccupied(error)) {
      return false;
    }
    throw error;
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  flushDirectory(path.dirname(file));
  return true;
}

function scratchFile(scratch: string): string {
  fs.mkdirSync(scratch, { recursive: true });
  return path.join(scratch, randomUUID());
}

/** A file system without hard links gets a plain exclusive copy. */
function linkOrCopy(from: string, to: string): void {
  try {
    fs.linkSync(from, to);
  } catch (error) {
    if (isOccupied(error) || errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOSPC') {
      throw error;
    }
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL);
    flushFiles([to]);
  }
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

/** For what has happened and cannot be taken back: that a power cut may still undo it is no reason to say that it failed. */
export function flushIfPossible(directory: string): void {
  try {
    flushDirectory(directory);
  } catch {
    // The disk is full or failing; whoever writes next will hear of it.
  }
}
