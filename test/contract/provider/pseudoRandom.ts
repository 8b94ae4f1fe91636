/** The same bytes for the same size; no two sizes share a part. */
export function pseudoRandom(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = (size ^ 0x9e3779b9) >>> 0;
  for (let index = 0; index < size; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}
