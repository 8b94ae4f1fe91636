import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { invalid } from '../model/errors';
import { type ChosenFile, openChosen } from '../store/chosenFiles';
import { giveUp } from './passed';
import type { AssetSource } from './provider';

/** Smaller ones are read before they are sent, so that size and digest are known for certain. Bytes. */
const SMALL = 1024 * 1024;
const TRIES = 3;

/** Bytes that can be sent again from any of them. */
export interface FileSource {
  readonly size: number;
  /** Absolute path where the bytes are a plain file of this machine. */
  readonly file?: string | undefined;
  /** All of them, where they are few. */
  readonly bytes?: Uint8Array | undefined;
  open(start?: number): AsyncIterable<Uint8Array>;
}

interface Measure {
  readonly size: number;
  readonly sha256: string;
}

/**
 * Sends a source whose announced size may be wrong, and which may change while it is sent. `send` is called again with the true size
 * until both agree; answers what was sent. `onRead` hears of bytes that are read before anything is sent.
 */
export async function sendMeasured(source: AssetSource, send: (source: FileSource) => Promise<void>, onRead: (bytes: number) => void, signal?: AbortSignal): Promise<Measure> {
  const small = await readSmall(source, onRead, signal);
  if (small !== undefined) {
    const { length: size } = small;
    await send({ size, bytes: small, open: (start = 0) => pieces(small, start) });
    const sha256 = createHash('sha256').update(small).digest('hex');
    // All of it was sent, and answered.
    giveUp(small);
    return { size, sha256 };
  }
  let size = source.file === undefined ? source.size : (await stat(source.file)).size;
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const before = await stamp(source);
    const counted = new Counted(source, size);
    try {
      await send({ size, file: source.file, open: (start) => counted.open(start) });
      const sha256 = counted.sha256 ?? await digestOf(source, signal);
      if (await stamp(source) === before) {
        return { size, sha256 };
      }
    } catch (error) {
      if (!counted.differs) {
        throw error;
      }
    }
    signal?.throwIfAborted();
    size = await length(source, onRead, signal);
  }
  throw invalid(`${source.path} changes while it is being logged. Log it again when nothing writes to it.`);
}

/** The bytes, or nothing for a source with more than a few. */
async function readSmall(source: AssetSource, onRead: (bytes: number) => void, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  if (source.size > SMALL) {
    return undefined;
  }
  if (source.file !== undefined) {
    return readFile({ file: source.file, within: source.within }, source.size);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source.open()) {
    signal?.throwIfAborted();
    // A copy, as the source may use its own again.
    chunks.push(Uint8Array.from(chunk));
    bytes += chunk.length;
    if (bytes > source.size) {
      onRead(bytes);
    }
    if (bytes > SMALL) {
      return undefined;
    }
  }
  return Buffer.concat(chunks);
}

/** With as few turns of the thread pool as there can be, as thousands of files wait for them. Nothing where the file has grown. */
async function readFile(file: ChosenFile, size: number): Promise<Uint8Array | undefined> {
  const handle = await openChosen(file);
  try {
    const buffer = Buffer.allocUnsafeSlow(size + 1);
    let length = 0;
    let got: number;
    do {
      ({ bytesRead: got } = await handle.read(buffer, length, buffer.length - length, length));
      length += got;
    } while (got > 0 && length < size);
    return length > size ? undefined : buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}

async function* pieces(bytes: Uint8Array, start: number): AsyncGenerator<Uint8Array, void, undefined> {
  if (start < bytes.length) {
    yield bytes.subarray(start);
  }
}

/** A source that must have as many bytes as were announced. Hashes what is read from the start to the end. */
class Counted {
  sha256: string | undefined;
  differs = false;

  constructor(
    private readonly source: AssetSource,
    private readonly size: number,
  ) {}

  async *open(start = 0): AsyncGenerator<Uint8Array, void, undefined> {
    const hash = createHash('sha256');
    let position = start;
    for await (const chunk of this.source.open(start)) {
      position += chunk.length;
      if (position > this.size) {
        break;
      }
      hash.update(chunk);
      yield chunk;
    }
    if (position !== this.size) {
      this.differs = true;
      throw invalid(`${this.source.path} has another size than when it was looked at`);
    }
    if (start === 0) {
      this.sha256 = hash.digest('hex');
    }
  }
}

async function length(source: AssetSource, onRead: (bytes: number) => void, signal?: AbortSignal): Promise<number> {
  if (source.file !== undefined) {
    return (await stat(source.file)).size;
  }
  let bytes = 0;
  for await (const chunk of source.open()) {
    signal?.throwIfAborted();
    bytes += chunk.length;
    onRead(bytes);
  }
  return bytes;
}

async function digestOf(source: AssetSource, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.open()) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** What changes when a file is written to. */
async function stamp({ file }: AssetSource): Promise<string | undefined> {
  if (file === undefined) {
    return undefined;
  }
  const { size, mtimeNs } = await stat(file, { bigint: true });
  return `${size} ${mtimeNs}`;
}
