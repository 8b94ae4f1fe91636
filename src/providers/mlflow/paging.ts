import { serverFault } from '../../model/errors';
import { isTooLong } from '../http/text';

/** A page as MLflow answers it; the last one has no token, or an empty one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/** More than any server of people's holds; a list that goes on is one that never ends. */
const MOST_PAGES = 10_000;
const MOST_ITEMS = 2_000_000;
/** An answer that is too long has cost its time: the next one is a fraction of it. */
const FEWER = 4;

export const isLast = ({ next }: Page<unknown>): boolean => next === undefined || next === '';

/** What is asked for: how many rows at most, and from where on. */
export interface PageRequest {
  readonly size: number;
  readonly token?: string | undefined;
}

export type ReadPage<T> = (page: PageRequest) => Promise<Page<T>>;

/**
 * Walks pages as they are asked for, of `size` rows, or of fewer where those are so wide that nobody would read the answer. A server that
 * answers a token again is left; `serverFault` where the pages do not end.
 */
export async function* pages<T>(size: number, read: ReadPage<T>): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  let rows = size;
  for (let token: string | undefined; ;) {
    const page = await read({ size: rows, token }).catch((error: unknown) => {
      if (rows === 1 || !isTooLong(error)) {
        throw error;
      }
      return undefined;
    });
    if (page === undefined) {
      rows = Math.ceil(rows / FEWER);
      continue;
    }
    yield page;
    if (page.next === undefined || isLast(page) || seen.has(page.next)) {
      return;
    }
    seen.add(page.next);
    if (seen.size >= MOST_PAGES) {
      throw endless();
    }
    token = page.next;
  }
}

export async function* paged<T>(size: number, read: ReadPage<T>): AsyncGenerator<T, void, undefined> {
  for await (const { items } of pages(size, read)) {
    yield* items;
  }
}

/** Walks pages to their end. */
export async function allPages<T>(size: number, read: ReadPage<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of paged(size, read)) {
    all.push(item);
    if (all.length > MOST_ITEMS) {
      throw endless();
    }
  }
  return all;
}

const endless = (): Error => serverFault('its list does not end');
