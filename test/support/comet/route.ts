import type { Blob, BlobWriter } from './blobs';
import type { Fields } from './fields';
import type { Form } from './multipart';
import type { Quirks } from './quirks';
import type { Experiment, Records } from './records';
import { Breach, Refusal } from './refusal';

/** One request that has been read and checked, with all that an answer is made of. */
export interface Asked {
  readonly records: Records;
  readonly quirks: Quirks;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly form: Form;
  readonly range: string | undefined;
  readonly apiKey: string;
  /** Origin of this server. */
  readonly root: string;
  /** Origin of what stands in for the object storage. */
  readonly storage: string;
  readonly newBlob: () => BlobWriter;
  /** Notes a call that no client should make, without refusing it. */
  readonly note: (what: string) => void;
}

export type Answer =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'bytes'; readonly blob: Blob; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string };

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly fields: Fields }
  /** Parts besides `file`. */
  | { readonly kind: 'form'; readonly fields: Fields }
  /** What the double does not look into. */
  | { readonly kind: 'any' };

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** From the root; `{key}` stands for an experiment's. */
  readonly path: string;
  readonly query: Fields;
  readonly body: Body;
  /** Runs before the body is read; what it returns runs when the request is over, however it ends. */
  readonly begin?: (asked: Omit<Asked, 'body' | 'form'>) => () => void;
  readonly answer: (asked: Asked) => Answer | Promise<Answer>;
}

export const REST = '/api/rest/v2/';
export const LIB = '/clientlib/';

/** What tests call a route: `GET /artifacts/version`, `POST /clientlib/asset/upload`. */
export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string =>
  `${method} ${path.startsWith(REST) ? path.slice(REST.length - 1) : path}`;

export const get = (path: string, query: Fields, answer: Route['answer']): Route => ({ method: 'GET', path: `${REST}${path}`, query, body: { kind: 'none' }, answer });

export const post = (path: string, fields: Fields, answer: Route['answer']): Route => ({ method: 'POST', path: `${REST}${path}`, query: {}, body: { kind: 'json', fields }, answer });

export const json = (value: unknown): Answer => ({ kind: 'json', value });

/** Comet's answer to a call that has nothing to tell. */
export const done = json({ msg: 'OK', code: 200 });

/** A field that its check has found to be text, or that is absent. */
export function textIn(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function textsIn(values: Readonly<Record<string, unknown>>, name: string): readonly string[] | undefined {
  const value = values[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
}

export function mustHave(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = textIn(values, name);
  if (value === undefined) {
    throw new Breach(`no ${name}`);
  }
  return value;
}

export function experimentOf(records: Records, key: string | undefined): Experiment {
  if (key === undefined || key === '') {
    throw new Refusal(90998, 'The experiment key is missing');
  }
  const experiment = records.experiments.get(key);
  if (experiment === undefined) {
    throw new Refusal(90211, 'The experiment does not exist');
  }
  return experiment;
}
