import type * as http from 'node:http';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { type Blob, blobOf } from './blobs';
import type { Mishap } from './mishaps';
import type { Quirks } from './quirks';
import type { Answer } from './route';

/** An answer as it goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: Blob;
  /** Where the answer begins in the body. */
  readonly start?: number;
}

const EMPTY = blobOf('');

export function replyOf(answer: Answer, quirks: Quirks, range: string | undefined): Reply {
  switch (answer.kind) {
    case 'json':
      return jsonReply(200, answer.value, quirks);
    case 'text':
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: blobOf(answer.text) };
    case 'nothing':
      return { status: 200, headers: {}, body: EMPTY };
    case 'redirect':
      return { status: answer.status, headers: { location: answer.location }, body: EMPTY };
    case 'bytes':
      return bytesReply(answer.blob, { 'content-type': 'application/octet-stream', ...answer.headers }, quirks.ranges ? range : undefined);
  }
}

/** Comparing clients take no parameter in this header. */
export function jsonReply(status: number, value: unknown, { jsonAs }: Pick<Quirks, 'jsonAs'>): Reply {
  const text = JSON.stringify(value);
  return jsonAs === 'gzipped application/octet-stream'
    ? { status, headers: { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' }, body: blobOf(gzipSync(text)) }
    : { status, headers: { 'content-type': jsonAs }, body: blobOf(text) };
}

function bytesReply(blob: Blob, headers: http.OutgoingHttpHeaders, range: string | undefined): Reply {
  const first = /^bytes=(\d+)-$/u.exec(range ?? '')?.[1];
  if (first === undefined) {
    return { status: 200, headers, body: blob };
  }
  const start = Number(first);
  return start >= blob.size
    ? { status: 416, headers: { 'content-range': `bytes */${blob.size}` }, body: EMPTY }
    : { status: 206, headers: { ...headers, 'content-range': `bytes ${start}-${blob.size - 1}/${blob.size}` }, body: blob, start };
}

/** Sends an answer, or what a mishap makes of it. */
export async function deliver(response: http.ServerResponse, { status, headers, body, start = 0 }: Reply, mishap: Mishap | undefined): Promise<void> {
  if (mishap?.kind === 'lost') {
    if (mishap.status === undefined) {
      response.socket?.resetAndDestroy();
    } else {
      response.writeHead(mishap.status, { 'content-type': 'text/html' }).end('<h1>The gateway has lost it</h1>');
    }
    return;
  }
  const whole = { ...headers, 'content-length': body.size - start };
  if (mishap?.kind === 'truncated') {
    response.writeHead(status, whole);
    response.write(body.bytes().subarray(start, start + mishap.after), () => response.socket?.end());
    return;
  }
  if (mishap?.kind === 'flipped') {
    const bytes = Buffer.from(body.bytes().subarray(start));
    bytes[bytes.length >> 1]! ^= 1;
    response.writeHead(status, whole).end(bytes);
    return;
  }
  response.writeHead(status, whole);
  try {
    await pipeline(body.open(start), response);
  } catch (error) {
    // A client may hang up when it has enough.
    if (!response.destroyed) {
      throw error;
    }
  }
}
