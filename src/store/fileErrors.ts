import { getSystemErrorMap } from 'node:util';
import { ArtifactError, diskFault, noAccess, noSpace, notFound } from '../model/errors';

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

export const isMissing = (error: unknown): boolean => errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';

/** True for the ways in which systems say that something stands where a directory or a link was to go. */
export const isOccupied = (error: unknown): boolean => errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOTEMPTY';

/** A failed system call in our words; `place` is what the call itself does not name. Other errors come back as they are. */
export function fileError(error: unknown, place: string): unknown {
  const code = errorCode(error);
  if (code === undefined || error instanceof ArtifactError || !(error instanceof Error) || !('syscall' in error)) {
    return error;
  }
  const named = 'path' in error && typeof error.path === 'string' ? error.path : place;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return noSpace(named, error);
    case 'ENOENT':
      return notFound(named, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EBUSY':
      return noAccess(named, error);
    default:
      return diskFault(`${named} (${words(code)})`, error);
  }
}

/** What the system says to people, such as `too many open files`. */
function words(code: string): string {
  const [, said] = Array.from(getSystemErrorMap().values()).find(([name]) => name === code) ?? [];
  return said === undefined ? code : `${said}, ${code}`;
}

/** Runs `work`, and names `place` in what goes wrong with files. */
export function naming<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, place);
  }
}
