import type { ClientRequest } from 'node:http';
import { Readable } from 'node:stream';
import { invalid, type ArtifactError } from '../../model/errors';
import type { SendBody } from '../http';
import type { Silence } from './silence';

export interface Outgoing {
  readonly source: SendBody;
  readonly what: string;
  readonly onBytes: (sent: number) => void;
}

export interface Upload {
  readonly data: Readable | Buffer;
  readonly isWhole: () => boolean;
  /** Closes the source. */
  readonly close: () => void;
}

/** The body in exactly its size. What fails in it ends the request before the server can take the rest for all. */
export function outgoing(body: Outgoing, silence: Silence, end: (reason: unknown) => void, request: () => ClientRequest | undefined): Upload {
  const { bytes } = body.source;
  // A stream costs more than it carries where all bytes are at hand.
  return bytes === undefined ? streamed(body, silence, end)
    : { data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), isWhole: () => request()?.writableFinished === true, close() {} };
}

function streamed({ source, what, onBytes }: Outgoing, silence: Silence, end: (reason: unknown) => void): Upload {
  let sent = 0;
  async function* bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      silence.rest();
      for await (const chunk of source.open()) {
        if (sent + chunk.length > source.size) {
          throw changed(what);
        }
        sent += chunk.length;
        silence.resume();
        yield chunk;
        onBytes(sent);
        silence.rest();
      }
      if (sent < source.size) {
        throw changed(what);
      }
      silence.resume();
    } catch (error) {
      end(error);
      throw error;
    }
  }
  const stream = Readable.from(bytes(), { objectMode: false });
  // `end` has told it already.
  stream.on('error', () => {});
  return { data: stream, isWhole: () => sent === source.size, close: () => stream.destroy() };
}

const changed = (what: string): ArtifactError => invalid(`The size of ${what} changed while it was being sent.`);
