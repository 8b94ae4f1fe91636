import type { SendBody } from './http';

/** `length` bytes of a source from `start`. */
export async function* slice(source: Pick<SendBody, 'open'>, start: number, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = length;
  if (left === 0) {
    return;
  }
  for await (const chunk of source.open(start)) {
    if (chunk.length >= left) {
      yield chunk.subarray(0, left);
      return;
    }
    left -= chunk.length;
    yield chunk;
  }
}
