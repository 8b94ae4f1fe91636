import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import * as path from 'node:path';
import { errorCode } from './fileErrors';

/*
 * What it takes for bytes and names to be there after a power cut. All flushing is done here, so that it can be tuned in one place.
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

/** For what has happened and cannot be taken back: that a power cut may still undo it is no reason to say that it failed. */
export function flushIfPossible(directory: string): void {
  try {
    flushDirectory(directory);
  } catch {
    // The disk is full or failing; whoever writes next will hear of it.
  }
}
