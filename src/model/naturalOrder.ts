const collator = new Intl.Collator(undefined, { numeric: true });

/** `file2` before `file10`, as people count. Never 0 for two different names, so that an order is always the same one. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
