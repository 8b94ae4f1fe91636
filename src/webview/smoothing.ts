/**
 * Each value as a mean of itself and of those before it, which count less the further back they are. The first values have little before
 * them and are weighed accordingly, so that no line begins at 0. Gaps stay gaps, and the line goes on behind them.
 */
export function smoothed(values: readonly (number | undefined)[], weight: number): readonly (number | undefined)[] {
  let [sum, weights] = [0, 0];
  return values.map((value) => {
    if (value === undefined) {
      return undefined;
    }
    sum = sum * weight + value * (1 - weight);
    weights = weights * weight + (1 - weight);
    const mean = sum / weights;
    // Of the largest numbers there are.
    return Number.isFinite(mean) ? mean : value;
  });
}
