const FULL = process.env['FAULTS'] === 'full';

/** How many times a fault is tried, or on what: few in `npm test`, all of them with FAULTS=full. */
export const scaled = <T>(quick: T, full: T): T => (FULL ? full : quick);

/** Says what a test has counted, under its name in the report. */
export function tell(line: string): void {
  console.log(`      · ${line}`);
}

/** Numbers between 0 and 1 that are the same in each run. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
