import type { Page } from 'playwright-core';

/**
 * Whether the editor in the browser has written down something like this for the next time: it does some seconds later, once it has nothing
 * else to do. What it writes is JSON in JSON; the pattern knows it without quotes.
 */
export const hasKept = (page: Page, pattern: RegExp): Promise<boolean> => page.evaluate(async (wanted) => {
  const answer = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('nothing can be read'));
  });
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await answer(indexedDB.open(name));
    try {
      for (const store of database.objectStoreNames) {
        const values: readonly unknown[] = await answer(database.transaction(store).objectStore(store).getAll());
        if (values.some((value) => typeof value === 'string' && wanted.test(value.replace(/[\\"]/gu, '')))) {
          return true;
        }
      }
    } finally {
      database.close();
    }
  }
  return false;
}, pattern);
