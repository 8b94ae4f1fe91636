import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Call } from '../../../model/call';

/**
 * Lets so many jobs run side by side as the server bears: more while all goes well, half as many after a sign of overload. Those that
 * open a connection begin one after another: a server's process that finds many waiting takes them all, and the others stay idle.
 */
export interface Pace {
  /** `bytes` is how much the job moves: of large ones only a few run at a time, as each holds some memory. */
  run<T>(job: () => Promise<T>, bytes: number, call?: Call): Promise<T>;
  /** The server asked for a pause, or dropped a connection. */
  readonly slower: () => void;
}

const FIRST = 8;
const MOST = 32;
/** So many that went well are worth one more, until the server has shown how many it bears. */
const STEP = 1;
/** Milliseconds after which a process of a server is at work on what it took, and another one takes the next. */
const APART_MS = 2;
const LARGE = 16 * 1024 * 1024;
const LARGE_AT_A_TIME = 4;
/** Signs that come together are one. */
const TOGETHER_MS = 1_000;

export function createPace(): Pace {
  const limit = pLimit(FIRST);
  const large = pLimit(LARGE_AT_A_TIME);
  const apart = createApart();
  let slowedAt = 0;
  let good = 0;
  const run = async <T>(job: () => Promise<T>, call: Call | undefined): Promise<T> => limit(async () => {
    call?.signal?.throwIfAborted();
    const result = await apart(job, call);
    good += 1;
    if (good >= (slowedAt === 0 ? STEP : limit.concurrency) && limit.concurrency < MOST) {
      good = 0;
      limit.concurrency += 1;
    }
    return result;
  });
  return {
    run: async (job, bytes, call) => (bytes < LARGE ? run(job, call) : large(() => run(job, call))),
    slower() {
      good = 0;
      if (Date.now() - slowedAt > TOGETHER_MS) {
        slowedAt = Date.now();
        limit.concurrency = Math.max(1, limit.concurrency >> 1);
      }
    },
  };
}

/** A job that follows the end of another one has its connection, and begins at once. */
function createApart(): <T>(job: () => Promise<T>, call: Call | undefined) => Promise<T> {
  let running = 0;
  let connections = 0;
  let lastOpened = -Infinity;
  return async (job, call) => {
    running += 1;
    try {
      if (running > connections) {
        connections = running;
        const now = performance.now();
        lastOpened = Math.max(now, lastOpened + APART_MS);
        if (lastOpened > now) {
          await setTimeout(Math.ceil(lastOpened - now));
          call?.signal?.throwIfAborted();
        }
      }
      return await job();
    } finally {
      running -= 1;
      if (running === 0) {
        // Servers close what is idle.
        connections = 0;
      }
    }
  };
}
