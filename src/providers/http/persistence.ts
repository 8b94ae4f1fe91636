import { setTimeout as after } from 'node:timers/promises';
import { rateLimited } from '../../model/errors';
import { Failure } from './failure';

export interface Persistence {
  /** False: the first answer counts, unless it says that nothing was done. */
  readonly retry: boolean;
  /** A step of a transfer: waits for a server that starts again, and for long pauses that a server asks for. */
  readonly patient: boolean;
  /** Milliseconds before the first retry. */
  readonly pause: number;
  readonly signal?: AbortSignal | undefined;
  /** Nobody asks any more. */
  readonly closing: AbortSignal;
  onRetry(failure: Failure, wait: number): void;
}

const TRIES = { patient: 10, impatient: 6 };
/** What breaks after this long, such as an upload to a server that ends each request after 30 s, is tried less often. */
const LONG_MS = 20_000;
const LONG_TRIES = 2;
const LONGEST_PAUSE_MS = 10_000;
/** What a server may ask for; who looks at a tree waits no longer, a transfer does. */
const LONGEST_WAIT_MS = { patient: 15 * 60_000, impatient: 20_000 };

/** Does it until it goes well, cannot go well, or has been tried often enough; throws what `Failure` holds. */
export async function persistently<T>(how: Persistence, attempt: () => Promise<T>): Promise<T> {
  let immediate = true;
  let long = 0;
  const patience = how.patient ? 'patient' : 'impatient';
  for (let tries = 1; ; tries += 1) {
    const began = Date.now();
    how.closing.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure)) {
        throw error;
      }
      if (error.again === 'never' || (!how.retry && !error.refused)) {
        throw error.reason;
      }
      if (error.again === 'now' && immediate) {
        immediate = false;
        tries -= 1;
        continue;
      }
      long += Date.now() - began > LONG_MS ? 1 : 0;
      if (tries >= TRIES[patience] || long >= LONG_TRIES || (error.unreachable && !how.patient)) {
        throw error.reason;
      }
      const wait = error.after === undefined ? backoff(how.pause, tries) : asked(error, how.pause, LONGEST_WAIT_MS[patience]);
      how.onRetry(error, wait);
      await pauseFor(wait, how.signal === undefined ? how.closing : AbortSignal.any([how.signal, how.closing]));
    }
  }
}

/** Doubles, with as much chance in it as keeps many clients from coming back at once. */
const backoff = (pause: number, tries: number): number => Math.min(pause * 2 ** (tries - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);

function asked({ after: wait = 0, reason }: Failure, pause: number, longest: number): number {
  if (wait > longest) {
    throw rateLimited(`the server asks to wait ${Math.ceil(wait / 60_000)} minutes`, reason);
  }
  // Never earlier than asked, and not all at the same moment, not even when a server asks for none.
  return Math.max(wait * (1 + Math.random() * 0.05), pause * Math.random());
}

/** Rejects with the signal's reason as soon as it is aborted. */
export async function pauseFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await after(ms, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
