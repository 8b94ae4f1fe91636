import type { HeadColumn } from '../protocol/runTable';

const NAME_WIDTH = 240;
const NARROWEST = 64;
const WIDEST = 220;
/** Of a letter of VS Code's font at its usual size, and of what stands around it in a cell. */
const LETTER = 6.6;
const AROUND = 28;
/** So many rows are looked at. */
const SAMPLE = 100;

/** How wide columns are for what stands in them: the longest of the first rows and the head, within bounds. The name has room for what it is below. */
export function columnWidths(columns: readonly HeadColumn[], texts: (row: number, column: number) => string | undefined, rows: number): readonly number[] {
  return columns.map(({ id, label }, column) => {
    if (id === 'name') {
      return NAME_WIDTH;
    }
    let longest = label.length + 2;
    for (let row = 0; row < Math.min(rows, SAMPLE); row++) {
      longest = Math.max(longest, texts(row, column)?.length ?? 0);
    }
    return Math.round(Math.min(WIDEST, Math.max(NARROWEST, longest * LETTER + AROUND)));
  });
}
