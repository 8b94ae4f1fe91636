import type { LineageNode } from '../model/lineage';
import { NODE_HEIGHT } from './layout';

/** Runs are round, what they make is square, and a logged model is between the two, as it is in all else. */
export function cornerOf(node: LineageNode): number {
  if (node.kind !== 'run') {
    return 3;
  }
  return node.model === true ? 12 : NODE_HEIGHT / 2;
}

/** A line down the left side tells a dataset, of which nothing is kept here, from a version. */
export const BAND = `M6,0V${NODE_HEIGHT}`;
