import { type LineageRecord, lineageRecord, parseRecord, sound } from './records';

const END = 0x0a;
/** What the seal alone takes of a line. */
const SHORTEST = 80;

/** The lines of a file that are not empty, one after the other: it may have more of them than a list can. */
export function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; start++) {
    if (bytes[start] !== END) {
      const end = bytes.indexOf(END, start);
      yield bytes.toString('utf8', start, end < 0 ? bytes.length : end);
      start = end < 0 ? bytes.length : end;
    }
  }
}

/** One damaged line costs one edge, not the lineage. */
export const soundLine = (line: string, file: string): LineageRecord | undefined =>
  line.length < SHORTEST ? undefined : sound(() => parseRecord(line, file, lineageRecord));
