import type { Call } from '../../../model/call';
import { isArtifactError, notFound, serverFault, unsupported, unlessMissing } from '../../../model/errors';
import { pathProblem, safePath } from '../../../model/safePath';
import type { StoredFile } from '../../storedFiles';
import type { RootOwner } from './artifactFiles';
import type { Ground } from './ground';
import { folderOf, isMisread } from './roots';

export interface ListOptions {
  /** Within a transfer: waits for a server that starts again. */
  readonly patient?: boolean;
}

/** Direct children of a folder, by the server's own list; nothing for a missing folder. */
export async function listFiles(ground: Ground, { kind, id }: RootOwner, folder: string, call?: Call, { patient = false }: ListOptions = {}): Promise<readonly StoredFile[]> {
  const path = kind === 'run' ? '/api/2.0/mlflow/artifacts/list' : `/api/2.0/mlflow/logged-models/${encodeURIComponent(id)}/artifacts/directories`;
  const named = kind === 'run' ? { run_id: id, path: folder === '' ? undefined : folder } : { artifact_directory_path: folder === '' ? undefined : folder };
  const found: StoredFile[] = [];
  const tokens = new Set<string>();
  for (let token: string | undefined; ;) {
    const answer = await ground.http.json('GET', path, { query: { ...named, page_token: token }, headers: ground.headers(), call, patient, what: `the files of ${kind} ${id}` });
    const { files, next_page_token: next } = (answer ?? {}) as { readonly files?: unknown; readonly next_page_token?: unknown };
    for (const row of Array.isArray(files) ? files as readonly unknown[] : []) {
      const file = storedFile(row);
      // A folder that is a file lists itself in some stores.
      if (file !== undefined && folderOf(file.path) === folder && file.path !== folder) {
        found.push(file);
      } else {
        ground.log.debug(`a listed path is left out: ${JSON.stringify((row as { readonly path?: unknown } | null)?.path)}`.slice(0, 200));
      }
    }
    if (typeof next !== 'string' || next === '') {
      return found;
    }
    if (tokens.has(next)) {
      throw serverFault(`its list of files does not end, for ${kind} ${id}`);
    }
    tokens.add(next);
    token = next;
  }
}

/** One row; nothing for one that is no file below the root. */
function storedFile(row: unknown): StoredFile | undefined {
  const { path, is_dir: isFolder, file_size: size } = (typeof row === 'object' && row !== null ? row : {}) as Readonly<Record<string, unknown>>;
  if (typeof path !== 'string' || pathProblem(path) !== undefined) {
    return undefined;
  }
  // Whole numbers of 64 bits may come as text; an empty file has none.
  const bytes = isFolder === true ? 0 : Number(size ?? 0);
  return Number.isSafeInteger(bytes) && bytes >= 0 ? { path, isFolder: isFolder === true, size: bytes } : undefined;
}

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
