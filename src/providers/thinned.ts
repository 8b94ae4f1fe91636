/** As many as a plot of a metric can show. */
const MOST_POINTS = 2_000;

/** At most so many of them, evenly, the last one kept. */
export function thinned<T>(points: readonly T[]): readonly T[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0 || index === points.length - 1);
}
