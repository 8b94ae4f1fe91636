import type { Call } from '../model/call';
import { corrupt, isArtifactError, serverFault } from '../model/errors';
import type { OpenAnswer } from './http';
import { pauseFor } from './http/persistence';

/** Opens a file at a byte, or earlier where the server gives no parts. What comes from `end` on, where it is given, is not read. */
export type Opener = (start: number, call?: Call, end?: number) => Promise<OpenAnswer>;

const FRUITLESS = 4;
const PAUSE_MS = 200;
/** A stream that breaks after this long was ended by a limit of the server. */
const LIMIT_MS = 25_000;

export interface Reading {
  readonly path: string;
  readonly start: number;
  /** The byte that is not read any more: that behind the last one unless it is given. */
  readonly end?: number | undefined;
  /** Bytes of the whole. */
  readonly size: number;
  /** Shared by whoever reads parts of one file, which is to stay the same for all of them. */
  readonly content?: Content | undefined;
  /** What to throw where the server ends connection after connection, each after long, and none brings a byte. */
  readonly cutOff?: ((path: string) => Error) | undefined;
}

/** What the server calls the content that it sends. */
export interface Content {
  tag?: string | undefined;
}

/** The bytes from `start` to `end`, through as many connections as it takes: exactly those, or an error. */
export async function* readThrough(open: Opener, reading: Reading, call?: Call): AsyncGenerator<Uint8Array, void, undefined> {
  const { path, start, size, end = size, content = {}, cutOff } = reading;
  let position = start;
  for (let fruitless = 0; position < end;) {
    const before = position;
    const began = Date.now();
    try {
      const answer = await open(position, call, reading.end);
      checkHead(answer, { path, size, tag: content.tag });
      content.tag ??= answer.headers['etag'];
      let at = answer.start;
      for await (const chunk of answer.body) {
        const skipped = Math.min(chunk.length, Math.max(0, position - at));
        const wanted = Math.min(chunk.length, end - at);
        at += chunk.length;
        if (at > size) {
          throw longer(path);
        }
        if (skipped < wanted) {
          position = at - chunk.length + wanted;
          yield wanted - skipped === chunk.length ? chunk : chunk.subarray(skipped, wanted);
        }
        if (at > end) {
          break;
        }
      }
      if (position === end) {
        return;
      }
    } catch (error) {
      const isLimit = cutOff !== undefined && position === before && Date.now() - began > LIMIT_MS;
      if (!isArtifactError(error, 'offline')) {
        // Where not even the head was out, such a server says that it failed.
        throw isLimit && isArtifactError(error, 'serverFault') ? cutOff(path) : error;
      }
      if (position === before && fruitless + 1 >= FRUITLESS) {
        throw error;
      }
      if (isLimit && fruitless > 0) {
        throw cutOff(path);
      }
    }
    fruitless = position > before ? 0 : fruitless + 1;
    if (fruitless >= FRUITLESS) {
      throw corrupt(`${path} ends before the size that its server lists`);
    }
    if (fruitless > 0) {
      await pauseFor(PAUSE_MS * 2 ** (fruitless - 1), call?.signal);
    }
  }
}

function checkHead(answer: OpenAnswer, { path, size, tag }: { readonly path: string; readonly size: number; readonly tag?: string | undefined }): void {
  const problem = answer.size !== undefined && answer.size > size ? longer(path)
    : answer.size !== undefined && answer.size < size ? corrupt(`${path} is shorter than its server lists`)
      : tag !== undefined && answer.headers['etag'] !== undefined && answer.headers['etag'] !== tag ? serverFault(`${path} changed while it was being read`)
        : undefined;
  if (problem !== undefined) {
    answer.leave();
    throw problem;
  }
}

const longer = (path: string): Error => corrupt(`${path} is longer than its server lists`);
