import { unsafePath } from './errors';

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 4096;
/** Most paths are like this. Within a segment's length they pass the gate for certain, at a tenth of the cost. */
const PLAIN_PATH = /^[\w-][\w .,+=@()-]*(?:\/[\w-][\w .,+=@()-]*)*$/;
const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/iu;

/**
 * The one gate for every name that comes from a server, a manifest or an archive.
 * Returns why `path` cannot be a logical path, or nothing when it can.
 */
export function pathProblem(path: string): string | undefined {
  if (path.length <= MAX_SEGMENT_BYTES && PLAIN_PATH.test(path)) {
    return undefined;
  }
  if (path === '') {
    return 'the path is empty';
  }
  if (!path.isWellFormed()) {
    return 'the path is not valid Unicode';
  }
  // eslint-disable-next-line no-control-regex -- these are what the rule is about
  if (/[\u0000-\u001f\u007f]/u.test(path)) {
    return 'the path contains a control character';
  }
  if (path.includes('\\')) {
    return 'the path contains a backslash';
  }
  if (path.startsWith('/') || /^[a-z]:/iu.test(path)) {
    return 'the path is absolute';
  }
  if (utf8Length(path) > MAX_PATH_BYTES) {
    return `the path has more than ${MAX_PATH_BYTES} bytes`;
  }
  for (const segment of path.split('/')) {
    if (segment === '') {
      return 'the path has an empty segment';
    }
    if (segment === '.' || segment === '..') {
      return `the path has a “${segment}” segment`;
    }
    if (utf8Length(segment) > MAX_SEGMENT_BYTES) {
      return `a name in the path has more than ${MAX_SEGMENT_BYTES} bytes`;
    }
  }
  return undefined;
}

/** Returns `path`, or throws `unsafePath` with the reason. */
export function safePath(path: string): string {
  const problem = pathProblem(path);
  if (problem !== undefined) {
    throw unsafePath(`${JSON.stringify(path)}: ${problem}`);
  }
  return path;
}

/** Why `path`, legal as a logical path, cannot be a file name on Windows, or nothing when it can. */
export function windowsProblem(path: string): string | undefined {
  for (const segment of path.split('/')) {
    if (/[<>:"|?*]/u.test(segment)) {
      return 'Windows does not allow < > : " | ? * in names';
    }
    if (/[. ]$/u.test(segment)) {
      return 'Windows does not allow names that end in a dot or a space';
    }
    if (WINDOWS_RESERVED.test(segment)) {
      return 'the name is reserved on Windows';
    }
  }
  return undefined;
}

/** The same for two paths exactly when a file system that folds case or Unicode forms would make one file of them. */
export const foldedPath = (path: string): string => path.normalize('NFC').toLowerCase().normalize('NFC');

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}
