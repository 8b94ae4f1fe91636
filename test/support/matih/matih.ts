import { blobWriter } from '../comet/blobs';
import { deliver } from '../comet/delivery';
import { type Mishap, Mishaps } from '../comet/mishaps';
import { newId } from '../comet/records';
import { listening } from '../listening';
import { makeFolder, removeFolder } from '../temporaryFolder';
import { MATIH_NAMES, type Names, serve } from './exchange';
import { ACCESS_KEY, bytesOf, serveObjects } from './objects';
import { type Quirks, USUAL } from './quirks';
import type { Records, StoredExperiment, StoredRun } from './records';

export interface MatihOptions {
  readonly quirks?: Partial<Quirks>;
  /** Nobody signs in where it is left out. */
  readonly token?: string;
  /** What it calls things differently. */
  readonly names?: Partial<Names>;
}

/** A server on this machine that speaks MATIH's tracking API, as far as its documents know it, and takes no call that they do not know. */
export interface Matih {
  readonly url: string;
  readonly tenant: string;
  readonly token: string | undefined;
  /** Origin of what stands in for the object storage and for the MLflow below. */
  readonly objectsUrl: string;
  /** What `readFrom` may say: the object store, the MLflow below, or addresses of the server itself that lead to signed ones. */
  readonly readFrom: Readonly<Record<'s3' | 'mlflow' | 'address', string>>;
  /** What no client should have done, as sentences that begin with the route. Tests expect none. */
  readonly faults: readonly string[];
  readonly calls: readonly { readonly route: string; readonly status: number }[];
  /** What it keeps, to look into, and to change as nobody could by its interface. */
  readonly records: Records;
  set(quirks: Partial<Quirks>): void;
  /** What the next requests of a route meet, in their order: `POST /experiments/runs/{id}/log-artifact`, `GET s3`. */
  fail(route: string, ...mishaps: readonly Mishap[]): void;
  calm(): void;
  mishapsLeft(): string[];
  /** Makes an experiment, as somebody else would. */
  experiment(name: string, location?: string): StoredExperiment;
  /** The runs that hold files of versions, the oldest first. */
  versionRuns(): StoredRun[];
  /** Versions of which nobody has said how they ended. */
  leftOpen(): string[];
  stop(): Promise<void>;
}

export async function startMatih({ quirks: given = {}, token, names = {} }: MatihOptions = {}): Promise<Matih> {
  const folder = makeFolder('matih-');
  const tenant = 'acme-corp';
  const faults: string[] = [];
  const calls: { route: string; status: number }[] = [];
  const mishaps = new Mishaps();
  const records: Records = { experiments: new Map(), runs: new Map() };
  let quirks: Quirks = { ...USUAL, ...given };
  const note = (what: string): void => { faults.push(what); };
  const saw = (route: string, status: number): void => { calls.push({ route, status }); };
  const mishap = (route: string): Mishap | undefined => mishaps.take(route);

  const objects = await listening((request, response) => serveObjects(request, response, { records, tenant, token, note, mishap, saw }));
  const matih = await listening(async (request, response) => {
    const [, id = '', file = ''] = /^\/files\/([^/]+)\/(.*)$/u.exec(decodeURIComponent(request.url ?? '')) ?? [];
    if (id === '') {
      await serve(request, response, { records, quirks, tenant, token, names: { ...MATIH_NAMES, ...names }, newBlob: () => blobWriter(folder, newId()), note, mishap, saw });
      return;
    }
    // Some in-house servers hand files out, too, and send on to their storage.
    const blob = records.runs.get(id)?.files.get(file);
    const isKnown = request.headers['x-tenant-id'] === tenant && (token === undefined || request.headers.authorization === `Bearer ${token}`);
    saw('GET /files', isKnown ? 302 : 401);
    if (!isKnown || blob === undefined) {
      response.writeHead(isKnown ? 404 : 401).end();
    } else if (blob.size < 1_000) {
      await deliver(response, bytesOf(blob, request.headers.range), undefined);
    } else {
      response.writeHead(302, { location: `${objects.url}/signed/${id}/${file.split('/').map(encodeURIComponent).join('/')}?X-Amz-Signature=abc` }).end();
    }
  });
  return {
    url: matih.url, tenant, token, objectsUrl: objects.url, faults, calls, records,
    readFrom: { s3: `s3+${objects.url}`, mlflow: `${objects.url}/mlflow`, address: `${matih.url}/files/{run_id}/{path}` },
    set: (change) => { quirks = { ...quirks, ...change }; },
    fail: (route, ...next) => mishaps.add(route, next),
    calm: () => mishaps.clear(),
    mishapsLeft: () => mishaps.left(),
    experiment: (name, location) => {
      const made: StoredExperiment = { id: newId(), name, location, made: Date.now(), changed: Date.now(), deleted: false };
      records.experiments.set(made.id, made);
      return made;
    },
    versionRuns: () => [...records.runs.values()].filter(({ tags }) => tags.has('mlartifacts.upload')),
    leftOpen: () => [...records.runs.values()].filter(({ tags, status }) => tags.get('mlartifacts.upload') === 'pending' || (tags.has('mlartifacts.upload') && status === 'running')).map(({ name, tags }) => `${name} ${tags.get('mlartifacts.upload') ?? ''}`),
    stop: async () => {
      await Promise.all([matih.close(), objects.close()]);
      removeFolder(folder);
    },
  };
}

const AWS: Readonly<Record<string, string>> = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: 'testtesttesttest', AWS_EC2_METADATA_DISABLED: 'true', AWS_SHARED_CREDENTIALS_FILE: '/nowhere', AWS_CONFIG_FILE: '/nowhere' };

/** Puts credentials for the double's object store where AWS's tools, and ours, look for them. What it answers takes them away. */
export function withCredentials(): () => void {
  const before = Object.keys(AWS).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, AWS);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) {
        Reflect.deleteProperty(process.env, name);
      } else {
        process.env[name] = value;
      }
    }
  };
}
