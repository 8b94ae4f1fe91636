import type { DiskOperation, Fate } from './disk';
import { standingIn } from './standIn';

/** Says how a power cut treats what was not flushed. */
export type Treatment = (operation: DiskOperation, index: number) => Fate;

export const isName = (operation: DiskOperation): boolean => operation.kind === 'enter' || operation.kind === 'leave';

export const TELLING: readonly Treatment[] = [
  () => 'undone',
  () => 'done',
  // The classic: names are in the journal, and the bytes are not written yet.
  (operation) => (isName(operation) ? 'done' : 'undone'),
  (operation) => (isName(operation) ? 'undone' : 'done'),
  (operation) => (isName(operation) ? 'done' : 'half'),
];

/** Runs `work` on a disk whose clock goes on by a year whenever something is made in `tmp`: all names look as if they were old and safe. */
export const whileClockLeaps = <T>(tmp: string, work: () => T): T => standingIn((name, args, original) => {
  const result = original(...args);
  return name === 'statSync' && String(args[0]).startsWith(tmp) ? Object.assign(result as object, { ctimeMs: Number.POSITIVE_INFINITY }) : result;
}, work);
