import { invalid, serverFault } from '../../model/errors';
import type { HeadAnswer, Headers, HttpOptions, JsonRequest, OpenAnswer, OpenRequest, Request, SendAnswer, SendBody, SendRequest } from '../http';
import { addressOf, originOf, shownAddress } from './address';
import { attempt, type Answer } from './attempt';
import { bodyExtent } from './extent';
import { Failure, failedAnswer } from './failure';
import type { Outgoing } from './outgoing';
import { persistently } from './persistence';
import { parsed, textOf } from './text';
import type { Exchange, Method } from './wire';

const MAX_JSON = 32 * 1024 * 1024;
const MAX_ERROR = 64 * 1024;
const MAX_REDIRECTS = 5;
const SILENCE_MS = 60_000;
const PAUSE_MS = 500;
/** From here on a reused connection costs a server nothing extra. */
const LARGE = 64 * 1024;

interface Job {
  readonly method: Method;
  readonly url: URL;
  readonly request: Request & { readonly what: string };
  readonly headers: Headers;
  readonly body?: string | Outgoing | undefined;
  readonly alone: boolean;
  readonly retry: boolean;
  readonly patient: boolean;
  readonly weight: number;
}

/** All requests to one server, and to where it sends us. */
export class Conversation {
  private readonly live = new Set<() => void>();
  private readonly origin: string | undefined;

  constructor(private readonly options: HttpOptions, private readonly exchange: Exchange) {
    this.origin = originOf(options.base);
  }

  async json(method: Method, path: string, request: JsonRequest): Promise<unknown> {
    const retry = request.retry ?? true;
    // MLflow refuses whatever changes something without a JSON body; other servers have no use for an empty one.
    const isOwn = this.address(path, request).origin === this.origin;
    const body = request.body !== undefined ? JSON.stringify(request.body) : method !== 'GET' && isOwn ? '{}' : undefined;
    const headers: Headers = { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...request.headers };
    const job = this.job(method, path, request, { headers, body, retry });
    return this.ask(job, async (answer) => parsed(await textOf(answer, MAX_JSON, job.request.what), job.request.what));
  }

  async text(path: string, request: Request): Promise<string> {
    const job = this.job('GET', path, request, {});
    return this.ask(job, (answer) => textOf(answer, MAX_JSON, job.request.what));
  }

  async open(target: string, request: OpenRequest): Promise<OpenAnswer> {
    const { start = 0, expected = 0 } = request;
    const headers = start === 0 ? request.headers ?? {} : { ...request.headers, Range: `bytes=${start}-` };
    const job = this.job('GET', target, request, { headers, patient: request.patient ?? true, weight: expected, alone: expected < LARGE });
    return this.ask(job, async (answer) => {
      try {
        return { status: answer.status, headers: answer.headers, ...bodyExtent(answer, start, job.request.what), body: withReasons(answer.body), leave: answer.leave };
      } catch (error) {
        answer.leave();
        throw error;
      }
    });
  }

  async send(method: 'PUT' | 'POST', target: string, body: SendBody, request: SendRequest): Promise<SendAnswer> {
    let most = 0;
    const url = this.address(target, request);
    const job = this.job(method, target, request, {
      // What was signed elsewhere was signed with its own type, or with none.
      headers: { ...(url.origin === this.origin ? { 'Content-Type': 'application/octet-stream' } : {}), ...request.headers, 'Content-Length': String(body.size) },
      body: {
        source: body,
        what: request.what ?? url.pathname,
        onBytes(sent) {
          if (sent > most) {
            most = sent;
            request.call?.onProgress?.({ bytes: sent, totalBytes: body.size });
          }
        },
      },
      retry: request.retry ?? true,
      patient: request.patient ?? true,
      alone: false,
      weight: body.size,
    });
    return this.ask(job, async (answer) => ({ status: answer.status, headers: answer.headers, body: await textOf(answer, MAX_ERROR, job.request.what) }));
  }

  async head(target: string, request: Request): Promise<HeadAnswer> {
    const job = this.job('HEAD', target, request, {});
    return this.ask(job, async (answer) => {
      await textOf(answer, 0, job.request.what);
      const size = bodyExtent(answer, 0, job.request.what).size;
      return { status: answer.status, headers: answer.headers, ...(size === undefined ? {} : { size }) };
    });
  }

  dispose(): void {
    for (const end of [...this.live]) {
      end();
    }
  }

  private job(method: Method, target: string, request: Request, rest: Partial<Job>): Job {
    const url = this.address(target, request);
    const retry = rest.retry ?? true;
    return {
      method,
      url,
      headers: request.headers ?? {},
      // What must not happen twice gets a connection that nobody has closed meanwhile.
      alone: url.protocol === 'http:' || !retry,
      patient: request.patient ?? false,
      weight: 0,
      ...rest,
      retry,
      request: { ...request, what: request.what ?? shownAddress(this.options.base, url) },
    };
  }

  private address(target: string, request: Request): URL {
    return addressOf(this.options.base, target, request.query);
  }

  private async ask<T>(job: Job, take: (answer: Answer) => Promise<T>): Promise<T> {
    const { log, pause = PAUSE_MS } = this.options;
    const signal = job.request.call?.signal;
    return persistently({
      retry: job.retry,
      patient: job.patient,
      pause,
      signal,
      onRetry: (failure, wait) => {
        log.debug(`${job.method} ${shownAddress(this.options.base, job.url)}: ${failure.message}; again in ${Math.round(wait)} ms`);
        job.request.onRetry?.(failure.refused);
      },
    }, async () => take(await this.followed(job)));
  }

  /** The answer that is no redirect, and no failure. */
  private async followed(job: Job): Promise<Answer> {
    let { url } = job;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.once(job, url);
      if (answer.status >= 200 && answer.status < 300) {
        return answer;
      }
      const location = answer.headers['location'];
      if (answer.status < 300 || answer.status > 399 || location === undefined) {
        const failed = { status: answer.status, headers: answer.headers, body: await textOf(answer, MAX_ERROR, job.request.what, 'cut').catch(() => ''), what: job.request.what };
        answer.leave();
        const errorOf = job.request.errorOf ?? (url.origin === this.origin ? this.options.errorOf : undefined);
        throw failedAnswer(failed, errorOf?.(failed));
      }
      answer.leave();
      url = this.next(job, url, location, redirects);
    }
  }

  private next(job: Job, from: URL, location: string, redirects: number): URL {
    const to = URL.parse(location, from.href);
    if (to === null || (to.protocol !== 'http:' && to.protocol !== 'https:')) {
      throw serverFault('it redirects to something that is no address');
    }
    if (job.method !== 'GET') {
      throw invalid(`The server redirects to ${to.origin}${to.pathname}: use the address that it stands for in the connection.`);
    }
    if (from.protocol === 'https:' && to.protocol === 'http:') {
      throw serverFault('it redirects from https to http, which is not followed');
    }
    if (redirects >= MAX_REDIRECTS) {
      throw serverFault('it redirects in circles');
    }
    return addressOf(this.options.base, to.href);
  }

  private async once(job: Job, url: URL): Promise<Answer> {
    const began = Date.now();
    const shown = `${job.method} ${shownAddress(this.options.base, url)}`;
    const own = url.origin === this.origin ? await this.options.headers?.() ?? {} : {};
    // Nothing that was meant for one origin reaches another.
    const headers = url.origin === job.url.origin ? { ...own, ...job.headers } : rangeOf(job.headers);
    try {
      const answer = await attempt(this.exchange, {
        method: job.method,
        url,
        headers,
        body: job.body,
        alone: job.alone && url.protocol === job.url.protocol,
        signal: job.request.call?.signal,
        what: job.request.what,
        silence: this.options.silence ?? SILENCE_MS,
        weight: job.weight,
      }, this.live);
      this.options.log.debug(`${shown} ${answer.status} ${Date.now() - began} ms`);
      return answer;
    } catch (error) {
      this.options.log.debug(`${shown} failed after ${Date.now() - began} ms`);
      throw error;
    }
  }
}

/** Who reads a body decides whether to go on after it broke, and sees our errors only. */
async function* withReasons(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof Failure ? error.reason : error;
  }
}

const rangeOf = ({ Range: range }: Headers): Headers => (range === undefined ? {} : { Range: range });
