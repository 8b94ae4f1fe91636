import type { Curve, Place } from './plot';

/** Where one may stop in a plot, and which points of its curves are told there. */
export interface Walk {
  readonly count: number;
  /** The stop that is nearest to where one points, in pixels. */
  near(x: number, y: number): number;
  /** Of each curve the index of the point to tell; nothing of those that are not drawn. */
  at(stop: number): readonly (number | undefined)[];
}

/** One curve is walked value by value, several by all steps, or times, that any of them has. */
export function walkOf(curves: readonly (Curve | undefined)[]): Walk {
  const walked = curves.map((curve) => (curve === undefined || curve.places.length === 0 ? undefined : curve.places));
  const [only, ...others] = walked.filter((places) => places !== undefined);
  if (only !== undefined && others.length === 0) {
    return {
      count: only.length,
      near: (x, y) => nearest(only, x, y),
      at: (stop) => walked.map((places) => (places === undefined ? undefined : Math.min(stop, only.length - 1))),
    };
  }
  const stops = [...new Set(walked.flatMap((places) => places?.map(({ x }) => x) ?? []))].sort((a, b) => a - b).map((x): Place => ({ x, y: undefined }));
  return {
    count: stops.length,
    near: (x) => nearest(stops, x, 0),
    at: (stop) => walked.map((places) => places && nearest(places, stops[Math.min(stop, stops.length - 1)]?.x ?? 0, 0)),
  };
}

/** Index of the value that stands nearest to where one points: by its step, and of several at one step by its height. */
export function nearest(places: readonly Place[], x: number, y: number): number {
  let found = 0;
  let best: readonly [number, number] = [Infinity, Infinity];
  for (const [index, place] of places.entries()) {
    const away = [Math.abs(place.x - x), place.y === undefined ? Infinity : Math.abs(place.y - y)] as const;
    if (away[0] < best[0] || (away[0] === best[0] && away[1] < best[1])) {
      [found, best] = [index, away];
    }
  }
  return found;
}

/** Index of the stop that a key leads to; nothing for other keys. */
export function walked(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  const page = Math.max(1, Math.round(count / 10));
  switch (key) {
    case 'ArrowLeft': return Math.max(0, at - 1);
    case 'ArrowRight': return Math.min(last, at + 1);
    case 'PageUp': return Math.max(0, at - page);
    case 'PageDown': return Math.min(last, at + page);
    case 'Home': return 0;
    case 'End': return last;
    default: return undefined;
  }
}
