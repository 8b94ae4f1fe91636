import type { Vertical } from '../protocol/plots';

/** Where values stand between the least and the greatest of an axis. */
export interface Scale {
  readonly least: number;
  readonly greatest: number;
  readonly kind: Vertical;
  /** From 0 to 1; the middle where there is no range. */
  share(value: number): number;
}

export function scale(least: number, greatest: number, kind: Vertical = 'linear'): Scale {
  const from = kind === 'linear' ? least : Math.log10(least);
  const to = kind === 'linear' ? greatest : Math.log10(greatest);
  return { least, greatest, kind, share: (value) => share(kind === 'linear' ? value : Math.log10(value), from, to) };
}

/** Halves, so that the largest doubles have a difference. */
const share = (value: number, from: number, to: number): number => (to > from ? (value / 2 - from / 2) / (to / 2 - from / 2) : 0.5);
