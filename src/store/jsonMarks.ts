import { invalid } from '../model/errors';

/** The characters of JSON that lists and objects are made of. */
export const MARK = { openList: 0x5b, closeList: 0x5d, openObject: 0x7b, closeObject: 0x7d, comma: 0x2c } as const;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Deeper than anything that people nest; what is deep enough exhausts the stack of whoever compares or copies it. */
const MOST_DEPTH = 1_000;
/** Of lists and objects in one record, and of commas: what is three bytes of JSON takes some sixty bytes of memory. */
const MOST_NESTED = 1_000_000;
const MOST_COMMAS = 4_000_000;
/** Bytes of a record: the metadata of one version, at most. */
export const MOST_RECORD = 64 * 1024 * 1024;

/**
 * Tells each mark of a JSON text outside of strings: how deep the list or object is that it opens, closes or divides, and where it stands.
 * Nothing is made of the text, and whether it is JSON shows later. Throws `invalid` where it is too deep.
 */
export function eachMark(text: Uint8Array, at: (mark: number, depth: number, position: number) => void): void {
  let depth = 0;
  let inString = false;
  for (let position = 0; position < text.length; position++) {
    const byte = text[position];
    if (byte === QUOTE) {
      inString = !inString;
    } else if (inString) {
      position += byte === BACKSLASH ? 1 : 0;
    } else if (byte === MARK.comma) {
      at(byte, depth, position);
    } else if (byte === MARK.openObject || byte === MARK.openList) {
      if (++depth > MOST_DEPTH) {
        throw invalid(`Lists and objects within each other, more than ${MOST_DEPTH} levels deep, cannot be kept.`);
      }
      at(byte, depth, position);
    } else if (byte === MARK.closeObject || byte === MARK.closeList) {
      at(byte, depth--, position);
    }
  }
}

export const opens = (mark: number): boolean => mark === MARK.openObject || mark === MARK.openList;

/** Throws `invalid` for a record of which a parser would make far more than its bytes: that may end the whole process. */
export function checkRecordText(text: string): void {
  if (text.length <= MOST_DEPTH) {
    return;
  }
  const bytes = Buffer.from(text);
  let [nested, commas] = [0, 0];
  eachMark(bytes, (mark) => {
    nested += opens(mark) ? 1 : 0;
    commas += mark === MARK.comma ? 1 : 0;
    if (bytes.length > MOST_RECORD || nested > MOST_NESTED || commas > MOST_COMMAS) {
      throw invalid('Metadata of more than 64 MiB, or of more than a million lists and objects, cannot be kept.');
    }
  });
}
