import type { Branch } from './nodes';

/** Unique in the tree; begins with the id of the parent. Names are quoted, so that they cannot look like what follows. */
export const rowId = (parent: Branch, kind: string, name: string): string => `${parent.id} ${kind}:${JSON.stringify(name)}`;
