import type { Scale } from './scale';

/** Values to write beside an axis, in rising order, and how far apart they are at the least. */
export interface Ticks {
  readonly values: readonly number[];
  readonly step: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How far apart times are read easily. Above, days are counted like other numbers. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND), ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE), ...[1, 2, 3, 6, 12].map((count) => count * HOUR), DAY,
];

/** Round numbers of an axis, at most so many (two where it is long enough for that). */
export function numberTicks({ least, greatest, kind }: Scale, most: number): Ticks {
  return kind === 'logarithmic' ? powerTicks(least, greatest, most) : roundTicks(least, greatest, most);
}

/** The same for whole numbers, which steps are. */
export function wholeTicks({ least, greatest }: Scale, most: number): Ticks {
  return multiples(least, greatest, Math.max(1, roundStep(greatest - least, most)));
}

/** Lengths of time in milliseconds. */
export function durationTicks({ least, greatest }: Scale, most: number): Ticks {
  return multiples(least, greatest, timeStep(greatest - least, most));
}

/** Times since 1970, round by a clock that is so many milliseconds ahead of Greenwich. */
export function momentTicks({ least, greatest }: Scale, most: number, ahead: number): Ticks {
  const { values, step } = multiples(least + ahead, greatest + ahead, timeStep(greatest - least, most));
  return { values: values.map((value) => value - ahead), step };
}

function roundTicks(least: number, greatest: number, most: number): Ticks {
  // The largest doubles have no difference.
  return Number.isFinite(greatest - least) ? multiples(least, greatest, roundStep(greatest - least, most)) : { values: [least, 0, greatest], step: greatest };
}

/** Powers of ten; where there are fewer than two of them, round numbers. */
function powerTicks(least: number, greatest: number, most: number): Ticks {
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(greatest) + 1e-9)];
  if (last <= first) {
    return roundTicks(least, greatest, most);
  }
  const apart = Math.ceil((last - first + 1) / most);
  const powers: number[] = [];
  for (let power = Math.ceil(first / apart) * apart; power <= last; power += apart) {
    powers.push(Number(`1e${power}`));
  }
  return { values: powers, step: powers[0] ?? 0 };
}

function multiples(least: number, greatest: number, step: number): Ticks {
  if (least === greatest || step === 0) {
    return { values: [least], step: 0 };
  }
  // A hair of room: 0.1 + 0.2 is more than 0.3.
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.floor(greatest / step + 1e-9) - first + 1;
  // Not counted up from the first one: beyond 2^53 that goes nowhere.
  const values = [...new Set(Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * step))];
  return { values, step };
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(range: number, most: number): number {
  if (range === 0) {
    return 0;
  }
  const power = 10 ** Math.floor(Math.log10(range / most));
  // Below the smallest doubles there is nothing to write.
  return power === 0 ? range : (([1, 2, 5].find((factor) => range / (factor * power) <= most) ?? 10) * power);
}

function timeStep(range: number, most: number): number {
  if (range < SECOND * most) {
    const step = roundStep(range, most);
    return step > 0 && step < 1 ? 1 : step;
  }
  return TIME_STEPS.find((step) => range / step <= most) ?? Math.ceil(roundStep(range / DAY, most)) * DAY;
}
