import type { Call, Log } from '../../../model/call';
import { isArtifactError, notFound, serverFault, unlessMissing, unsupported } from '../../../model/errors';
import { createHttp, type Headers, type Http } from '../../http';
import { listFiles } from '../../mlflowListing';
import { readThrough } from '../../resumed';
import type { Shelf, Shelves } from './shelf';

/** Files and folders. A list that goes on is one that never ends. */
const MOST_LISTED = 1_000_000;

interface Environment {
  readonly url: string;
  /** Where it stands behind the same origin as MATIH. */
  readonly headers?: (() => Promise<Headers>) | undefined;
  readonly log: Log;
}

/** The MLflow that MATIH is built on: it knows the same runs by the same ids. */
export function mlflowShelves({ url, headers, log }: Environment): Shelves {
  const http = createHttp({
    base: url, headers, log,
    errorOf: ({ status }) => (status === 401 || status === 403 ? unsupported(`The MLflow server at ${url} wants a sign-in of its own, which a connection to MATIH does not have.`) : undefined),
  });
  return { lists: true, of: ({ run }) => new MlflowShelf(http, log, run), dispose: () => http.dispose() };
}

class MlflowShelf implements Shelf {
  constructor(private readonly http: Http, private readonly log: Log, private readonly run: string) {}

  async *read(path: string, start: number, size: number | undefined, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
    const open = (from: number) => this.http.open('/get-artifact', { query: { run_id: this.run, path }, start: from, expected: size, call, what: path });
    try {
      yield* size === undefined ? (await open(start)).body : readThrough(open, { path, start, size }, call);
    } catch (error) {
      // For some servers a missing file is their own fault.
      throw isArtifactError(error, 'serverFault') && !(await this.sizes(call)).has(path) ? notFound(path, error) : error;
    }
  }

  async sizes(call?: Call): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    const folders = [''];
    for (let seen = 0; folders.length > 0;) {
      const rows = await unlessMissing(listFiles({ http: this.http, log: this.log, headers: () => ({}) }, { kind: 'run', id: this.run }, folders.pop() ?? '', call));
      for (const { path, isFolder, size } of rows ?? []) {
        seen += 1;
        if (seen > MOST_LISTED) {
          throw serverFault('its list of files does not end');
        }
        if (isFolder) {
          folders.push(path);
        } else {
          sizes.set(path, size);
        }
      }
    }
    return sizes;
  }
}
