/** A page as MLflow answers it; the last one has no token, or an empty one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

/** Walks pages as they are asked for. A server that answers one token for ever is left. */
export async function* paged<T>(read: (token: string | undefined) => Promise<Page<T>>): AsyncGenerator<T, void, undefined> {
  const seen = new Set<string>();
  for (let token: string | undefined; ;) {
    const { items, next }: Page<T> = await read(token);
    yield* items;
    if (next === undefined || next === '' || seen.has(next)) {
      return;
    }
    seen.add(next);
    token = next;
  }
}

/** Walks pages to their end. */
export async function allPages<T>(read: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of paged(read)) {
    all.push(item);
  }
  return all;
}
