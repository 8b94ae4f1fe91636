import { listening } from '../listening';
import { makeFolder, removeFolder } from '../temporaryFolder';
import { blobWriter } from './blobs';
import { serve } from './exchange';
import { type Mishap, Mishaps } from './mishaps';
import { type Quirks, USUAL } from './quirks';
import { newId, type Records, type StoredArtifact, type StoredVersion } from './records';
import type { Route } from './route';
import { artifactReads } from './routes/artifactReads';
import { artifactWrites } from './routes/artifactWrites';
import { assets } from './routes/assets';
import { clientlib } from './routes/clientlib';
import { clientUploads } from './routes/clientUploads';
import { experiments } from './routes/experiments';
import { navigation } from './routes/navigation';
import { serveStorage } from './storage';

export interface CometOptions {
  readonly quirks?: Partial<Quirks>;
  /** Names of workspaces, the default one first; `ada` and `team` if left out. */
  readonly workspaces?: readonly string[];
  /** A key that names its server: `KEY*base64`. */
  readonly keyNamesServer?: boolean;
  /** Milliseconds that each request takes longer. */
  readonly latency?: number;
}

export interface SeenCall {
  /** As in `fail`. */
  readonly route: string;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly query: Readonly<Record<string, string>>;
  readonly at: number;
}

/** A server on this machine that speaks Comet's interface, and takes no call that Comet's documents do not know. */
export interface Comet {
  /** Its origin. */
  readonly url: string;
  /** Origin of what stands in for the object storage. */
  readonly storageUrl: string;
  readonly apiKey: string;
  readonly workspace: string;
  /** What no client should have done, as sentences that begin with the route. Tests expect none. */
  readonly faults: readonly string[];
  readonly calls: readonly SeenCall[];
  /** What it keeps, to look into, and to change as nobody could by its interface. */
  readonly records: Records;
  /** Switches from now on. */
  set(quirks: Partial<Quirks>): void;
  /** What the next requests of a route meet, in their order: `POST /write/artifacts/upsert`, `GET storage`. */
  fail(route: string, ...mishaps: readonly Mishap[]): void;
  /** Nothing more goes wrong. */
  calm(): void;
  /** Routes whose mishaps have not all come to pass. */
  mishapsLeft(): string[];
  artifact(name: string, workspace?: string): StoredArtifact;
  version(name: string, number: string, workspace?: string): StoredVersion;
  /** Deletes a version as one does in Comet's web page. */
  deleteVersion(name: string, number: string, workspace?: string): void;
  /** Numbers of versions that were never closed nor given up. */
  leftOpen(): string[];
  stop(): Promise<void>;
}

const ROUTES = new Map<string, Route>(
  [...navigation, ...experiments, ...artifactReads, ...artifactWrites, ...assets, ...clientlib, ...clientUploads].map((route) => [`${route.method} ${route.path}`, route]),
);

export async function startComet(options: CometOptions = {}): Promise<Comet> {
  const { workspaces = ['ada', 'team'], latency = 0 } = options;
  const folder = makeFolder('comet-');
  const faults: string[] = [];
  const calls: SeenCall[] = [];
  const mishaps = new Mishaps();
  let quirks: Quirks = { ...USUAL, ...options.quirks };
  const records: Records = {
    user: 'ada', workspaces: new Map(workspaces.map((name) => [name, new Set(['general'])])), experiments: new Map(), artifacts: [], directUploads: new Map(),
  };
  const note = (what: string): void => { faults.push(what); };
  const newBlob = (): ReturnType<typeof blobWriter> => blobWriter(folder, newId());
  const saw = (route: string, status: number, query: Readonly<Record<string, string>> = {}): void => { calls.push({ route, status, query, at: Date.now() }); };

  const comet = await listening((request, response) => serve(request, response, ROUTES, {
    records, quirks, apiKey, root: comet.url, storage: storage.url, newBlob, note, latency, mishap: (route) => mishaps.take(route), saw,
  }));
  const storage = await listening((request, response) => serveStorage(request, response, {
    records, quirks: () => quirks, mishaps, apiKey, note, newBlob, saw: (route, path, status) => saw(route, status, { path }),
  }));
  const plain = 'q7Lk2Zp9XwVt4Rb8Nc3Jd6Hs1';
  const apiKey = options.keyNamesServer === true ? `${plain}*${Buffer.from(JSON.stringify({ baseUrl: comet.url })).toString('base64')}` : plain;

  const artifactOf = (name: string, workspace = workspaces[0]!): StoredArtifact => must(records.artifacts.find((each) => each.name === name && each.workspace === workspace), name);
  return {
    url: comet.url,
    storageUrl: storage.url,
    apiKey,
    workspace: workspaces[0]!,
    faults,
    calls,
    records,
    set: (change) => { quirks = { ...quirks, ...change }; },
    fail: (route, ...next) => mishaps.add(route, next),
    calm: () => mishaps.clear(),
    mishapsLeft: () => mishaps.left(),
    artifact: artifactOf,
    version: (name, number, workspace) => must(artifactOf(name, workspace).versions.find((each) => each.number === number), number),
    deleteVersion: (name, number, workspace) => {
      const artifact = artifactOf(name, workspace);
      artifact.versions = artifact.versions.filter((each) => each.number !== number);
      artifact.deletedNumbers.add(number);
    },
    leftOpen: () => records.artifacts.flatMap(({ name, versions }) => versions.filter(({ state }) => state === 'OPEN').map(({ number }) => `${name}:${number}`)),
    stop: async () => {
      await Promise.all([comet.close(), storage.close()]);
      removeFolder(folder);
    },
  };
}

function must<T>(found: T | undefined, what: string): T {
  if (found === undefined) {
    throw new Error(`The double has no ${what}.`);
  }
  return found;
}
