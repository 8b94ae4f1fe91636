import { randomBytes, randomUUID } from 'node:crypto';
import * as http from 'node:http';
import { time } from './stopwatch';

/** As many requests side by side as our transfers have of files of this size. */
const atATime = (size: number): number => (size < 256 * 1024 ? 32 : 12);

/** Milliseconds. */
export interface Bare {
  readonly up: number;
  readonly down: number;
}

/**
 * What moving so many files costs a client that does nothing else: Node's own requests, out of memory and thrown away, into no run and no
 * version. Nobody who uses this server on this machine can be faster.
 */
export async function bare(url: string, count: number, size: number): Promise<Bare> {
  const agent = new http.Agent({ keepAlive: true });
  const folder = `${url}/api/2.0/mlflow-artifacts/artifacts/bench/${randomUUID()}`;
  const body = randomBytes(size);
  const each = async (move: (file: string) => Promise<void>): Promise<number> => time(async () => {
    let next = 0;
    await Promise.all(Array.from({ length: atATime(size) }, async () => {
      while (next < count) {
        await move(`${folder}/${next++}.bin`);
      }
    }));
  });
  try {
    const up = await each((file) => asked(http.request(file, { method: 'PUT', agent, headers: { 'Content-Length': size } }).end(body), 0));
    const down = await each((file) => asked(http.request(file, { agent }).end(), size));
    return { up, down };
  } finally {
    agent.destroy();
  }
}

function asked(request: http.ClientRequest, expected: number): Promise<void> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (answer) => {
      let bytes = 0;
      answer.on('data', (piece: Buffer) => { bytes += piece.length; });
      answer.once('error', reject);
      answer.once('end', () => (answer.statusCode === 200 && bytes === expected ? resolve() : reject(new Error(`${answer.statusCode ?? 'nothing'}, ${bytes} bytes`))));
    });
  });
}
