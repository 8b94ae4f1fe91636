import type { HeadAnswer, Headers, HttpOptions, JsonRequest, OpenAnswer, OpenRequest, Request, SendAnswer, SendBody, SendRequest } from '../http';
import { addressOf, shownAddress } from './address';
import { giveUp } from '../passed';
import { bodyExtent } from './extent';
import { Failure } from './failure';
import { Requests, type Job } from './requests';
import { parsed, textOf } from './text';
import type { Exchange, Method } from './wire';

const MAX_JSON = 32 * 1024 * 1024;
const MAX_ERROR = 64 * 1024;
/** From here on a reused connection costs a server nothing extra. */
const LARGE = 64 * 1024;
/** Where so many wait side by side, what one of them waits for costs nothing, and a new connection costs the server half as much again. */
const MANY = 8;

/** The ways over the wire: for questions, and for bodies of files. */
export interface Exchanges {
  readonly ask: Exchange;
  readonly move: Exchange;
}

/** All requests to one server, and to where it sends us. */
export class Conversation {
  private readonly requests: Requests;
  /** Bodies that are being opened. */
  private opening = 0;

  constructor(private readonly options: HttpOptions, private readonly exchanges: Exchanges) {
    this.requests = new Requests(options);
  }

  get server(): string | undefined {
    return this.requests.server;
  }

  async json(method: Method, path: string, request: JsonRequest): Promise<unknown> {
    const retry = request.retry ?? true;
    // MLflow refuses whatever changes something without a JSON body; other servers have no use for an empty one.
    const isOwn = this.address(path, request).origin === this.requests.origin;
    const body = request.body !== undefined ? JSON.stringify(request.body) : method !== 'GET' && isOwn ? '{}' : undefined;
    const headers: Headers = { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...request.headers };
    const job = this.job(method, path, request, { headers, body, retry });
    return this.requests.ask(job, async (answer) => parsed(await textOf(answer, MAX_JSON, job.request.what), job.request.what));
  }

  async text(path: string, request: Request): Promise<string> {
    const job = this.job('GET', path, request, {});
    return this.requests.ask(job, (answer) => textOf(answer, MAX_JSON, job.request.what));
  }

  async open(target: string, request: OpenRequest): Promise<OpenAnswer> {
    const { start = 0, end, expected = 0, apart = false } = request;
    const headers = start === 0 && end === undefined ? request.headers ?? {} : { ...request.headers, Range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
    const job = this.job('GET', target, request, {
      headers, patient: request.patient ?? true, weight: expected, exchange: this.exchanges.move,
      alone: (apart || (expected < LARGE && this.opening < MANY)) && this.isLateWhenReused(this.address(target, request)),
    });
    this.opening += 1;
    try {
      return await this.requests.ask(job, async (answer) => {
        try {
          return { status: answer.status, headers: answer.headers, ...bodyExtent(answer, start, job.request.what), body: withReasons(answer.body, request.call?.passing), leave: answer.leave };
        } catch (error) {
          answer.leave();
          throw error;
        }
      });
    } finally {
      this.opening -= 1;
    }
  }

  async send(method: 'PUT' | 'POST', target: string, body: SendBody, request: SendRequest): Promise<SendAnswer> {
    let most = 0;
    const url = this.address(target, request);
    const isOwn = url.origin === this.requests.origin && request.signed !== true;
    const onBytes = (sent: number): void => {
      if (sent > most) {
        most = sent;
        request.call?.onProgress?.({ bytes: sent, totalBytes: body.size });
      }
    };
    const job = this.job(method, target, request, {
      // What was signed elsewhere was signed with its own type, or with none.
      headers: { ...(isOwn ? { 'Content-Type': 'application/octet-stream' } : {}), ...request.headers, ...this.framing(isOwn, body.size) },
      body: { source: body, what: request.what ?? url.pathname, onBytes },
      retry: request.retry ?? true,
      patient: request.patient ?? true,
      alone: false,
      weight: body.size,
      exchange: this.exchanges.move,
    });
    return this.requests.ask(job, async (answer) => {
      onBytes(body.size);
      return { status: answer.status, headers: answer.headers, body: await textOf(answer, MAX_ERROR, job.request.what) };
    });
  }

  async head(target: string, request: Request): Promise<HeadAnswer> {
    const job = this.job('HEAD', target, request, {});
    return this.requests.ask(job, async (answer) => {
      await textOf(answer, 0, job.request.what);
      const size = bodyExtent(answer, 0, job.request.what).size;
      return { status: answer.status, headers: answer.headers, ...(size === undefined ? {} : { size }) };
    });
  }

  dispose(): void {
    this.requests.dispose();
  }

  private job(method: Method, target: string, request: Request, rest: Partial<Job>): Job {
    const url = this.address(target, request);
    const retry = rest.retry ?? true;
    return {
      method,
      url,
      headers: request.headers ?? {},
      // What must not happen twice gets a connection that nobody has closed meanwhile.
      alone: this.isLateWhenReused(url) || !retry,
      patient: request.patient ?? false,
      weight: 0,
      exchange: this.exchanges.ask,
      ...rest,
      retry,
      request: { ...request, what: request.what ?? shownAddress(this.options.base, url) },
    };
  }

  /** Over TLS a handshake would cost more than what is lost. */
  private isLateWhenReused({ protocol }: URL): boolean {
    return protocol === 'http:' && this.options.reuses !== true;
  }

  /**
   * gunicorn takes a body that breaks off for a whole one and stores it. A reset tells it better, but not through Python's TLS nor through a
   * proxy that passes the body on as it comes; the end of chunks cannot be mistaken anywhere.
   */
  private framing(isOwn: boolean, size: number): Headers {
    const isMistaken = isOwn && isGunicorn(this.server);
    return isMistaken ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(size) };
  }

  private address(target: string, request: Request): URL {
    return addressOf(this.options.base, target, request.query);
  }
}

export const isGunicorn = (server: string | undefined): boolean => /^gunicorn\b/iu.test(server ?? '');

/** Who reads a body decides whether to go on after it broke, and sees our errors only. */
async function* withReasons(body: AsyncIterable<Uint8Array>, passing = false): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of body) {
      yield chunk;
      if (passing) {
        giveUp(chunk);
      }
    }
  } catch (error) {
    throw error instanceof Failure ? error.reason : error;
  }
}
