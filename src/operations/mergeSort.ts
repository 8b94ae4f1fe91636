import type { Breath } from './breath';

/** As many as a built-in sort puts in order within a millisecond or two. */
const RUN = 2048;

/** Sorts a long list of positions and lets the event loop turn meanwhile. `compare` must tell all of them apart. */
export async function mergeSort(items: readonly number[], compare: (a: number, b: number) => number, breath: Breath): Promise<number[]> {
  let runs: number[][] = [];
  for (let start = 0; start < items.length; start += RUN) {
    runs.push(items.slice(start, start + RUN).sort(compare));
    if (breath.due) {
      await breath.take();
    }
  }
  while (runs.length > 1) {
    const merged: number[][] = [];
    for (let pair = 0; pair < runs.length; pair += 2) {
      merged.push(await merge(runs[pair] ?? [], runs[pair + 1] ?? [], compare, breath));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(left: readonly number[], right: readonly number[], compare: (a: number, b: number) => number, breath: Breath): Promise<number[]> {
  const merged: number[] = [];
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
