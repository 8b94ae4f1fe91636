/** Bytes of its memory that a piece may leave out and still be all that anybody has of it: a file is read with one more than it should have. */
const REST = 1;

/** Frees the memory of bytes that nobody reads any more, unless others may lie in it, too. The bytes are gone. */
export function giveUp({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength - byteLength <= REST) {
    buffer.transfer(0);
  }
}
