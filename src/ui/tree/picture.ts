import type { Branches } from './branches';
import { type Branch, isBranch, type Node } from './nodes';

/** By id of a row: all that it and the list of the rows below it are drawn from, and whether these are to be read again. */
export type Picture = ReadonlyMap<string, string>;

export function pictureOf(top: Branch, branches: Branches): Picture {
  const picture = new Map<string, string>();
  const add = (row: Node): void => {
    picture.set(row.id, drawnFrom(row, branches));
    below(row, branches).forEach(add);
  };
  add(top);
  return picture;
}

/** The rows that look otherwise than they did, or may when they are next asked for; with one of them goes all that is below it. */
export function changedSince(before: Picture, top: Branch, branches: Branches): Node[] {
  const changed: Node[] = [];
  const look = (row: Node): void => {
    if (before.get(row.id) !== drawnFrom(row, branches)) {
      changed.push(row);
    } else {
      below(row, branches).forEach(look);
    }
  };
  look(top);
  return changed;
}

const below = (row: Node, branches: Branches): readonly Node[] => (isBranch(row) ? branches.rowsOf(row) : []);

function drawnFrom(row: Node, branches: Branches): string {
  if (!isBranch(row)) {
    return JSON.stringify(row.value);
  }
  const listing = branches.known(row);
  const failure = listing?.failure && String(listing.failure.error);
  return JSON.stringify([row.value, branches.rowsOf(row).map(({ id }) => id), listing?.more, failure, branches.isStale(row)]);
}
