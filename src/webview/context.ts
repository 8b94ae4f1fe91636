import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { formatAge, formatBytes, formatCount, formatDuration, formatFigure } from '../model/format';
import type { Figure, PanelState } from '../protocol';
import type { PanelCount, Strings } from '../protocol/words';
import type { Host } from './host';
import { counted } from './words';

/** Numbers and times in the words of the language. */
export interface Formats {
  readonly number: (count: number) => string;
  /** A measured value: as many digits as tell something. */
  readonly figure: (value: Figure) => string;
  readonly bytes: (bytes: number) => string;
  readonly age: (since: number) => string;
  readonly date: (time: number) => string;
  /** The same in few letters, to the second. */
  readonly moment: (time: number) => string;
  readonly duration: (milliseconds: number) => string;
}

/** What every part of the page may use: its words, its numbers, the way to the host. */
export interface Page extends Formats {
  readonly host: Host;
  readonly strings: Strings;
  readonly locale: string;
  readonly now: number;
  readonly count: (what: PanelCount, count: number) => string;
}

const PageContext = createContext<Page | undefined>(undefined);

export const PageProvider = PageContext.Provider;

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) {
    throw new Error('outside of the page');
  }
  return page;
}

export const pageOf = (host: Host, { strings, locale }: Pick<PanelState, 'strings' | 'locale'>, now: number): Page => ({
  host,
  strings,
  locale,
  now,
  count: (what, count) => counted(strings.counts[what], count, locale),
  ...formatsOf(locale, now),
});

export const formatsOf = (locale: string, now: number): Formats => ({
  number: (count) => formatCount(count, locale),
  figure: (value) => formatFigure(value, locale),
  bytes: (bytes) => formatBytes(bytes, locale),
  age: (since) => formatAge(since, now, locale),
  duration: (milliseconds) => formatDuration(milliseconds, locale),
  date: (time) => new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(time),
  moment: (time) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(time),
});

/** The time, once a minute, so that ages stay true. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
