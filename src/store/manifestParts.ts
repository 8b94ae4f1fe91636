import { invalid } from '../model/errors';
import { eachMark, MARK, opens } from './jsonMarks';

/** Bytes of what is parsed at once, and of the most that one asset takes with its metadata. */
const PART = 1024 * 1024;
const MOST_ROW = 16 * PART;
/** Bytes of an asset without metadata: a path of 4,096 may be written with escapes. */
const MOST_LINE = 64 * 1024;
/** Bytes: `{"path":"a","size":0,"link":"b"}`. */
const LEAST_ROW = 31;
/** Of lists and objects in the metadata of an asset. Those of all are so many at most, and so many more for each. */
const MOST_NESTED = 1_000_000;
const NESTED_EACH = 4;
/** Of what is beside the assets, and one more for each asset: it may have a pack of its own. */
const MOST_BESIDE = 100_000;
const MOST_COMMAS = 40_000_000;
/** Bytes; a million packs have half of it. */
const MOST_HEAD = 128 * PART;

const ASSETS = '"assets"';
/** How deep the list of assets is, and an asset in it. */
const LIST = 2;
const ROW = 3;

export interface ManifestParts {
  /** All but the assets, of which an empty list is left. */
  readonly head: string;
  /** Lists of assets, which are all of them one after the other. */
  readonly parts: Iterable<string>;
}

/**
 * A manifest's text in parts that can be parsed one after the other: what cannot be is refused before much is made of it, and a million
 * assets take hardly more memory than what is known of them in the end. Throws `invalid` where it holds more than an honest one can.
 */
export const manifestParts = (text: Buffer): ManifestParts => partsOfLines(text) ?? partsByMarks(text);

/** Of a manifest as it is written here, one asset a line, without metadata: there is nothing in it that would have to be counted. */
function partsOfLines(text: Buffer): ManifestParts | undefined {
  const first = text.indexOf('\n');
  const end = text.lastIndexOf('\n]');
  const head = first > PART || end < first || text.length - end > PART ? '' : text.toString('utf8', 0, first);
  if (!head.endsWith(`${ASSETS}:[`) || text.includes('"metadata"')) {
    return undefined;
  }
  const cuts = [first];
  for (let start = first; end - start > PART + MOST_LINE;) {
    start = text.indexOf('},\n{"path":', start + PART) + 2;
    if (start - (cuts.at(-1) ?? 0) > PART + MOST_LINE || start < PART) {
      return undefined;
    }
    cuts.push(start);
  }
  return { head: head + text.toString('utf8', end), parts: listsBetween(text, cuts, end) };
}

function partsByMarks(text: Buffer): ManifestParts {
  const cuts: number[] = [];
  let start: number | undefined;
  let end: number | undefined;
  let [rows, nested, beside, commas] = [0, 0, 0, 0];
  // In the part, and in the row, that has begun.
  let [rowsHere, nestedHere] = [0, 0];
  eachMark(text, (mark, depth, position) => {
    commas += mark === MARK.comma ? 1 : 0;
    refuse(commas > MOST_COMMAS);
    if (start === undefined || end !== undefined) {
      beside += mark === MARK.comma || opens(mark) ? 1 : 0;
      refuse(beside > MOST_BESIDE + text.length / LEAST_ROW);
      if (mark === MARK.openList && depth === LIST && isAssets(text, position)) {
        refuse(start !== undefined);
        start = position + 1;
        cuts.push(start);
      }
      return;
    }
    refuse(position - start > PART + MOST_ROW);
    if (opens(mark)) {
      nestedHere += depth > ROW ? 1 : 0;
      refuse(nestedHere > MOST_NESTED);
    } else if (depth === LIST) {
      rows++;
      rowsHere++;
      nested += nestedHere;
      nestedHere = 0;
      if (mark !== MARK.comma) {
        end = position;
      } else if (position - start >= PART) {
        refuse(rowsHere > (position - start) / LEAST_ROW + 1);
        start = position + 1;
        cuts.push(start);
        rowsHere = 0;
      }
    }
  });
  const [first = text.length] = cuts;
  const last = end ?? text.length;
  refuse(nested > MOST_NESTED + NESTED_EACH * rows || beside > MOST_BESIDE + rows || first + text.length - last > MOST_HEAD);
  return { head: text.toString('utf8', 0, first) + text.toString('utf8', last), parts: listsBetween(text, cuts, last) };
}

function* listsBetween(text: Buffer, cuts: readonly number[], end: number): Generator<string> {
  for (const [index, from] of cuts.entries()) {
    const next = cuts[index + 1];
    yield `[${text.toString('utf8', from, next === undefined ? end : next - 1)}]`;
  }
}

/** Whether the list that begins at `position` is that of the member `assets`. */
function isAssets(text: Buffer, position: number): boolean {
  const colon = lastInk(text, position);
  const quote = text[colon] === COLON ? lastInk(text, colon) : 0;
  const name = text.toString('latin1', Math.max(0, quote - ASSETS.length), quote + 1);
  return name.endsWith(ASSETS) && !name.startsWith('\\');
}

const COLON = 0x3a;
const SPACE = 0x20;

/** The last position before `position` that is no white space. */
function lastInk(text: Buffer, position: number): number {
  let at = position - 1;
  while (at > 0 && (text[at] ?? 0) <= SPACE) {
    at--;
  }
  return at;
}

function refuse(tooMuch: boolean): void {
  if (tooMuch) {
    throw invalid('it holds more than any list of files can');
  }
}
