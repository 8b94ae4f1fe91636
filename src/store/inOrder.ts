/** Below this, sorting at once is faster than choosing. */
const SORT_AT_ONCE = 2_000;

/**
 * The items in order, each found only when it is asked for: the first thousand of 100,000 cost a fraction of sorting them all.
 * Incremental quicksort; `items` is reordered.
 */
export function* inOrder<T>(items: T[], compare: (a: T, b: T) => number): Generator<T> {
  // Ends of the parts still to do, the next one last. Every part is before the one that ends after it.
  const ends = [items.length];
  let from = 0;
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    while (end - from > SORT_AT_ONCE) {
      ends.push(end);
      end = partition(items, from, end, compare);
    }
    yield* items.slice(from, end).sort(compare);
    from = end;
  }
}

/** Moves what is not after a middle item to the front and returns where the rest begins, strictly between both ends. */
function partition<T>(items: T[], from: number, end: number, compare: (a: T, b: T) => number): number {
  const middle = from + ((end - from) >>> 1);
  const pivot = [items[from], items[middle], items[end - 1]].sort(compare as (a: unknown, b: unknown) => number)[1] as T;
  let left = from - 1;
  let right = end;
  for (;;) {
    do {
      left++;
    } while (compare(items[left] as T, pivot) < 0);
    do {
      right--;
    } while (compare(items[right] as T, pivot) > 0);
    if (left >= right) {
      // Hoare's partition: from … right is not after the pivot.
      return right + 1;
    }
    [items[left], items[right]] = [items[right] as T, items[left] as T];
  }
}
