/** Rows of a long list that are here: `rows[0]` stands at `first`. */
export interface Window<Row> {
  readonly first: number;
  readonly rows: readonly Row[];
}

export const rowAt = <Row>(window: Window<Row>, index: number): Row | undefined => window.rows[index - window.first];

/** Rows that should be here beyond the visible ones, so that scrolling meets no gaps. */
const AHEAD = 120;
/** Windows begin at multiples of it, so that fast scrolling asks for few of them. */
const STEP = 100;

/**
 * Where a window of `size` rows has to begin for the visible rows to stand in its middle, or nothing when the rows that are here
 * do for now.
 */
export function windowFor(here: Window<unknown>, visible: { readonly from: number; readonly to: number }, count: number, size: number): number | undefined {
  const from = Math.max(0, visible.from - AHEAD);
  const to = Math.min(count - 1, visible.to + AHEAD);
  if (to < from || (here.first <= from && to < here.first + here.rows.length)) {
    return undefined;
  }
  const middle = Math.floor((visible.from + visible.to) / 2);
  return Math.max(0, Math.min(Math.round((middle - size / 2) / STEP) * STEP, count - size));
}

/** The row that a key leads to, or nothing. */
export function rowAfter(at: number, count: number, fits: number, key: string): number | undefined {
  const clamp = (index: number): number | undefined => (count === 0 ? undefined : Math.max(0, Math.min(count - 1, index)));
  switch (key) {
    case 'ArrowDown':
      return clamp(at + 1);
    case 'ArrowUp':
      return clamp(at - 1);
    case 'PageDown':
      return clamp(at + fits);
    case 'PageUp':
      return clamp(at - fits);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(count - 1);
    default:
      return undefined;
  }
}

/** By how many places most of the rows that are seen have moved in a list that was read again; some may have gone far. */
export function movedBy(before: readonly string[], seen: { readonly from: number; readonly to: number }, places: ReadonlyMap<string, number>): number {
  const moves = before.slice(seen.from, seen.to + 1).flatMap((row, index) => {
    const place = places.get(row);
    return place === undefined ? [] : [place - seen.from - index];
  }).sort((a, b) => a - b);
  return moves[Math.floor(moves.length / 2)] ?? 0;
}
