import type { Call, Log } from '../model/call';
import { serverFault } from '../model/errors';
import { pathProblem } from '../model/safePath';
import type { Headers, Http } from './http';
import type { StoredFile } from './storedFiles';

/** An MLflow that is asked. */
export interface Asked {
  readonly http: Http;
  readonly log: Log;
  /** Only for the server itself. */
  readonly headers: () => Headers;
}

/** Whose files are asked for. */
export interface FileOwner {
  readonly kind: 'run' | 'model';
  readonly id: string;
}

export interface ListOptions {
  /** Within a transfer: waits for a server that starts again. */
  readonly patient?: boolean;
}

const MOST_NAMED = 10;
const MOST_CHARACTERS = 1000;

/** Direct children of a folder, by the server's own list; nothing for a missing folder. */
export async function listFiles({ http, log, headers }: Asked, { kind, id }: FileOwner, folder: string, call?: Call, { patient = false }: ListOptions = {}): Promise<readonly StoredFile[]> {
  const path = kind === 'run' ? '/api/2.0/mlflow/artifacts/list' : `/api/2.0/mlflow/logged-models/${encodeURIComponent(id)}/artifacts/directories`;
  const named = kind === 'run' ? { run_id: id, path: folder === '' ? undefined : folder } : { artifact_directory_path: folder === '' ? undefined : folder };
  const found: StoredFile[] = [];
  const leftOut: string[] = [];
  const tokens = new Set<string>();
  for (let token: string | undefined; ;) {
    const answer = await http.json('GET', path, { query: { ...named, page_token: token }, headers: headers(), call, patient, what: `the files of ${kind} ${id}` });
    const { files, next_page_token: next } = (answer ?? {}) as { readonly files?: unknown; readonly next_page_token?: unknown };
    for (const row of Array.isArray(files) ? files as readonly unknown[] : []) {
      const file = storedFile(row);
      // A folder that is a file lists itself in some stores.
      if (file !== undefined && folderAbove(file.path) === folder && file.path !== folder) {
        found.push(file);
      } else {
        leftOut.push(JSON.stringify((row as { readonly path?: unknown } | null)?.path));
      }
    }
    if (typeof next !== 'string' || next === '') {
      if (leftOut.length > 0) {
        log.warn(`${leftOut.length} of the files of ${kind} ${id} are left out, for paths that cannot be kept here: ${leftOut.slice(0, MOST_NAMED).join(', ')}`.slice(0, MOST_CHARACTERS));
      }
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

const folderAbove = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
