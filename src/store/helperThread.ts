import * as path from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';

/** Starts a thread that works for this one, which may block, by what `data` says. It keeps no process alive and ends with this thread. */
export function startHelper(data: unknown, ports: readonly MessagePort[] = []): void {
  // dist/worker.js, or what tests run in its place.
  const worker = new Worker(path.join(__dirname, 'worker.js'), { execArgv: [], stdin: false, workerData: data, transferList: [...ports] });
  worker.unref();
  worker.on('error', () => {
    // Whoever waits for it is told.
  });
}
