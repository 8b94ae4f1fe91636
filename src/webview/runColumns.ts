import type { HeadColumn } from '../protocol/runTable';

const NAME_WIDTH = 240;
const NARROWEST = 64;
const WIDEST = 220;
/** Of a letter of VS Code's font at its usual size, and of what stands around the text of a cell. */
const LETTER = 6.8;
const DIGIT = 8.2;
const AROUND = 22;
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
