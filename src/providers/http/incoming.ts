import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Silence } from './silence';

/**
 * So much is taken of all answers together before timers have their turn, and of one at least a piece: Node reads from each connection as
 * long as it finds something there. Bytes.
 */
const A_TURN = 2 * 1024 * 1024;

export interface Ways {
  readonly finish: () => void;
  readonly leave: () => void;
  /** How many answers are being read. */
  readonly readers: () => number;
}

/** The bytes of an answer to their end, or what `failed` makes of its breaking off. Leaving it early leaves the answer. */
export async function* incoming(body: Readable, silence: Silence, failed: (error: unknown) => unknown, ways: Ways): AsyncGenerator<Uint8Array, void, undefined> {
  let out = ways.leave;
  try {
    const arrivals = new Arrivals(body, ways.readers);
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
  private thisTurn = 0;
  private state: 'open' | 'ended' | 'closed';
  private wake = (): void => {};

  constructor(private readonly body: Readable, private readonly readers: () => number) {
    this.state = body.readableEnded ? 'ended' : body.destroyed ? 'closed' : 'open';
    body.on('data', (chunk: Uint8Array) => {
      this.chunks.push(chunk);
      this.thisTurn += chunk.length;
      if (this.isTurnOver()) {
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
    if (this.isTurnOver()) {
      await setImmediate();
      this.thisTurn = 0;
    }
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
    return chunks;
  }

  private isTurnOver(): boolean {
    return this.thisTurn * this.readers() >= A_TURN;
  }

  private become(state: 'ended' | 'closed'): void {
    this.state = this.state === 'open' ? state : this.state;
    this.wake();
  }
}
