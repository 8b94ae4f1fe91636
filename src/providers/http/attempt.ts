import type { ClientRequest } from 'node:http';
import type { Headers } from '../http';
import { offline, serverFault } from '../../model/errors';
import { brokenConnection, Failure } from './failure';
import { incoming } from './incoming';
import { outgoing, type Outgoing, type Upload } from './outgoing';
import { Silence } from './silence';
import type { Exchange, Method } from './wire';

export interface AttemptRequest {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: string | Outgoing | undefined;
  readonly alone: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly what: string;
  /** Milliseconds without a byte that are borne. */
  readonly silence: number;
  /** Bytes that the server may have to move somewhere else before it answers. */
  readonly weight: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** To be walked once. Leaving it early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up what is not read yet. */
  readonly leave: () => void;
}

const CONNECT_MS = 20_000;
/** The slowest server that is waited for, in bytes per ms, where it fetches or stores a file before it answers. */
const BEHIND_THE_SERVER = 5_000;

/** One request, from the connection to the last byte of its answer. Throws `Failure`, or the signal's reason. */
export async function attempt(exchange: Exchange, request: AttemptRequest, live: Set<() => void>): Promise<Answer> {
  request.signal?.throwIfAborted();
  const { url, what } = request;
  const ending = new AbortController();
  let sent: ClientRequest | undefined;
  let why: unknown;
  let answered = false;
  const finish = (): void => {
    silence.stop();
    live.delete(closed);
    request.signal?.removeEventListener('abort', aborted);
    // Closes the file behind it where not all was sent.
    upload?.close();
  };
  const end = (reason: unknown): void => {
    why ??= reason;
    cut(sent);
    ending.abort();
    finish();
  };
  const aborted = (): void => end(request.signal?.reason);
  const closed = (): void => end(offline(`the connection to ${url.host} was closed here`));
  const silence: Silence = new Silence(
    () => limitOf(request, sent, answered || upload?.isWhole() === false),
    () => (sent?.socket ? sent.socket.bytesRead + sent.socket.bytesWritten : 0),
    () => end(new Failure(offline(`${url.host} is silent, for ${what}`), 'later', sent?.socket?.connecting !== false)),
    Math.max(10, Math.min(request.silence / 4, 5_000)),
  );
  const upload: Upload | undefined = request.body === undefined || typeof request.body === 'string' ? undefined : outgoing(request.body, silence, end, () => sent);
  const failed = (error: unknown): unknown => why ?? (error instanceof Failure ? error
    : brokenConnection(error, { what, host: url.host, reused: sent?.reusedSocket === true && !answered }));
  request.signal?.addEventListener('abort', aborted);
  live.add(closed);
  try {
    const answer = await exchange({
      ...request,
      body: upload?.data ?? (request.body as string | undefined),
      signal: ending.signal,
      onRequest: (made) => { sent = made; },
    });
    // Whoever waits for the body hears of it there.
    answer.body.on('error', () => {});
    answered = true;
    const leave = (): void => {
      cut(sent);
      answer.body.destroy();
      finish();
    };
    if (answer.status < 300 && upload?.isWhole() === false) {
      leave();
      throw new Failure(serverFault(`it answered before it had everything, for ${what}`), 'later');
    }
    return { status: answer.status, headers: answer.headers, body: incoming(answer.body, silence, failed, { finish, leave, readers: () => live.size }), leave };
  } catch (error) {
    finish();
    throw failed(error);
  }
}

/** Milliseconds of silence that are borne. */
function limitOf({ silence, weight }: AttemptRequest, sent: ClientRequest | undefined, moving: boolean): number {
  if (sent?.socket?.connecting !== false) {
    return Math.min(CONNECT_MS, silence);
  }
  return moving ? silence : silence + weight / BEHIND_THE_SERVER;
}

/**
 * A reset, never a clean close: servers take a body that ends with a clean close for complete, and store what they have.
 * Once all is sent there is nothing to be mistaken. Node resets nothing under TLS: what would be mistaken there goes in chunks.
 */
function cut(request: ClientRequest | undefined): void {
  const socket = request?.socket;
  if (request === undefined || !socket || request.writableFinished || 'encrypted' in socket) {
    request?.destroy();
  } else {
    socket.resetAndDestroy();
  }
}
