import type { RunColumn } from '../model/runTable';
import { type HeadColumn, LEAST_WIDTH, MOST_WIDTH } from '../protocol/runTable';

const NAME_WIDTH = 240;
const NARROWEST = 64;
const WIDEST = 220;
/** Of a letter of VS Code's font at its usual size, and of what stands around the text of a cell. */
const LETTER = 6.8;
const DIGIT = 8.2;
const AROUND = 22;
/** The name stands farther in, as the page's edge is beside it; and what it is below is written smaller, with a gap before it. */
const AROUND_NAME = 32;
const BESIDE_GAP = 8;
const BESIDE_SIZE = 0.9;
/** Of the page, however wide the name was made elsewhere: it stays when the others are scrolled by. */
const MOST_OF_PAGE = 0.6;
/** In a head the letters are bold, and there is an arrow; beside a status there is an icon. */
const BOLD_LETTER = 8.4;
const ARROW = 16;
const ICON = 20;
/** The next page may have `0.00531096` where this one has `0.5`. */
const LETTERS_OF_METRIC = 10;
/** So many rows are looked at. */
const SAMPLE = 100;

/** How wide columns are for what stands in them: the longest of the first rows and the head, within bounds. The name has room for what it is below. */
export function columnWidths(columns: readonly HeadColumn[], texts: (row: number, column: number) => string | undefined, rows: number): readonly number[] {
  return columns.map(({ id, label, isFigures }, column) => {
    if (id === 'name') {
      return NAME_WIDTH;
    }
    let letters = id.startsWith('metrics.') ? LETTERS_OF_METRIC : 0;
    for (let row = 0; row < Math.min(rows, SAMPLE); row++) {
      letters = Math.max(letters, texts(row, column)?.length ?? 0);
    }
    const content = letters * (isFigures ? DIGIT : LETTER) + (id === 'status' ? ICON : 0);
    return Math.round(Math.min(WIDEST, Math.max(NARROWEST, content + AROUND, label.length * BOLD_LETTER + ARROW + AROUND)));
  });
}

/** How wide texts are, in the letters of a cell and in those of a head. */
export interface Ruler {
  cell(text: string): number;
  head(text: string): number;
}

/** As wide as a column has to be for all that stands in it, some of it with a smaller text beside. */
export function fittingWidth({ id, label, isFigures }: HeadColumn, texts: readonly (readonly [text: string, beside?: string])[], ruler: Ruler): number {
  // Digits of figures are of one width.
  const widthOf = (text: string): number => ruler.cell(isFigures ? text.replaceAll(/\d/gu, '0') : text);
  const widths = texts.map(([text, beside]) => widthOf(text) + (beside === undefined ? 0 : BESIDE_GAP + widthOf(beside) * BESIDE_SIZE) + (id === 'status' ? ICON : 0));
  const most = widths.reduce((longest, width) => Math.max(longest, width), ruler.head(label) + ARROW);
  return Math.ceil(most) + (id === 'name' ? AROUND_NAME : AROUND);
}

/** What a column may be made of a page so wide. */
export const within = (column: RunColumn, width: number, page: number): number =>
  Math.round(Math.max(LEAST_WIDTH, Math.min(width, column === 'name' ? page * MOST_OF_PAGE : MOST_WIDTH, MOST_WIDTH)));

/** For the style sheet: the columns as somebody made them, or as usual, and how wide all of them are, at the least `held`. The usual name is in the sheet. */
export function layoutOf(columns: readonly HeadColumn[], usual: readonly number[], chosen: ReadonlyMap<RunColumn, number>, held: number): Readonly<Record<string, string>> {
  const name = chosen.get('name');
  const others = columns.map(({ id }, column) => chosen.get(id) ?? usual[column] ?? 0).slice(1);
  return {
    ...(name !== undefined && { '--run-name': `max(${LEAST_WIDTH}px, min(${name}px, ${100 * MOST_OF_PAGE}vw))` }),
    '--run-columns': `var(--run-name) ${others.map((width) => `${width}px`).join(' ')} minmax(0, 1fr)`,
    '--run-width': `max(calc(var(--run-name) + ${others.reduce((sum, width) => sum + width, 0)}px), ${held}px)`,
  };
}
