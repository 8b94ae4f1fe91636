/** Heights for labels that belong at `wanted` and need `room` each: as near to there as possible, none over another, all between `top` and `bottom` where they fit. */
export function spread(wanted: readonly number[], room: number, top: number, bottom: number): readonly number[] {
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const heights: number[] = [];
  let above = -Infinity;
  for (const index of order) {
    above = Math.max(wanted[index] ?? 0, above + room, top);
    heights.push(above);
  }
  let below = bottom + room;
  for (let at = heights.length - 1; at >= 0; at--) {
    below = Math.min(heights[at] ?? 0, below - room);
    heights[at] = below;
  }
  const placed = new Map(order.map((index, at) => [index, heights[at] ?? 0]));
  return wanted.map((_, index) => placed.get(index) ?? 0);
}
