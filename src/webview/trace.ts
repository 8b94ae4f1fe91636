import type { MetricHistory } from '../protocol';
import type { PlotChoices } from '../protocol/plots';
import { smoothed } from './smoothing';

/** A history as numbers to draw, from left to right. */
export interface Trace {
  readonly points: readonly TracePoint[];
  /** Finite values, whether they are drawn or not. */
  readonly count: number;
  readonly least: number;
  readonly greatest: number;
  /** Finite values that the vertical axis has no place for. */
  readonly leftOut: number;
}

export interface TracePoint {
  readonly x: number;
  /** Nothing where the line has a gap. */
  readonly y: number | undefined;
  /** What was recorded, which a smoothed line passes by. */
  readonly recorded: number | undefined;
  /** Which value of the history it is. */
  readonly index: number;
}

export function trace(history: MetricHistory, { horizontal, vertical, smoothing }: PlotChoices): Trace {
  const { values, times } = history;
  const finite = values.filter((value) => typeof value === 'number');
  const [least, greatest] = extent(finite);
  const places = (horizontal === 'step' ? history.steps : times) as readonly (number | undefined)[];
  // A run that was resumed may have times that go back; a line does not.
  const order = [...values.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const begin = horizontal === 'since' ? places[order[0] ?? 0] ?? 0 : 0;
  const drawable = order.map((index) => {
    const value = values[index];
    return typeof value === 'number' && (vertical === 'linear' || value > 0) ? value : undefined;
  });
  const heights = smoothing === 0 ? drawable : smoothed(drawable, smoothing);
  return {
    points: order.map((index, at) => ({ x: (places[index] ?? 0) - begin, y: heights[at], recorded: drawable[at], index })),
    count: finite.length,
    least,
    greatest,
    leftOut: finite.length - drawable.filter((value) => value !== undefined).length,
  };
}

/** Not `Math.min(...)`, which cannot take any number of values. */
export function extent(values: Iterable<number>): readonly [number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}
