import { setTimeout } from 'node:timers/promises';
import { type ArtifactError, corrupt, isArtifactError, serverFault } from '../../model/errors';
import type { Http } from '../http';
import type { FileSource } from '../measured';
import { envelope } from '../multipart';
import { fieldsOf, opened } from './calls/answers';
import type { MatihCalls } from './calls/matihCalls';
import { errorIn } from './serverErrors';

const TRIES = 8;
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

export interface Upload {
  readonly run: string;
  /** What people call it. */
  readonly what: string;
  readonly source: FileSource;
  /** A place below the run's root that was not used before, each time that it is asked for. */
  readonly place: () => Place;
  /** What the server has at a path, where anybody can look. */
  readonly stored: (path: string) => Promise<number | undefined>;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

export interface Place {
  /** Never empty: MATIH does not say what a file without a folder means. */
  readonly folder: string;
  readonly name: string;
}

const pathOf = ({ folder, name }: Place): string => `${folder}/${name}`;

/** MATIH's one way to take files. */
export class Uploads {
  constructor(private readonly http: Http, private readonly calls: MatihCalls) {}

  /**
   * Sends a file and answers its path. MATIH does not say what a second file of the same name does, so that none is ever sent: after an answer
   * that got lost it is looked whether the file arrived, and otherwise it goes to another place.
   */
  async send({ run, what, source, place, stored, signal, onBytes }: Upload): Promise<string> {
    let most = 0;
    for (let attempt = 1; ; attempt++) {
      const to = place();
      const path = pathOf(to);
      const lost = await this.post(run, to, source, { what, signal, onBytes: (bytes) => onBytes(most = Math.max(most, Math.min(bytes, source.size))) });
      if (lost === undefined || await stored(path) === source.size) {
        return path;
      }
      if (attempt === TRIES) {
        throw lost;
      }
      await setTimeout(Math.min(PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS), undefined, { signal });
    }
  }

  /** Answers what happened where nobody knows whether the file was taken. */
  private async post(run: string, to: Place, source: FileSource, { what, signal, onBytes }: Pick<Upload, 'what' | 'signal' | 'onBytes'>): Promise<ArtifactError | undefined> {
    const { upload } = this.calls.profile;
    const folder = `${to.folder}/`;
    const body = envelope({ name: upload.file, filename: to.name, size: source.size, open: () => source.open() }, { name: upload.path, textSize: Buffer.byteLength(folder), text: () => folder });
    const sending = this.http.send('POST', this.calls.route('logArtifact', { run }), body, {
      headers: { 'Content-Type': body.type, Accept: 'application/json' }, call: { signal, onProgress: ({ bytes }) => onBytes(bytes) }, what, retry: false,
    });
    const answer = await sending.catch((error: unknown) => {
      signal.throwIfAborted();
      if (isArtifactError(error, 'offline') || isArtifactError(error, 'serverFault')) {
        return error;
      }
      throw error;
    });
    if (answer instanceof Error) {
      return answer;
    }
    this.check(answer.body, pathOf(to), what);
    return undefined;
  }

  /** The answer that MATIH's documents promise: where the file went. */
  private check(text: string, path: string, what: string): void {
    const { envelope: wrapping, upload } = this.calls.profile;
    const answer = parsed(text, what);
    const inside = opened(answer, wrapping);
    if (inside === undefined) {
      throw errorIn(answer, wrapping.error, what);
    }
    const said = fieldsOf(inside.value)[upload.answer];
    if (typeof said !== 'string') {
      throw serverFault(`its answer to ${what} does not say where the file went`);
    }
    if (said.replaceAll(/\/{2,}/gu, '/').replace(/^\//u, '') !== path) {
      throw corrupt(`${what} was put somewhere else than where it was sent`);
    }
  }
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw serverFault(`its answer to ${what} is no JSON`);
  }
}
