import type { Readable } from 'node:stream';
import type { Silence } from './silence';

/** So much may wait for its reader. Bytes. */
const MOST_WAITING = 256 * 1024;

export interface Ways {
  readonly finish: () => void;
  readonly leave: () => void;
}

/** The bytes of an answer to their end, or what `failed` makes of its breaking off. Leaving it early leaves the answer. */
export async function* incoming(body: Readable, silence: Silence, failed: (error: unknown) => unknown, ways: Ways): AsyncGenerator<Uint8Array, void, undefined> {
  let out = ways.leave;
  try {
    const arrivals = new Arrivals(body);
    silence.resume();
    for (let chunks = await arrivals.take(); chunks.length > 0; chunks = await arrivals.take()) {
      silence.rest();
      for (const chunk of chunks) {
        yield chunk;
      }
      silence.resume();
    }
    out = ways.finish;
  } catch (error) {
    throw failed(error);
  } finally {
    out();
  }
}

/** A stream as it flows: walking one by itself costs for each piece what hashing it does. */
class Arrivals {
  private chunks: Uint8Array[] = [];
  private waiting = 0;
  private state: 'open' | 'ended' | 'closed';
  private wake = (): void => {};

  constructor(private readonly body: Readable) {
    this.state = body.readableEnded ? 'ended' : body.destroyed ? 'closed' : 'open';
    body.on('data', (chunk: Uint8Array) => {
      this.chunks.push(chunk);
      this.waiting += chunk.length;
      if (this.waiting >= MOST_WAITING) {
        body.pause();
      }
      this.wake();
    });
    body.once('end', () => this.become('ended'));
    body.once('error', () => this.become('closed'));
    body.once('close', () => this.become('closed'));
  }

  /** What has come since the last look, or comes next; nothing at the end. */
  async take(): Promise<readonly Uint8Array[]> {
    while (this.chunks.length === 0 && this.state === 'open') {
      this.body.resume();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const { chunks } = this;
    if (chunks.length === 0 && this.state === 'closed') {
      throw this.body.errored ?? Object.assign(new Error('closed before its end'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
    }
    this.chunks = [];
    this.waiting = 0;
    return chunks;
  }

  private become(state: 'ended' | 'closed'): void {
    this.state = this.state === 'open' ? state : this.state;
    this.wake();
  }
}
