/*
 * Numbers as the page, the tree and the prompts show them. `locale` is a BCP 47 tag such as VS Code's display language;
 * left out, it is the system's.
 */

const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** `0 B`, `1.2 kB`, `48.2 MB`, `120 GB`: decimal, one digit after the point below a hundred. */
export function formatBytes(bytes: number, locale?: string): string {
  if (bytes < 1000) {
    return `${number(locale, {}).format(bytes)} B`;
  }
  let value = bytes / 1000;
  let unit = 0;
  // What would read as 1,000 of a unit is 1 of the next.
  while (rounded(value) >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return number(locale, { style: 'unit', unit: UNITS[unit] ?? 'kilobyte', unitDisplay: 'short', maximumFractionDigits: digits(value) }).format(value);
}

/** `120,431`. */
export function formatCount(count: number, locale?: string): string {
  return number(locale, {}).format(count);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `now`, `5m ago`, `2h ago`, `yesterday`, `3mo ago`, in the words of the language. A clock that runs ahead reads as now. */
export function formatAge(since: number, now: number, locale?: string): string {
  const age = Math.max(0, now - since);
  // `auto` says `now` and `yesterday`, but also `last wk.`
  const words = (numeric: 'auto' | 'always'): Intl.RelativeTimeFormat => new Intl.RelativeTimeFormat(locale, { numeric, style: 'narrow' });
  if (age < MINUTE) {
    return words('auto').format(0, 'second');
  }
  const [length, unit] = age < HOUR ? [MINUTE, 'minute'] as const
    : age < DAY ? [HOUR, 'hour'] as const
      : age < 7 * DAY ? [DAY, 'day'] as const
        : age < 31 * DAY ? [7 * DAY, 'week'] as const
          : age < 365 * DAY ? [30.4375 * DAY, 'month'] as const
            : [365.25 * DAY, 'year'] as const;
  return words(unit === 'day' ? 'auto' : 'always').format(-Math.max(1, Math.floor(age / length)), unit);
}

const LENGTHS = [['day', DAY], ['hour', HOUR], ['minute', MINUTE], ['second', 1000]] as const;

/** `850 ms`, `12 sec`, `2 min 5 sec`, `3 hr 10 min`: the two largest units, in the words of the language. */
export function formatDuration(milliseconds: number, locale?: string): string {
  const part = (value: number, unit: string): string => number(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  const length = Math.max(0, Math.round(milliseconds));
  const largest = LENGTHS.findIndex(([, size]) => length >= size);
  const [first, second] = largest < 0 ? [] : LENGTHS.slice(largest, largest + 2);
  if (first === undefined) {
    return part(length, 'millisecond');
  }
  const rest = second === undefined ? 0 : Math.floor((length % first[1]) / second[1]);
  return [part(Math.floor(length / first[1]), first[0]), ...(second === undefined || rest === 0 ? [] : [part(rest, second[0])])].join(' ');
}

/** `0.0312`, `12,345`, `1.2E-9`: a measured value with as many digits as tell something; `NaN` and infinities as programs write them. */
export function formatFigure(value: number | string, locale?: string): string {
  if (typeof value === 'string' || !Number.isFinite(value)) {
    return String(value);
  }
  const size = Math.abs(value);
  const isPlain = value === 0 || (size >= 1e-4 && size < 1e15);
  return number(locale, isPlain ? { maximumSignificantDigits: size >= 1e5 ? 15 : 6 } : { notation: 'scientific', maximumSignificantDigits: 6 }).format(value);
}

const digits = (value: number): number => (value < 99.95 ? 1 : 0);

const rounded = (value: number): number => Number(value.toFixed(digits(value)));

/** Making a formatter costs more than a hundred uses of it. */
const formatters = new Map<string, Intl.NumberFormat>();

function number(locale: string | undefined, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([locale, options]);
  const known = formatters.get(key) ?? new Intl.NumberFormat(locale, options);
  formatters.set(key, known);
  return known;
}
