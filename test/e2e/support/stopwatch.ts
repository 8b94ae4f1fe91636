import type { Frame, Page } from 'playwright-core';

/** What is waited for: an element, or one that holds a text. */
export interface Sight {
  readonly selector: string;
  readonly text?: string;
}

/**
 * Milliseconds from the press of the mouse to the frame that draws what it brings, by the clock of the page: driving the page from
 * outside costs more than some of the answers do.
 */
export async function timed(place: Page | Frame, click: () => Promise<void>, sight: Sight): Promise<number> {
  await place.evaluate(({ selector, text }) => {
    const isThere = (): boolean => [...document.querySelectorAll(selector)].some(element => text === undefined || element.textContent.includes(text));
    const result = new Promise<number>(resolve => {
      addEventListener('mousedown', () => {
        const began = performance.now();
        const look = (): void => {
          if (isThere()) {
            resolve(performance.now() - began);
          } else {
            requestAnimationFrame(look);
          }
        };
        look();
      }, { capture: true, once: true });
    });
    Object.assign(globalThis, { stopwatch: result });
  }, sight);
  await click();
  return await place.evaluate(() => (globalThis as unknown as { stopwatch: Promise<number> }).stopwatch);
}
