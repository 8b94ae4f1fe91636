import { setTimeout as pause } from 'node:timers/promises';

/** Waits until `condition` holds, a few seconds at most. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, milliseconds = 8000): Promise<void> {
  for (const end = Date.now() + milliseconds; !await condition();) {
    if (Date.now() > end) {
      throw new Error(`Waited in vain until ${what}.`);
    }
    await pause(20);
  }
}
