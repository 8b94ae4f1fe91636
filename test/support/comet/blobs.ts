import { createHash } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Bytes that were uploaded: short ones in memory, others in a file. */
export interface Blob {
  readonly size: number;
  readonly sha256: string;
  open(start?: number): Readable;
  bytes(): Buffer;
}

export interface BlobWriter {
  write(chunk: Buffer): Promise<void>;
  end(): Promise<Blob>;
  discard(): void;
}

const IN_MEMORY = 1024 * 1024;

/** @param folder where long ones go; whoever made it removes it */
export function blobWriter(folder: string, name: string): BlobWriter {
  const hash = createHash('sha256');
  const file = path.join(folder, name);
  let kept: Buffer[] = [];
  let size = 0;
  let stream: fs.WriteStream | undefined;
  const spill = async (chunk: Buffer): Promise<void> => {
    if (stream?.write(chunk) === false) {
      await once(stream, 'drain');
    }
  };
  return {
    async write(chunk) {
      hash.update(chunk);
      size += chunk.length;
      if (stream === undefined && size <= IN_MEMORY) {
        kept.push(Buffer.from(chunk));
        return;
      }
      if (stream === undefined) {
        stream = fs.createWriteStream(file);
        const first = Buffer.concat(kept);
        kept = [];
        await spill(first);
      }
      await spill(Buffer.from(chunk));
    },
    async end() {
      const sha256 = hash.digest('hex');
      if (stream !== undefined) {
        stream.end();
        await finished(stream);
        return { size, sha256, open: (start = 0) => fs.createReadStream(file, { start }), bytes: () => fs.readFileSync(file) };
      }
      return inMemory(Buffer.concat(kept), sha256);
    },
    discard() {
      stream?.destroy();
      fs.rmSync(file, { force: true });
    },
  };
}

export const blobOf = (content: string | Uint8Array): Blob => {
  const bytes = Buffer.from(content);
  return inMemory(bytes, createHash('sha256').update(bytes).digest('hex'));
};

const inMemory = (bytes: Buffer, sha256: string): Blob => ({
  size: bytes.length,
  sha256,
  open: (start = 0) => Readable.from(start < bytes.length ? [bytes.subarray(start)] : []),
  bytes: () => bytes,
});
