import fs from 'node:fs';
import { isArtifactError, noSpace } from '../model/errors';
import { fileError } from './fileErrors';
import { formatManifest, type StoredAsset } from './manifest';

/** What a version's records and the directories that are new with it may take. */
const RECORDS = 64 * 1024;

/** Bytes; for less a look costs more than it tells. */
const WORTH_A_LOOK = 1024 * 1024;

/** Bytes that have no room yet, and what they are. */
export interface Rest {
  readonly bytes: number;
  readonly of: string;
}

/** A full disk, told with the bytes that the `rest` needs; other errors come back as they are. */
export function shortage(error: unknown, root: string, rest: () => Rest): unknown {
  const told = fileError(error, root);
  if (!isArtifactError(told, 'noSpace')) {
    return error;
  }
  const { bytes, of } = rest();
  return noSpace(`${root}: ${bytes} bytes are needed for ${of}, and ${freeBytes(root)} are free`, told);
}

/** Runs `work`, and tells a full disk so. */
export function short<T>(root: string, rest: () => Rest, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw shortage(error, root, rest);
  }
}

export function restOfFiles(files: readonly { readonly file: string }[]): Rest {
  const bytes = files.reduce((sum, { file }) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  return { bytes, of: files.length === 1 ? 'the file that was not stored yet' : `the ${files.length} files that were not stored yet` };
}

/** `waiting` are bytes of small files that are not written yet. */
export const restOfVersion = (assets: readonly StoredAsset[], waiting: number): Rest =>
  ({ bytes: waiting + Buffer.byteLength(formatManifest(assets)) + RECORDS, of: 'the list of the files and what is said of the version' });

export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}

/** Says that a disk is too small before it is full, where `size` bytes more would fill it. */
export function checkSpace(folder: string, root: string, size: number): void {
  if (size < WORTH_A_LOOK) {
    return;
  }
  const free = freeBytes(folder);
  if (size > free) {
    throw noSpace(`${root}: ${size} bytes are needed and ${free} are free`);
  }
}
