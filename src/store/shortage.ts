import fs from 'node:fs';
import { isArtifactError, noSpace } from '../model/errors';

/** A full disk that was met while `files` were to be stored, told with the bytes that they need; other errors come back as they are. */
export function shortage(error: unknown, root: string, files: readonly { readonly file: string }[]): unknown {
  if (!isArtifactError(error, 'noSpace')) {
    return error;
  }
  const needed = files.reduce((bytes, { file }) => bytes + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  return noSpace(`${root}: ${needed} bytes are needed for ${files.length === 1 ? 'the file' : `the ${files.length} files`} that were not stored yet and ${freeBytes(root)} are free`, error);
}

export function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}
