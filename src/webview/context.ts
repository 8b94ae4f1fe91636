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

/** What every part of a page of versions, runs or metrics may use: its words and its numbers. */
export interface Words extends Formats {
  readonly strings: Strings;
  readonly locale: string;
  readonly now: number;
  readonly count: (what: PanelCount, count: number) => string;
}

/** The same on the details page, with the way to its host. */
export interface Page extends Words {
  readonly host: Host;
}

const PageContext = createContext<(Words & { readonly host?: Host }) | undefined>(undefined);

export const PageProvider = PageContext.Provider;

export function useWords(): Words & { readonly host?: Host } {
  const words = useContext(PageContext);
  if (words === undefined) {
    throw new Error('outside of a page');
  }
  return words;
}

export function usePage(): Page {
  const page = useWords();
  if (!isDetails(page)) {
    throw new Error('outside of the details page');
  }
  return page;
}

const isDetails = (page: Words & { readonly host?: Host }): page is Page => page.host !== undefined;

export const pageOf = (host: Host, state: Pick<PanelState, 'strings' | 'locale'>, now: number): Page => ({ ...wordsOf(state, now), host });

export function wordsOf({ strings, locale }: Pick<PanelState, 'strings' | 'locale'>, now: number): Words {
  return {
    strings,
    locale,
    now,
    count: (what, count) => counted(strings.counts[what], count, locale),
    ...formatsOf(locale, now),
  };
}

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
