import { serverFault } from '../../model/errors';

/** A page as MLflow answers it; the last one has no token, or an empty one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/** More than any server of people's holds; a list that goes on is one that never ends. */
const MOST_PAGES = 10_000;
const MOST_ITEMS = 2_000_000;

export const isLast = ({ next }: Page<unknown>): boolean => next === undefined || next === '';

/** Walks pages as they are asked for. A server that answers a token again is left; `serverFault` where the pages do not end. */
export async function* pages<T>(read: (token: string | undefined) => Promise<Page<T>>): AsyncGenerator<Page<T>, void, undefined> {
  const seen = new Set<string>();
  for (let token: string | undefined; ;) {
    const page = await read(token);
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

export async function* paged<T>(read: (token: string | undefined) => Promise<Page<T>>): AsyncGenerator<T, void, undefined> {
  for await (const { items } of pages(read)) {
    yield* items;
  }
}

/** Walks pages to their end. */
export async function allPages<T>(read: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of paged(read)) {
    all.push(item);
    if (all.length > MOST_ITEMS) {
      throw endless();
    }
  }
  return all;
}

const endless = (): Error => serverFault('its list does not end');
