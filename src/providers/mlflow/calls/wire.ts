import type { Call } from '../../../model/call';
import type { Headers, Http, JsonRequest, Query } from '../../http';
import { parse, type Schema } from './answers';

export interface Question {
  readonly call?: Call | undefined;
  /** What it is about, as a noun phrase. */
  readonly what: string;
}

/** MLflow's REST calls to one workspace of a server. Paths are relative to `/api/2.0/mlflow/` unless they begin with a slash. */
export interface Wire {
  get<T>(path: string, query: Query, schema: Schema<T>, question: Question): Promise<T>;
  /** For what may be sent twice. */
  set<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object, schema: Schema<T>, question: Question): Promise<T>;
  /** For what makes something: an answer that gets lost is not asked for again. */
  make<T>(path: string, body: object, schema: Schema<T>, question: Question): Promise<T>;
}

export function createWire(http: Http, headers: () => Promise<Headers>): Wire {
  const ask = async <T>(method: Parameters<Http['json']>[0], path: string, request: JsonRequest, schema: Schema<T>, { call, what }: Question): Promise<T> => {
    call?.signal?.throwIfAborted();
    const answer = await http.json(method, path.startsWith('/') ? path : `/api/2.0/mlflow/${path}`, { ...request, headers: await headers(), call, what });
    return parse(schema, answer, what);
  };
  return {
    get: (path, query, schema, question) => ask('GET', path, { query }, schema, question),
    set: (method, path, body, schema, question) => ask(method, path, { body }, schema, question),
    make: (path, body, schema, question) => ask('POST', path, { body, retry: false }, schema, question),
  };
}
