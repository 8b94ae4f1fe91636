import type { Call } from '../../../model/call';
import { isArtifactError, notFound, unsupported, unlessMissing } from '../../../model/errors';
import { safePath } from '../../../model/safePath';
import { listFiles, type ListOptions } from '../../mlflowListing';
import type { StoredFile } from '../../storedFiles';
import type { RootOwner } from './artifactFiles';
import type { Ground } from './ground';
import { folderOf, isMisread } from './roots';

/** What the server has at a path: nothing where there is nothing. */
export async function storedAt(ground: Ground, owner: RootOwner, path: string, call?: Call, options?: ListOptions): Promise<StoredFile | undefined> {
  const files = await unlessMissing(listFiles(ground, owner, folderOf(path), call, options));
  return files?.find((file) => file.path === path);
}

/** What an error of reading really says. */
export async function readingError(ground: Ground, owner: RootOwner, path: string, error: unknown, call?: Call): Promise<unknown> {
  if (isMisread(path) && (isArtifactError(error, 'notFound') || isArtifactError(error, 'invalid'))) {
    return unsupported(`MLflow cannot hand out a file with this name: ${path}.`, error);
  }
  // For some servers a missing file is their own fault.
  return isArtifactError(error, 'serverFault') && await storedAt(ground, owner, path, call) === undefined ? notFound(path, error) : error;
}

/** Of a file, by the list: a missing one and a folder are `notFound`. */
export async function sizeOf(ground: Ground, owner: RootOwner, path: string, call?: Call): Promise<number> {
  const file = await storedAt(ground, owner, safePath(path), call);
  if (file === undefined || file.isFolder) {
    throw notFound(path);
  }
  return file.size;
}
