import type { MetricHistory } from '../protocol';

/** A history as lines in a box, in pixels from its upper left corner. */
export interface Plot {
  /** The `d` of an SVG path: one line for each stretch without a gap. */
  readonly line: string;
  /** Values with gaps on both sides, which no line shows. */
  readonly dots: readonly Point[];
  /** Where each value of the history stands; what is no finite number has no height. */
  readonly places: readonly Place[];
  readonly count: number;
  readonly least: number;
  readonly greatest: number;
}

export interface Place {
  readonly x: number;
  readonly y: number | undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Room for the thickness of the line. */
const MARGIN = 3;

/** Nothing where no value is finite. */
export function plot({ steps, values }: Pick<MetricHistory, 'steps' | 'values'>, width: number, height: number): Plot | undefined {
  const finite = values.filter((value) => typeof value === 'number');
  if (finite.length === 0) {
    return undefined;
  }
  const [least, greatest] = extent(finite);
  const [first, last] = extent(steps);
  const place = (step: number, value: number): Point => ({
    x: MARGIN + share(step, first, last) * (width - 2 * MARGIN),
    y: height - MARGIN - share(value, least, greatest) * (height - 2 * MARGIN),
  });
  const points = values.map((value, index) => (typeof value === 'number' ? place(steps[index] ?? 0, value) : undefined));
  const stretches = withoutGaps(points);
  return {
    line: stretches.filter((points) => points.length > 1).map((points) => path(thinned(points))).join(''),
    dots: stretches.filter((points) => points.length === 1).flat(),
    places: points.map((point, index) => point ?? { x: place(steps[index] ?? 0, least).x, y: undefined }),
    count: finite.length,
    least,
    greatest,
  };
}

/** Not `Math.min(...)`, which cannot take any number of values. */
function extent(values: readonly number[]): readonly [number, number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}

/** From 0 to 1; the middle where there is no range. Halves, so that the largest doubles have a difference. */
const share = (value: number, from: number, to: number): number => (to > from ? (value / 2 - from / 2) / (to / 2 - from / 2) : 0.5);

function withoutGaps(points: readonly (Point | undefined)[]): readonly (readonly Point[])[] {
  const stretches: Point[][] = [[]];
  for (const point of points) {
    if (point === undefined) {
      stretches.push([]);
    } else {
      stretches.at(-1)?.push(point);
    }
  }
  return stretches.filter((stretch) => stretch.length > 0);
}

/** Of the points in one column of pixels only those that can be told apart: the first, the highest, the lowest and the last. */
function thinned(points: readonly Point[]): readonly Point[] {
  const columns = new Map<number, Point[]>();
  for (const point of points) {
    const column = Math.round(point.x);
    const [first = point, highest = point, lowest = point] = columns.get(column) ?? [];
    columns.set(column, [first, point.y < highest.y ? point : highest, point.y > lowest.y ? point : lowest, point]);
  }
  // Up and down within one pixel: which comes first nobody sees.
  return [...columns.values()].flatMap((column) => [...new Set(column)]);
}

const path = (points: readonly Point[]): string => `M${points.map(({ x, y }) => `${round(x)},${round(y)}`).join('L')}`;

const round = (value: number): number => Math.round(value * 10) / 10;
