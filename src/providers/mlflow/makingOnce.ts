import { setTimeout } from 'node:timers/promises';
import { isLost } from './serverErrors';

const TRIES = 3;
const LOOKS = 3;
const LOOK_AGAIN_MS = 300;

export interface Making<T> {
  readonly make: () => Promise<T>;
  /** What was made although nobody answered; it may take a moment to appear. */
  readonly find: () => Promise<T | undefined>;
  readonly onLost: (error: unknown) => void;
}

/** Makes something once, though answers get lost: it is looked for before it is made again. */
export async function makeOnce<T>({ make, find, onLost }: Making<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await make();
    } catch (error) {
      if (!isLost(error)) {
        throw error;
      }
      onLost(error);
      const found = await patiently(find);
      if (found !== undefined) {
        return found;
      }
      if (attempt === TRIES) {
        throw error;
      }
    }
  }
}

/** What is there, or comes within a second. */
export async function patiently<T>(find: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let look = 1; ; look++) {
    const found = await find();
    if (found !== undefined || look === LOOKS) {
      return found;
    }
    await setTimeout(LOOK_AGAIN_MS * look);
  }
}
