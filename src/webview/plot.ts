import type { Vertical } from '../protocol/plots';
import { type Scale, scale } from './scale';
import { extent, type Trace } from './trace';

/** Where lines go, in pixels from the upper left corner of a picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Plot {
  /** In the order of the traces; nothing for those that are not drawn. */
  readonly curves: readonly (Curve | undefined)[];
  readonly horizontal: Scale;
  readonly vertical: Scale;
}

/** A trace as lines in a box. */
export interface Curve {
  /** The `d` of an SVG path: one line for each stretch without a gap. */
  readonly line: string;
  /** The same of what was recorded, where the line is smoothed. */
  readonly recorded: string;
  /** Values with gaps on both sides, which no line shows. */
  readonly dots: readonly Point[];
  /** Where each point of the trace stands; where the line has a gap it has no height. From left to right. */
  readonly places: readonly Place[];
  /** Where the line ends. */
  readonly end: Point | undefined;
}

export interface Place {
  readonly x: number;
  readonly y: number | undefined;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The scales that hold all traces; nothing where there is nothing to draw. */
export function scalesOf(traces: readonly (Trace | undefined)[], kind: Vertical): Pick<Plot, 'horizontal' | 'vertical'> | undefined {
  const points = traces.flatMap((trace) => trace?.points ?? []);
  const [least, greatest] = extent(points.flatMap(({ y, recorded }) => [y, recorded].filter((value) => value !== undefined)));
  return least > greatest ? undefined : { horizontal: scale(...extent(points.map(({ x }) => x))), vertical: scale(least, greatest, kind) };
}

export function plot(traces: readonly (Trace | undefined)[], kind: Vertical, box: Box): Plot | undefined {
  const scales = scalesOf(traces, kind);
  return scales && { ...scales, curves: traces.map((trace) => trace && curve(trace, scales, box)) };
}

function curve({ points }: Trace, { horizontal, vertical }: Pick<Plot, 'horizontal' | 'vertical'>, box: Box): Curve {
  const xs = points.map(({ x }) => box.left + horizontal.share(x) * (box.right - box.left));
  const placed = (values: readonly (number | undefined)[]): readonly (Point | undefined)[] =>
    values.map((value, index) => (value === undefined ? undefined : { x: xs[index] ?? 0, y: box.bottom - vertical.share(value) * (box.bottom - box.top) }));
  const drawn = placed(points.map(({ y }) => y));
  const stretches = withoutGaps(drawn);
  const isSmoothed = points.some(({ y, recorded }) => y !== recorded);
  return {
    line: path(stretches),
    recorded: isSmoothed ? path(withoutGaps(placed(points.map(({ recorded }) => recorded)))) : '',
    dots: stretches.filter((stretch) => stretch.length === 1).flat(),
    places: drawn.map((point, index) => point ?? { x: xs[index] ?? 0, y: undefined }),
    end: stretches.at(-1)?.at(-1),
  };
}

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

const path = (stretches: readonly (readonly Point[])[]): string =>
  stretches.filter((points) => points.length > 1).map((points) => `M${thinned(points).map(({ x, y }) => `${round(x)},${round(y)}`).join('L')}`).join('');

const round = (value: number): number => Math.round(value * 10) / 10;
