import type { RunRef, VersionRef } from './artifact';

export interface VersionNode {
  readonly kind: 'version';
  /** Unique and stable within a connection. */
  readonly id: string;
  readonly ref: VersionRef;
  readonly type: string;
  readonly aliases: readonly string[];
  /** The lineage remembers versions that were deleted. */
  readonly deleted?: boolean | undefined;
}

export interface RunNode {
  readonly kind: 'run';
  readonly id: string;
  readonly ref: RunRef;
  readonly name: string;
  /** A logged model rather than a run. */
  readonly model?: boolean | undefined;
}

/** Data that others than we told the back end of: a name and a fingerprint; nothing of it is kept here. */
export interface DatasetNode {
  readonly kind: 'dataset';
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  /** Where it came from, as whoever logged it says; any string. */
  readonly source?: string | undefined;
  /** `training`, `evaluation`, … */
  readonly context?: string | undefined;
}

export type LineageNode = VersionNode | RunNode | DatasetNode;

/** Points the way the data went: run → version or logged model it produced, version or dataset → run that consumed it. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly relation: 'produced' | 'consumed';
}

/** Nodes of which all neighbours are known, and some of their neighbours. Asking for a neighbour expands the graph. */
export interface Lineage {
  /** Id of the node that was asked for first. */
  readonly focus: string;
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** Ids of the nodes whose edges are all here. */
  readonly expanded: readonly string[];
  /** Ids of nodes that have more edges than `edges` tells, by direction. */
  readonly cut: { readonly upstream: readonly string[]; readonly downstream: readonly string[] };
}

export const versionNodeId = (ref: VersionRef): string => `version:${ref.workspace}/${ref.artifact}:${ref.version}`;
export const runNodeId = (ref: RunRef): string => `run:${ref.workspace}/${ref.run}`;

/** Joins what was seen with what an expansion brought; the focus stays, and `more` wins where both describe a node. */
export function mergeLineage(seen: Lineage, more: Lineage): Lineage {
  const nodes = new Map([...seen.nodes, ...more.nodes].map((node) => [node.id, node]));
  const edges = new Map([...seen.edges, ...more.edges].map((edge) => [JSON.stringify([edge.from, edge.to, edge.relation]), edge]));
  const expanded = new Set([...seen.expanded, ...more.expanded]);
  const stillCut = (side: 'upstream' | 'downstream'): string[] =>
    [...new Set([...seen.cut[side], ...more.cut[side]])].filter((id) => !expanded.has(id));
  return {
    focus: seen.focus,
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    expanded: [...expanded],
    cut: { upstream: stillCut('upstream'), downstream: stillCut('downstream') },
  };
}
