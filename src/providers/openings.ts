/** Milliseconds for which what was read of a place is taken to hold: others may delete a version, and a run goes on writing. */
export const FRESH_MS = 10_000;
const MOST_KEPT = 50;

interface Kept<T> {
  readonly opened: Promise<T>;
  isFresh: () => boolean;
}

/**
 * What was opened last, so that who reads one file after the other opens once, and who comes while it is being opened waits for the same.
 * It is kept from when it stands, and as long as it took at least: else what takes long would never be there for a second question.
 */
export class Openings<T> {
  private readonly kept = new Map<string, Kept<T>>();

  constructor(
    /** Until when what is open is kept beyond that. */
    private readonly keptUntil: (opened: T) => number = () => 0,
    private readonly now = () => Date.now(),
  ) {}

  async open(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    if (known?.isFresh() === true) {
      return await known.opened;
    }
    const began = this.now();
    const kept: Kept<T> = { opened: make(), isFresh: () => true };
    keepLast(this.kept, key, kept);
    try {
      const opened = await kept.opened;
      const until = this.now() + Math.max(FRESH_MS, this.now() - began);
      kept.isFresh = () => Math.max(until, this.keptUntil(opened)) > this.now();
      return opened;
    } catch (error) {
      // A failure is not kept: the next one asks again.
      if (this.kept.get(key) === kept) {
        this.kept.delete(key);
      }
      throw error;
    }
  }

  /** Nothing that is meant is believed any more. */
  forget(isMeant: (key: string) => boolean = () => true): void {
    for (const key of this.kept.keys()) {
      if (isMeant(key)) {
        this.kept.delete(key);
      }
    }
  }
}

/** The oldest goes where there are many. */
export function keepLast<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_KEPT && oldest !== undefined) {
    map.delete(oldest);
  }
}
