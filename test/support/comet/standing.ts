import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { startComet } from './comet';

/** The double in a thread of its own, so that whoever measures does not share one with it. */
export interface StandingComet {
  readonly url: string;
  readonly apiKey: string;
  /** Milliseconds since 1970 at which a version was last told to be CLOSED. */
  lastClosed(): Promise<number>;
  /** What no client should have done. */
  faults(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

interface Told {
  readonly lastClosed: number;
  readonly faults: readonly string[];
}

export async function standingComet(): Promise<StandingComet> {
  const worker = new Worker(__filename);
  const answer = async <T>(): Promise<T> => (await once(worker, 'message'))[0] as T;
  const place = await answer<{ readonly url: string; readonly apiKey: string }>();
  const ask = async (): Promise<Told> => {
    const told = answer<Told>();
    worker.postMessage('tell');
    return await told;
  };
  return {
    ...place,
    lastClosed: async () => (await ask()).lastClosed,
    faults: async () => (await ask()).faults,
    stop: async () => {
      worker.postMessage('stop');
      await once(worker, 'exit');
    },
  };
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  void startComet().then((comet) => {
    port.on('message', (what: 'tell' | 'stop') => {
      if (what === 'stop') {
        void comet.stop().then(() => port.close());
      } else {
        const lastClosed = comet.calls.findLast(({ route }) => route === 'POST /write/artifacts/state')?.at ?? 0;
        port.postMessage({ lastClosed, faults: comet.faults } satisfies Told);
      }
    });
    port.postMessage({ url: comet.url, apiKey: comet.apiKey });
  });
}
