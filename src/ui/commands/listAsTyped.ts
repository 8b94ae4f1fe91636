import type { Call } from '../../model/call';
import { isAbort } from '../../model/errors';
import type { OpenPick } from '../openPick';

/** How many runs or experiments of a connection a list shows; more are found by typing. */
const MOST_ROWS = 500;
/** So many are shown before the others are read. */
const ROWS_AT_ONCE = 100;
const TYPING_MS = 250;

/** What is listed of one connection. */
export interface ListAsTyped<T> {
  /** Those whose name contains `search`, or all. */
  readonly list: (search: string | undefined, call: Call) => AsyncIterable<T>;
  /** Draws these; with `problem` where those that were searched for cannot be told. */
  readonly show: (rows: readonly T[], problem?: unknown) => void;
}

export type TypedPick = Pick<OpenPick<never>, 'busyWith' | 'typed' | 'onType' | 'signal'>;

/** Fills a list with the first rows there are, and with what is found for what is typed while there are more than those. */
export async function fillAsTyped<T>(pick: TypedPick, { list, show }: ListAsTyped<T>): Promise<void> {
  const first = await pick.busyWith(firstOf(list(undefined, { signal: pick.signal }), pick.signal, show));
  if (!first.isAll) {
    searchAsTyped(pick, async (search, signal) => {
      await pick.busyWith(firstOf(list(search, { signal }), signal, show));
    }, (problem) => show(first.rows, problem));
  }
}

/** The first of these rows, shown as they come, and whether there are no others. */
async function firstOf<T>(rows: AsyncIterable<T>, signal: AbortSignal, show: (rows: readonly T[]) => void): Promise<{ readonly rows: readonly T[]; readonly isAll: boolean }> {
  const first: T[] = [];
  let isAll = true;
  for await (const row of rows) {
    signal.throwIfAborted();
    if (first.length === MOST_ROWS) {
      isAll = false;
      break;
    }
    first.push(row);
    if (first.length % ROWS_AT_ONCE === 0) {
      show([...first]);
    }
  }
  signal.throwIfAborted();
  show(first);
  return { rows: first, isAll };
}

/** Finds what is typed, a moment after the last key. Without it, once the box is empty again or with the problem of a search, there are the first rows. */
function searchAsTyped(pick: TypedPick, find: (search: string, signal: AbortSignal) => Promise<void>, withoutIt: (problem?: unknown) => void): void {
  let asking = new AbortController();
  const ask = async (text: string, { signal }: AbortController): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    if (!signal.aborted) {
      await find(text, signal);
    }
  };
  const typed = (): void => {
    asking.abort();
    const mine = asking = new AbortController();
    const text = pick.typed.trim();
    if (text === '') {
      withoutIt();
      return;
    }
    ask(text, mine).catch((error: unknown) => {
      if (!isAbort(error) && !mine.signal.aborted) {
        withoutIt(error);
      }
    });
  };
  pick.signal.addEventListener('abort', () => asking.abort());
  pick.onType(typed);
  // Somebody may have typed while the first rows came.
  if (pick.typed.trim() !== '') {
    typed();
  }
}
