import { createHash } from 'node:crypto';
import { foldedPath } from '../model/safePath';

const MOST_SEGMENT = 200;
/** With the root of a run before it, a key of an object store is still within its 1,024 bytes. */
const MOST_PATH = 700;

/**
 * Names under which files are stored, one set for each version. What every server passes on unchanged stays as it is, so that its
 * own pages and Python show readable trees; other characters are written as `_xHH` of their UTF-8 bytes: servers decode `%41`, drop
 * control characters and a `?` at the end, and 2.x cannot serve names beyond Latin-1. The manifest holds what the names were.
 */
export class PhysicalNames {
  private readonly files = new Set<string>();
  private readonly folders = new Set<string>();

  /** A path that is neither a file nor a folder of the set already, not even on a disk that folds case. */
  of(path: string): string {
    const plain = placeOf(path);
    for (let count = 1; ; count++) {
      const candidate = count === 1 ? plain : `_x~${count}_${plain}`;
      const folded = foldedPath(candidate);
      const above = foldersAbove(folded);
      if (!this.files.has(folded) && !this.folders.has(folded) && !above.some((folder) => this.files.has(folder))) {
        this.files.add(folded);
        above.forEach((folder) => this.folders.add(folder));
        return candidate;
      }
    }
  }
}

/** What lies deep keeps its last name only, in a folder with all that lies beside it. */
function placeOf(path: string): string {
  const plain = path.split('/').map(encoded).join('/');
  const slash = path.lastIndexOf('/');
  return plain.length <= MOST_PATH ? plain : `_x~${fingerprint(path.slice(0, slash))}/${encoded(path.slice(slash + 1))}`;
}

function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    folders.push(path.slice(0, slash));
  }
  return folders;
}

function encoded(segment: string): string {
  const safe = segment
    // What looks like an escape is escaped, so that two names never become one.
    .replaceAll(/_(?=x[0-9a-f]{2}|x~)/giu, '_x5f')
    .replaceAll(/[^\w .,+=@()[\]{}!$&';~^-]/gu, escape)
    .replace(/^\.(?=artifact\.uploading)/u, '_x2e')
    // Windows drops the first two, MLflow the third.
    .replace(/[. ;]$/u, escape)
    .replace(/^ /u, escape);
  return Buffer.byteLength(safe) <= MOST_SEGMENT ? safe : `${safe.slice(0, 100)}_x~${fingerprint(segment)}${extension(safe)}`;
}

const fingerprint = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const escape = (character: string): string => Array.from(Buffer.from(character), (byte) => `_x${byte.toString(16).padStart(2, '0')}`).join('');

const extension = (name: string): string => /\.[A-Za-z0-9]{1,16}$/u.exec(name)?.[0] ?? '';
