import { invalid, offline, serverFault } from '../../model/errors';
import type { Headers, HttpOptions, Request } from '../http';
import { addressOf, originOf, shownAddress } from './address';
import { attempt, type Answer } from './attempt';
import { Failure, failedAnswer } from './failure';
import type { Outgoing } from './outgoing';
import { persistently } from './persistence';
import { textOf } from './text';
import type { Exchange, Method } from './wire';

const MAX_ERROR = 64 * 1024;
const MAX_REDIRECTS = 5;
const SILENCE_MS = 60_000;
const PAUSE_MS = 500;

/** A request with all that is left open in what callers say. */
export interface Job {
  readonly method: Method;
  readonly url: URL;
  readonly request: Request & { readonly what: string };
  readonly headers: Headers;
  readonly body?: string | Outgoing | undefined;
  /** On a connection of its own. */
  readonly alone: boolean;
  readonly retry: boolean;
  readonly patient: boolean;
  /** Bytes that the server may have to move somewhere else before it answers. */
  readonly weight: number;
  readonly exchange: Exchange;
}

/** Asks until there is an answer that is no redirect and no failure. */
export class Requests {
  readonly origin: string | undefined;
  /** What the server called itself in its last answer. */
  server: string | undefined;
  private readonly live = new Set<() => void>();
  private readonly closing = new AbortController();

  constructor(private readonly options: HttpOptions) {
    this.origin = originOf(options.base);
  }

  dispose(): void {
    this.closing.abort(offline('the connection was closed here'));
    for (const end of [...this.live]) {
      end();
    }
  }

  async ask<T>(job: Job, take: (answer: Answer) => Promise<T>): Promise<T> {
    const { log, pause = PAUSE_MS } = this.options;
    const signal = job.request.call?.signal;
    return persistently({
      retry: job.retry,
      patient: job.patient,
      pause,
      signal,
      closing: this.closing.signal,
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
        const failed = { status: answer.status, headers: answer.headers, body: await refusalIn(answer, job.request.what), what: job.request.what };
        answer.leave();
        if (REFUSALS.has(answer.status) && job.url.origin === this.origin && url.origin !== this.origin && url.pathname === job.url.pathname) {
          // The sign-in went no further than to the address that it was given for.
          throw moved(url);
        }
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
      throw moved(to);
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
    const isOwn = url.origin === this.origin && job.request.signed !== true;
    const own = isOwn ? await this.options.headers?.() ?? {} : {};
    // Nothing that was meant for one origin reaches another.
    const headers = url.origin === job.url.origin ? { ...own, ...job.headers } : rangeOf(job.headers);
    try {
      const answer = await attempt(job.exchange, {
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
      if (isOwn) {
        this.server = answer.headers['server'];
      }
      this.options.log.debug(`${shown} ${answer.status} ${Date.now() - began} ms`);
      return answer;
    } catch (error) {
      this.options.log.debug(`${shown} failed after ${Date.now() - began} ms`);
      throw error;
    }
  }
}

const REFUSALS = new Set([401, 403]);

const moved = (to: URL): Error => invalid(`The server redirects to ${to.origin}${to.pathname}: use the address that it stands for in the connection.`);

const rangeOf = ({ Range: range }: Headers): Headers => (range === undefined ? {} : { Range: range });

/** Statuses that say all there is to say; what the others mean stands in the body. */
const PLAIN = new Set([401, 404, 408, 413, 416, 429]);

/** The text of a failed answer. One that breaks off is an answer that got lost, unless its status tells enough. */
async function refusalIn(answer: Answer, what: string): Promise<string> {
  try {
    return await textOf(answer, MAX_ERROR, what, 'cut');
  } catch (error) {
    if (error instanceof Failure && answer.status < 500 && !PLAIN.has(answer.status)) {
      throw error;
    }
    return '';
  }
}
