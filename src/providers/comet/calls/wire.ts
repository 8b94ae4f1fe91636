import pLimit from 'p-limit';
import type { Call } from '../../../model/call';
import type { Http, Query } from '../../http';
import { orAbort } from '../../abortable';
import { errorIn } from '../serverErrors';
import { parse, type Schema } from './answers';

const CALLS = 8;

export interface Question {
  readonly call?: Call | undefined;
  /** What it is about, as a noun phrase. */
  readonly what: string;
  /** A step of a transfer: waits for a server that starts again. */
  readonly patient?: boolean | undefined;
}

/** Comet's REST calls. Paths are relative to `/api/rest/v2/`. */
export interface Wire {
  get<T>(path: string, query: Query, schema: Schema<T>, question: Question): Promise<T>;
  /** For what makes something: an answer that gets lost is not asked for again. */
  make<T>(path: string, body: object, schema: Schema<T>, question: Question): Promise<T>;
  /** For calls whose answer may be anything but an error. */
  tell(path: string, body: object, question: Question): Promise<void>;
}

export const REST = '/api/rest/v2/';

export function createWire(http: () => Promise<Http>): Wire {
  const limit = pLimit(CALLS);
  const ask = async <T>(method: 'GET' | 'POST', path: string, request: { readonly query?: Query; readonly body?: object; readonly retry?: boolean }, schema: Schema<T>, { call, what, patient }: Question): Promise<T> => {
    call?.signal?.throwIfAborted();
    const answer = await orAbort(limit(async () => {
      call?.signal?.throwIfAborted();
      return await (await http()).json(method, REST + path, { ...request, call, what, patient });
    }), call?.signal);
    const error = errorIn(answer, what);
    if (error !== undefined) {
      throw error;
    }
    return parse(schema, answer, what);
  };
  return {
    get: (path, query, schema, question) => ask('GET', path, { query }, schema, question),
    tell: async (path, body, { call, what }) => {
      const bytes = Buffer.from(JSON.stringify(body));
      const sending = limit(async () => {
        call?.signal?.throwIfAborted();
        return await (await http()).send('POST', REST + path, { size: bytes.length, open: async function* open() { yield bytes; } }, {
          headers: { 'Content-Type': 'application/json;charset=utf-8' }, call: { signal: call?.signal }, what,
        });
      });
      const { body: text } = await orAbort(sending, call?.signal);
      const error = text.trimStart().startsWith('{') ? errorIn(jsonOr(text), what) : undefined;
      if (error !== undefined) {
        throw error;
      }
    },
    make: (path, body, schema, question) => ask('POST', path, { body, retry: false }, schema, question),
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
