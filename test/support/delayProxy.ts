import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export interface DelayProxy {
  /** Of the loopback. */
  readonly port: number;
  stop(): Promise<void>;
}

interface Route {
  readonly target: number;
  readonly milliseconds: number;
}

/** So much may be on its way in one direction of one connection; enough for 400 MB/s over 20 ms. */
const WINDOW = 8 * 2 ** 20;

/**
 * A way to a port of the loopback on which every byte takes `milliseconds`, in a thread of its own so that whoever
 * measures is not slowed. What a new connection sends first waits for a round trip more, as it does on a real network.
 */
export async function startDelayProxy(target: number, milliseconds: number): Promise<DelayProxy> {
  const worker = new Worker(__filename, { workerData: { target, milliseconds } satisfies Route });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return { port, stop: async () => { await worker.terminate(); } };
}

function serve({ target, milliseconds }: Route): void {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const established = Date.now() + 2 * milliseconds;
    forward(client, upstream, () => milliseconds + Math.max(0, established - Date.now()));
    forward(upstream, client, () => milliseconds);
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

/** Timers may fire a little out of order where their delays differ, so what is under way stands in a queue. */
function forward(from: Socket, to: Socket, delay: () => number): void {
  const queue: { readonly at: number; readonly act: () => void }[] = [];
  let waiting = 0;
  const later = (act: () => void): void => {
    const at = Math.max(Date.now() + delay(), queue.at(-1)?.at ?? 0);
    queue.push({ at, act });
    setTimeout(() => queue.shift()?.act(), Math.max(0, at - Date.now()));
  };
  const resume = (): void => {
    if (waiting < WINDOW && !to.writableNeedDrain) {
      from.resume();
    }
  };
  from.on('data', (bytes) => {
    waiting += bytes.length;
    if (waiting >= WINDOW) {
      from.pause();
    }
    later(() => {
      waiting -= bytes.length;
      if (!to.destroyed && !to.write(bytes)) {
        from.pause();
      }
      resume();
    });
  });
  to.on('drain', resume);
  from.on('end', () => later(() => to.end()));
  from.on('error', () => later(() => to.resetAndDestroy()));
  from.on('close', (failed) => {
    if (!failed && !from.readableEnded) {
      later(() => to.destroy());
    }
  });
}

if (!isMainThread && parentPort !== null) {
  serve(workerData as Route);
}
