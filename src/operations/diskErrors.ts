import { noAccess, noSpace } from '../model/errors';

/** What the disk says, in our words. */
export function fileError(error: unknown, file: string): unknown {
  if (isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT')) {
    return noSpace(file, error);
  }
  if (['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'ENOTDIR'].some((code) => isCode(error, code))) {
    return noAccess(file, error);
  }
  return error;
}

export const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
