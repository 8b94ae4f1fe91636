import pLimit from 'p-limit';
import type { Call } from '../../../model/call';
import { corrupt, isArtifactError, serverFault } from '../../../model/errors';
import { safePath } from '../../../model/safePath';
import type { Headers } from '../../http';
import type { RootOwner } from './artifactFiles';
import type { FileSource } from '../../measured';
import type { Ground } from './ground';
import type { Place } from './proxied';
import { below, encoded, folderOf, isMisread, nameOf } from './roots';
import { objectOf } from '../mapping/tags';
import { slice } from '../../slice';
import { isWhole } from './writing';

const PART = 16 * 1024 * 1024;
const MOST_PARTS = 10_000;
const SIDE_BY_SIDE = 4;
/** How long the addresses of the parts are good. */
const GOOD_FOR_MS = 3_600_000;

interface Part {
  readonly number: number;
  readonly start: number;
  readonly size: number;
  readonly url: string;
  readonly headers: Headers;
}

interface Done {
  readonly part_number: number;
  readonly etag: string;
  readonly url: string;
}

/** Sends a large file in parts to the object store behind the server. False where the server, or a way to the store, is missing. */
export async function writeInParts(ground: Ground, owner: RootOwner, place: Place, source: FileSource, call?: Call): Promise<boolean> {
  const upload = new Multipart(ground, place, source, call);
  const parts = await upload.begin();
  if (parts === undefined) {
    return false;
  }
  await upload.noteFor(owner);
  try {
    const done = await upload.send(parts);
    await upload.complete(done).catch(async (error: unknown) => {
      // The answer may have been lost after the work was done.
      if (!await isWhole(ground, owner, place.path, source.size, call)) {
        throw error;
      }
    });
    if (!await isWhole(ground, owner, place.path, source.size, call)) {
      throw corrupt(`${place.path} did not arrive whole at the server`);
    }
    return true;
  } catch (error) {
    const aborted = upload.abort();
    call?.signal?.throwIfAborted();
    await aborted;
    if (upload.isExpired() && isArtifactError(error, 'forbidden') && !ground.offers.presignedOnly) {
      ground.log.info(`the addresses for the parts of ${place.path} were good for an hour, which was too short: it is sent through the server`);
      return false;
    }
    if (upload.reached || ground.offers.presignedOnly || !isArtifactError(error, 'offline')) {
      throw error;
    }
    ground.log.info(`the object store is not used directly for writing: ${error.message}`);
    ground.offers.parts = 'no';
    return false;
  }
}

class Multipart {
  /** Whether the object store has answered at all. */
  reached = false;
  private readonly whole: string;
  private readonly partSize: number;
  private readonly count: number;
  private id = '';
  private begun = 0;

  constructor(private readonly ground: Ground, private readonly place: Place, private readonly source: FileSource, private readonly call: Call | undefined) {
    this.whole = below(place.root, place.path);
    this.partSize = Math.max(PART, Math.ceil(source.size / MOST_PARTS));
    this.count = Math.max(1, Math.ceil(source.size / this.partSize));
  }

  /** Nothing where the server does not offer it. */
  async begin(): Promise<readonly Part[] | undefined> {
    const { offers } = this.ground;
    this.begun = Date.now();
    try {
      const answer = await this.ask('create', { num_parts: this.count }, { call: this.call });
      return this.parts(answer);
    } catch (error) {
      if (offers.presignedOnly || !(['unsupported', 'notFound', 'invalid', 'serverFault', 'forbidden'] as const).some((code) => isArtifactError(error, code))) {
        throw error;
      }
      offers.parts = 'no';
      return undefined;
    }
  }

  /** Before the first part: a process that is killed leaves parts that only who knows the id can give up. */
  async noteFor({ remember }: RootOwner): Promise<void> {
    try {
      await remember?.(JSON.stringify({ path: this.place.path, id: this.id }));
    } catch (error) {
      this.call?.signal?.throwIfAborted();
      this.ground.log.warn(`should this window end while ${this.place.path} is sent, nobody takes its parts away: ${String(error)}`);
    }
  }

  /** MLflow gives each address once. */
  isExpired(): boolean {
    return Date.now() - this.begun >= GOOD_FOR_MS;
  }

  async send([first, ...rest]: readonly Part[]): Promise<readonly Done[]> {
    const inner = new AbortController();
    const signal = AbortSignal.any([inner.signal, ...(this.call?.signal === undefined ? [] : [this.call.signal])]);
    const sent = new Array<number>(this.count).fill(0);
    const one = async (part: Part): Promise<Done> => this.sendPart(part, {
      signal,
      onProgress: ({ bytes }) => {
        sent[part.number - 1] = bytes;
        this.call?.onProgress?.({ bytes: sent.reduce((sum, each) => sum + each, 0), totalBytes: this.source.size });
      },
    });
    const limit = pLimit(SIDE_BY_SIDE);
    try {
      // The first one alone: it shows whether the store can be reached.
      return first === undefined ? [] : [await one(first), ...await Promise.all(rest.map((part) => limit(() => one(part))))];
    } catch (error) {
      inner.abort(error);
      throw error;
    }
  }

  async complete(parts: readonly Done[]): Promise<void> {
    await this.ask('complete', { upload_id: this.id, parts }, { call: this.call, retry: false });
  }

  async abort(): Promise<void> {
    try {
      await this.ask('abort', { upload_id: this.id }, { retry: false });
    } catch {
      this.ground.log.warn(`parts of ${this.place.path} may stay in the object store until it clears them`);
    }
  }

  private async ask(step: 'create' | 'complete' | 'abort', body: object, more: { readonly call?: Call | undefined; readonly retry?: boolean }): Promise<unknown> {
    return this.ground.http.json('POST', `/api/2.0/mlflow-artifacts/mpu/${step}/${encoded(folderOf(this.whole))}`, {
      // The folder stands in the address: what the name has of it would be dropped.
      body: { path: nameOf(this.whole), ...body }, headers: this.ground.headers(), what: this.place.path, patient: true, ...more,
    });
  }

  private async sendPart({ number, start, size, url, headers }: Part, call: Call): Promise<Done> {
    const body = { size, open: (from = 0): AsyncIterable<Uint8Array> => slice(this.source, start + from, size - from) };
    const answer = await this.ground.http.send('PUT', url, body, { headers, signed: true, what: this.place.path, patient: this.reached, onRetry: this.ground.pace.slower, call });
    this.reached = true;
    const etag = answer.headers['etag'];
    if (etag === undefined) {
      throw serverFault(`the object store does not name the part that it took, of ${this.place.path}`);
    }
    return { part_number: number, etag, url };
  }

  private parts(answer: unknown): readonly Part[] {
    const { upload_id: id, credentials } = (typeof answer === 'object' && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
    const rows = Array.isArray(credentials) ? credentials as readonly (Readonly<Record<string, unknown>> | null)[] : [];
    if (typeof id !== 'string' || rows.length !== this.count) {
      throw serverFault(`its answer does not say where the parts of ${this.place.path} go`);
    }
    this.id = id;
    return rows.map((row, index) => {
      const url = row?.['url'];
      if (typeof url !== 'string' || Number(row?.['part_number']) !== index + 1) {
        throw serverFault(`its answer does not say where the parts of ${this.place.path} go`);
      }
      const start = index * this.partSize;
      return { number: index + 1, start, size: Math.min(this.partSize, this.source.size - start), url, headers: textsOf(row?.['headers']) };
    });
  }
}

/** Gives up the uploads that notes of a process tell of which is gone. Anybody may write notes: they lead nowhere but below the root. */
export async function giveUpNoted(ground: Pick<Ground, 'http' | 'headers' | 'log'>, root: string, noted: readonly string[], call?: Call): Promise<void> {
  for (const { path, id } of noted.flatMap(noteOf)) {
    try {
      const whole = below(root, path);
      await ground.http.json('POST', `/api/2.0/mlflow-artifacts/mpu/abort/${encoded(folderOf(whole))}`, {
        body: { path: nameOf(whole), upload_id: id }, headers: ground.headers(), what: path, retry: false, call,
      });
    } catch (error) {
      if (!isArtifactError(error) || isArtifactError(error, 'offline')) {
        throw error;
      }
      // MLflow says so too where they became a file, or were given up before.
      ground.log.info(`no parts of ${path} were given up: ${String(error)}`);
    }
  }
}

function noteOf(note: string): readonly { readonly path: string; readonly id: string }[] {
  try {
    const { path, id } = objectOf(note) ?? {};
    return typeof path === 'string' && typeof id === 'string' && !isMisread(path) ? [{ path: safePath(path), id }] : [];
  } catch {
    return [];
  }
}

/** The fields of an object that are texts. */
export const textsOf = (value: unknown): Headers =>
  Object.fromEntries(Object.entries(typeof value === 'object' && value !== null ? value : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
