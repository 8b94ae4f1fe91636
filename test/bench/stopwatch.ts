import { randomFillSync } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Milliseconds. */
export async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** Bytes of memory that this process took at most during `work` above what it took before. */
export async function peakMemory(work: () => Promise<unknown>): Promise<number> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak - idle;
}

/** How late the event loop is from now on, but for rests. It ends with the 99th percentile in milliseconds, of ticks that are 5 ms apart. */
export function lagDuring(): { rest(): void; resume(): void; end(): number } {
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  return {
    rest: () => void lag.disable(),
    resume: () => void lag.enable(),
    end() {
      lag.disable();
      return lag.percentile(99) / 1e6;
    },
  };
}

/** Files whose contents neither compress nor repeat, a hundred to a folder. */
export function makeFiles(folder: string, count: number, size: number): void {
  const bytes = Buffer.alloc(Math.min(size, 2 ** 26));
  for (let index = 0; index < count; index++) {
    const place = count === 1 ? folder : path.join(folder, `part-${String(Math.floor(index / 100)).padStart(2, '0')}`);
    fs.mkdirSync(place, { recursive: true });
    const file = fs.openSync(path.join(place, `file-${String(index).padStart(6, '0')}.bin`), 'w');
    for (let left = size; left > 0; left -= bytes.length) {
      fs.writeSync(file, randomFillSync(bytes), 0, Math.min(left, bytes.length));
    }
    fs.closeSync(file);
  }
}
