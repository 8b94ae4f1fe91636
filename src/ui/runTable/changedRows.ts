/** What of a list differs from the one before: all but its beginning, and but the last `kept` of both. Nothing where they are the same. */
export function changedRows<Row>(before: readonly Row[], after: readonly Row[]): { readonly first: number; readonly kept: number } | undefined {
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) {
    first++;
  }
  if (first === before.length && first === after.length) {
    return undefined;
  }
  let kept = 0;
  while (kept < shorter - first && before.at(-1 - kept) === after.at(-1 - kept)) {
    kept++;
  }
  return { first, kept };
}
