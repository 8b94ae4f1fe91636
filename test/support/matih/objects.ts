import type * as http from 'node:http';
import type { Blob } from '../comet/blobs';
import { deliver, type Reply } from '../comet/delivery';
import type { Mishap } from '../comet/mishaps';
import { type Records, rootOf, type StoredRun } from './records';

export interface ObjectsPlace {
  readonly records: Records;
  readonly tenant: string;
  readonly token: string | undefined;
  readonly note: (what: string) => void;
  readonly mishap: (route: string) => Mishap | undefined;
  readonly saw: (route: string, status: number) => void;
}

/** Who may read the objects; what a signature must begin with. */
export const ACCESS_KEY = 'AKIAMATIHTEST';
const KEYS_A_PAGE = 200;

/**
 * Where MATIH puts files, in three faces: an object store that speaks S3, the MLflow below (`/mlflow`), and signed addresses (`/signed`). MATIH's
 * token and tenant mean nothing to it, and nobody may send them here.
 */
export async function serveObjects(request: http.IncomingMessage, response: http.ServerResponse, place: ObjectsPlace): Promise<void> {
  const { method = '', url = '', headers } = request;
  const address = new URL(url, 'http://objects');
  const path = decodeURIComponent(address.pathname);
  const face = /^\/(mlflow|signed)\//u.exec(path)?.[1] ?? 's3';
  const route = `${method} ${face}`;
  const all = `${url}\n${request.rawHeaders.join('\n')}`;
  if (headers['x-tenant-id'] !== undefined || (place.token !== undefined && all.includes(place.token))) {
    place.note(`MATIH's token or tenant came to the object store: ${route}`);
  }
  request.resume();
  const mishap = place.mishap(route);
  const end = (status: number, type = 'text/plain', body = ''): void => {
    place.saw(route, status);
    response.writeHead(status, { 'content-type': type }).end(method === 'HEAD' ? '' : body);
  };
  if (mishap?.kind === 'answer') {
    end(mishap.status, 'application/xml', mishap.body);
    return;
  }
  if (face === 's3' && headers.authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/`) !== true) {
    end(403, 'application/xml', '<Error><Code>AccessDenied</Code></Error>');
    return;
  }
  if (face !== 's3' && headers.authorization !== undefined) {
    place.note(`a sign-in at ${route}`);
  }
  if (face === 's3' && address.searchParams.get('list-type') === '2') {
    end(200, 'application/xml', listed(place.records, path.replace(/^\/|\/$/gu, ''), address.searchParams));
    return;
  }
  if (path.startsWith('/mlflow/api/2.0/mlflow/artifacts/list')) {
    end(200, 'application/json', JSON.stringify(folder(place.records, address.searchParams)));
    return;
  }
  const blob = face === 's3' ? objects(place.records).get(path.slice(1))
    : face === 'mlflow' ? place.records.runs.get(address.searchParams.get('run_id') ?? '')?.files.get(address.searchParams.get('path') ?? '')
      : signed(place.records, path);
  if (blob === undefined || (method !== 'GET' && method !== 'HEAD')) {
    end(404, 'application/xml', '<Error><Code>NoSuchKey</Code></Error>');
    return;
  }
  if (method === 'HEAD') {
    place.saw(route, 200);
    response.writeHead(200, { 'content-length': blob.size }).end();
    return;
  }
  const reply = bytesOf(blob, headers.range);
  place.saw(route, reply.status);
  await deliver(response, reply, mishap);
}

/** An answer with the bytes of a file, or with a part of them. */
export function bytesOf(blob: Blob, range: string | undefined): Reply {
  const start = Number(/^bytes=(\d+)-$/u.exec(range ?? '')?.[1] ?? 0);
  return start === 0 || start >= blob.size
    ? { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: blob }
    : { status: 206, headers: { 'content-type': 'application/octet-stream', 'content-range': `bytes ${start}-${blob.size - 1}/${blob.size}` }, body: blob, start };
}

/** `/signed/<run>/<path>`. */
function signed(records: Records, path: string): Blob | undefined {
  const [, id = '', file = ''] = /^\/signed\/([^/]+)\/(.*)$/u.exec(path) ?? [];
  return records.runs.get(id)?.files.get(file);
}

/** By `bucket/key`. */
function objects(records: Records): ReadonlyMap<string, Blob> {
  const each = (run: StoredRun): [string, Blob][] => [...run.files].map(([path, blob]) => [`${rootOf(records.experiments.get(run.experiment)!, run).slice('s3://'.length)}/${path}`, blob]);
  return new Map([...records.runs.values()].flatMap(each));
}

function listed(records: Records, bucket: string, query: URLSearchParams): string {
  const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
  const keys = [...objects(records)].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const from = Number(query.get('continuation-token') ?? 0);
  const page = keys.slice(from, from + KEYS_A_PAGE);
  const next = from + page.length;
  const rows = page.map(([key, { size }]) => `<Contents><Key>${encodeURIComponent(key.slice(bucket.length + 1)).replaceAll('%2F', '/')}</Key><Size>${size}</Size></Contents>`);
  const more = next < keys.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>` : '<IsTruncated>false</IsTruncated>';
  return `<?xml version="1.0"?><ListBucketResult>${more}${rows.join('')}</ListBucketResult>`;
}

/** As MLflow lists a folder of a run. */
function folder(records: Records, query: URLSearchParams): object {
  const above = query.get('path') ?? '';
  const prefix = above === '' ? '' : `${above}/`;
  const rows = new Map<string, object>();
  for (const [path, { size }] of records.runs.get(query.get('run_id') ?? '')?.files ?? []) {
    if (path.startsWith(prefix)) {
      const [name = '', ...rest] = path.slice(prefix.length).split('/');
      rows.set(name, rest.length > 0 ? { path: prefix + name, is_dir: true } : { path, is_dir: false, file_size: size });
    }
  }
  return { root_uri: 's3://somewhere', files: [...rows.values()] };
}
