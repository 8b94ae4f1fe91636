import type { Ticks } from './ticks';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const LARGE = 1e5;
const SMALL = 1e-3;
const MOST_DIGITS = 15;

/** Each with as many digits as tell it from the next one. */
export function numberLabels({ values, step }: Ticks, locale: string): readonly string[] {
  const largest = Math.max(...values.map(Math.abs));
  const digits = (value: number): number => {
    const apart = step === 0 ? 0 : Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(step)) + 1;
    return Math.min(MOST_DIGITS, step === 0 ? 6 : Math.max(1, apart));
  };
  const isPlain = largest === 0 || (largest < LARGE && largest >= SMALL);
  return values.map((value) => new Intl.NumberFormat(locale, {
    ...(!isPlain && value !== 0 && { notation: largest >= LARGE && largest < 1e15 ? 'compact' : 'scientific' }),
    maximumSignificantDigits: value === 0 ? 1 : digits(value),
  }).format(value));
}

/** Each power in its own way: 0.01, 1, 1K. */
export const powerLabels = ({ values }: Ticks, locale: string): readonly string[] => values.flatMap((value) => numberLabels({ values: [value], step: 0 }, locale));

/** `12:30`, with the day where it begins and at the left end. */
export function momentLabels({ values, step }: Ticks, locale: string): readonly string[] {
  const day = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const time = new Intl.DateTimeFormat(locale, step >= MINUTE ? { timeStyle: 'short' } : step >= SECOND ? { timeStyle: 'medium' } : { hour: 'numeric', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
  const days = values.map((value) => day.format(value));
  return values.map((value, index) => {
    const name = days[index] ?? '';
    if (step >= DAY) {
      return name;
    }
    return index > 0 && days[index - 1] === name ? time.format(value) : `${name}, ${time.format(value)}`;
  });
}
