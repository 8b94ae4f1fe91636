import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const BETWEEN_LOOKS_MS = 1000;
const MOST_MS = 90_000;

/**
 * Waits until the editor in the browser has written down something like this for the next time. What it writes is JSON in JSON; the
 * pattern knows it without quotes.
 */
export async function untilKept(page: Page, pattern: RegExp, what: string): Promise<void> {
  for (const end = Date.now() + MOST_MS; !await hasKept(page, pattern);) {
    if (Date.now() > end) {
      throw new Error(`Waited in vain until the editor keeps ${what}.`);
    }
    await pause(BETWEEN_LOOKS_MS);
    // The editor writes when the browser calls it idle, which Chromium without a screen does after a frame: where nothing is drawn, half a minute may pass.
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

const hasKept = (page: Page, pattern: RegExp): Promise<boolean> => page.evaluate(async (wanted) => {
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
