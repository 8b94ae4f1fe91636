import axios, { type RawAxiosRequestHeaders } from 'axios';
import type { Readable } from 'node:stream';
import type { Call, Log } from '../model/call';
import type { ArtifactError } from '../model/errors';
import { createAgents, ownHeaders, transport, type Agents } from './http/agents';
import { Conversation } from './http/conversation';
import { moveOver } from './http/moving';
import { answered, type Exchange } from './http/wire';

export type Headers = Readonly<Record<string, string>>;

export interface HttpOptions {
  /** Such as http://host:5000/prefix, without a slash at the end. */
  readonly base: string;
  /** Asked for each request to the base's origin; never sent to another one. */
  readonly headers?: (() => Promise<Headers>) | undefined;
  readonly log: Log;
  /** Turns a server's own error into ours; by status where it gives nothing. What becomes `rateLimited` is tried again. */
  readonly errorOf?: ((answer: FailedAnswer) => ArtifactError | undefined) | undefined;
  /** Set for a server whose small answers come as fast on a connection that was used before. MLflow's default one answers them 40 ms late. */
  readonly reuses?: boolean | undefined;
  /** Milliseconds without a byte in either direction after which a request is given up: 60,000 unless it is given. */
  readonly silence?: number | undefined;
  /** Milliseconds before the first retry, each later one waiting twice as long: 500 unless it is given. */
  readonly pause?: number | undefined;
}

export interface FailedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  /** At most 64 KiB of it. */
  readonly body: string;
  readonly what: string;
}

/** A list repeats its key; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Request {
  readonly query?: Query | undefined;
  readonly headers?: Headers | undefined;
  readonly call?: Call | undefined;
  /** What it is about, as a noun phrase for people; the path unless it is given. */
  readonly what?: string | undefined;
  /** A step of a transfer: waits for a server that starts again, and as long as a server asks for. So do `open` and `send` unless told otherwise. */
  readonly patient?: boolean | undefined;
  /** Hears each time that it is tried again; `refused` where the server had said that it did nothing. */
  readonly onRetry?: ((refused: boolean) => void) | undefined;
  /** The address says all that the other side wants to know: neither the sign-in nor anything else of ours goes along, though it may be on the server's own host. */
  readonly signed?: boolean | undefined;
  /** In place of the one that all requests have, and for other origins too. */
  readonly errorOf?: ((answer: FailedAnswer) => ArtifactError | undefined) | undefined;
}

export interface JsonRequest extends Request {
  readonly body?: unknown;
  /** False for a call that makes something: an answer that got lost may have made it. */
  readonly retry?: boolean | undefined;
}

export interface OpenRequest extends Request {
  /** Byte to begin at. */
  readonly start?: number | undefined;
  /** Byte to end before. A server that gives no parts goes on behind it. */
  readonly end?: number | undefined;
  /** On a connection of its own where that costs little: of a server's processes one that has nothing else to do takes it. */
  readonly apart?: boolean | undefined;
  /** Bytes that are expected: some servers fetch them all before they answer, and large ones are waited for longer. */
  readonly expected?: number | undefined;
}

export interface OpenAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Where the body really begins: 0 when the server ignored `start`. */
  readonly start: number;
  /** Bytes of the whole, where the server says it. */
  readonly size?: number | undefined;
  /** Ends where the server said it would, or throws. Leaving it early closes the connection; one that is not read at all is given up after the silence. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection of a body that nobody will read. */
  readonly leave: () => void;
}

export interface HeadAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly size?: number | undefined;
}

export interface SendBody {
  readonly size: number;
  /** All `size` bytes where they are at hand: they go out in one piece. */
  readonly bytes?: Uint8Array | undefined;
  open(start?: number): AsyncIterable<Uint8Array>;
}

export interface SendRequest extends Request {
  readonly retry?: boolean | undefined;
}

export interface SendAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A server and how to speak to it. Everything throws `ArtifactError`, or the signal's reason. */
export interface Http {
  /** Parsed JSON, `{}` for an empty body, 32 MiB at most; what is no JSON is a `serverFault`. */
  json(method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, request?: JsonRequest): Promise<unknown>;
  text(path: string, request?: Request): Promise<string>;
  /** Opens a body at a path below the base or at an absolute URL. The caller reads it or leaves it. */
  open(target: string, request?: OpenRequest): Promise<OpenAnswer>;
  /** Streams a body of known length; a retry opens it again. Progress counts its bytes once. */
  send(method: 'PUT' | 'POST', target: string, body: SendBody, request?: SendRequest): Promise<SendAnswer>;
  /** What a GET would say about the body, without the body. */
  head(target: string, request?: Request): Promise<HeadAnswer>;
  /** What the server called itself in its last answer, where it did. */
  server(): string | undefined;
  /** Ends what is under way and closes every connection. */
  dispose(): void;
}

/** Loads axios: reach this file by `import()`. */
export function createHttp(options: HttpOptions): Http {
  const agents = createAgents();
  const conversation = new Conversation(options, { ask: exchangeOver(agents), move: moveOver(agents) });
  return {
    json: (method, path, request = {}) => conversation.json(method, path, request),
    text: (path, request = {}) => conversation.text(path, request),
    open: (target, request = {}) => conversation.open(target, request),
    send: (method, target, body, request = {}) => conversation.send(method, target, body, request),
    head: (target, request = {}) => conversation.head(target, request),
    server: () => conversation.server,
    dispose() {
      conversation.dispose();
      agents.dispose();
    },
  };
}

/** axios with nothing of its own between us and Node: no buffering, no redirects, no decoding, no opinion about a status. */
function exchangeOver(agents: Agents): Exchange {
  const instance = axios.create({
    adapter: 'http',
    maxRedirects: 0,
    maxBodyLength: -1,
    maxContentLength: -1,
    decompress: false,
    proxy: false,
    responseType: 'stream',
    validateStatus: null,
    transformRequest: [],
    transformResponse: [],
  });
  return async ({ method, url, headers, body, alone, signal, onRequest }) => {
    const pair = alone ? agents.alone : agents.kept;
    const answer = await instance.request<Readable>({
      method,
      url: url.href,
      // What is false is not sent; axios would invent a type.
      headers: { ...ownHeaders(alone), 'Content-Type': false, ...headers } satisfies RawAxiosRequestHeaders,
      data: body,
      signal,
      httpAgent: pair.http,
      httpsAgent: pair.https,
      transport: transport(url.protocol === 'https:', onRequest),
    });
    return answered(answer.status, answer.headers, answer.data);
  };
}
