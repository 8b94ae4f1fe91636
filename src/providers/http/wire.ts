import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';
import type { Headers } from '../http';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** One request as it goes over the wire: no retries, no redirects, no meaning of a status. */
export interface WireRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: Readable | Buffer | string | undefined;
  /** On a connection of its own, closed after the answer. */
  readonly alone: boolean;
  readonly signal: AbortSignal;
  readonly onRequest: (request: ClientRequest) => void;
}

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  readonly body: Readable;
}

export type Exchange = (request: WireRequest) => Promise<WireAnswer>;

/** As whichever library gave it. */
export const answered = (status: number, headers: Readonly<Record<string, unknown>>, body: Readable): WireAnswer =>
  ({ status, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])), body });
