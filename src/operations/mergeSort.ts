import type { Breath } from './breath';

/** As many as a built-in sort puts in order within a millisecond or two. */
const RUN = 2048;

/** Sorts a long list and lets the event loop turn meanwhile. `compare` must tell all items apart. */
export async function mergeSort<T extends number | string | object>(items: readonly T[], compare: (a: T, b: T) => number, breath: Breath): Promise<T[]> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).sort(compare));
    if (breath.due) {
      await breath.take();
    }
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let pair = 0; pair < runs.length; pair += 2) {
      merged.push(await merge(runs[pair] ?? [], runs[pair + 1] ?? [], compare, breath));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge<T extends number | string | object>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number, breath: Breath): Promise<T[]> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const [a, b] = [left[l], right[r]];
    if (a !== undefined && (b === undefined || compare(a, b) <= 0)) {
      merged.push(a);
      l++;
    } else if (b !== undefined) {
      merged.push(b);
      r++;
    }
    if (breath.due) {
      await breath.take();
    }
  }
  return merged;
}
