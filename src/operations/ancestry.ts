import * as path from 'node:path';

/** Whether a path is a folder or below it; both absolute. */
export const isInside = (folder: string, file: string): boolean => {
  const relative = path.relative(folder, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
};

/** The folders from `first`, the uppermost that was made, down to `last`. */
export function between(first: string | undefined, last: string): string[] {
  if (first === undefined) {
    return [];
  }
  const folders = [last];
  for (let folder = last; folder !== first && path.dirname(folder) !== folder;) {
    folder = path.dirname(folder);
    folders.unshift(folder);
  }
  return folders;
}
