/** How plots of metrics are drawn. A person chooses it, for all of them. */
export interface PlotChoices {
  readonly horizontal: Horizontal;
  readonly vertical: Vertical;
  /** How much of each value is what came before it: from 0, which smooths nothing, to below 1. */
  readonly smoothing: number;
}

/** From left to right stand steps, times of the clock, or times since the first value. */
export const HORIZONTALS = ['step', 'clock', 'since'] as const;
export type Horizontal = (typeof HORIZONTALS)[number];

export const VERTICALS = ['linear', 'logarithmic'] as const;
export type Vertical = (typeof VERTICALS)[number];

export const SMOOTHINGS: readonly number[] = [0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.99];

/** Until somebody chooses. */
export const PLAIN_PLOTS: PlotChoices = { horizontal: 'step', vertical: 'linear', smoothing: 0 };
