import * as fs from 'node:fs';
import * as path from 'node:path';

/*
 * What everybody who is measured finds alike: memory that is in use already, and a disk that is not busy with what others left.
 */

/** Bytes; files that are smaller take no room worth speaking of. */
const EMPTIED = 64 * 1024;

/** A virtual machine gets memory that it has not used yet from its host, at a few microseconds a page: here before anybody is measured. */
export function claimMemory(folder: string, bytes: number): void {
  const file = path.join(folder, 'claimed');
  const zeros = Buffer.alloc(256 * 1024);
  const descriptor = fs.openSync(file, 'w');
  for (let left = bytes; left > 0; left -= zeros.length) {
    fs.writeSync(descriptor, zeros);
  }
  fs.closeSync(descriptor);
  fs.rmSync(file);
}

/** Gives memory and disk back. The files stay until all is over: ext4 is slow to make files for minutes after it has removed thousands. */
export function emptyFiles(folder: string): void {
  for (const { file, size } of filesOf(folder)) {
    if (size > EMPTIED) {
      fs.chmodSync(file, 0o600);
      fs.truncateSync(file);
    }
  }
}

export const bytesOf = (folder: string): number => filesOf(folder).reduce((bytes, { size }) => bytes + size, 0);

export const filesOf = (folder: string): { readonly file: string; readonly size: number }[] =>
  fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    return { file, size: fs.statSync(file).size };
  });
