import { Graph, layout as place } from '@dagrejs/dagre';
import type { Lineage, LineageEdge, LineageNode } from '../model/lineage';

export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 46;
/** More than this nobody reads, and laying it out would take long. */
export const MOST_NODES = 300;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode {
  readonly node: LineageNode;
  /** Upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly cut: { readonly upstream: boolean; readonly downstream: boolean };
}

export interface PlacedEdge {
  readonly edge: LineageEdge;
  readonly points: readonly Point[];
}

export interface Drawing {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
  /** Nodes that are left out because they are too many. */
  readonly hidden: number;
}

/** Layers from left to right, the way the data went. The same lineage always makes the same drawing. */
export function layout(lineage: Lineage, most = MOST_NODES): Drawing {
  const near = nearest(lineage, most);
  const nodes = lineage.nodes.filter((node) => near.has(node.id));
  const edges = lineage.edges.filter((edge) => near.has(edge.from) && near.has(edge.to) && edge.from !== edge.to);
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 18, edgesep: 10, ranksep: 56, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) {
    graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const edge of edges) {
    graph.setEdge(edge.from, edge.to, {}, edge.relation);
  }
  place(graph);
  const upstream = new Set(lineage.cut.upstream);
  const downstream = new Set(lineage.cut.downstream);
  const size = graph.graph() as { readonly width?: number; readonly height?: number };
  return {
    nodes: nodes.map((node) => {
      const { x, y } = graph.node(node.id) as Point;
      return {
        node,
        x: Math.round(x - NODE_WIDTH / 2),
        y: Math.round(y - NODE_HEIGHT / 2),
        cut: { upstream: upstream.has(node.id), downstream: downstream.has(node.id) },
      };
    }),
    edges: edges.map((edge) => {
      const { points = [] } = graph.edge(edge.from, edge.to, edge.relation) as { readonly points?: readonly Point[] };
      return { edge, points: route(graph.node(edge.from) as Point, graph.node(edge.to) as Point, points) };
    }),
    width: finite(size.width),
    height: finite(size.height),
    hidden: lineage.nodes.length - nodes.length,
  };
}

/** Ids of the nodes that can be reached with the fewest steps from the focus. */
function nearest(lineage: Lineage, most: number): ReadonlySet<string> {
  const neighbours = new Map(lineage.nodes.map((node) => [node.id, new Array<string>()]));
  for (const { from, to } of lineage.edges) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const near = new Set<string>();
  // A set visits what is added while it is walked.
  const queue = new Set([lineage.focus]);
  for (const id of queue) {
    const next = neighbours.get(id);
    if (next !== undefined && near.size < most) {
      near.add(id);
      next.forEach((neighbour) => queue.add(neighbour));
    }
  }
  return near;
}

/**
 * From the right side of a node to the left side of the next, straight through the layers between. Dagre puts a point into the middle of
 * every gap, for a label that we do not have: only every second one stands in a layer.
 */
function route(from: Point, to: Point, points: readonly Point[]): readonly Point[] {
  const start = { x: from.x + NODE_WIDTH / 2, y: from.y };
  const end = { x: to.x - NODE_WIDTH / 2, y: to.y };
  if (start.x > end.x) {
    // Against the stream, in a circle: where the points run is as good as any.
    return points;
  }
  const layers = points.slice(1, -1).filter((_, index) => index % 2 === 1);
  return [start, ...layers.flatMap(({ x, y }) => [{ x: x - NODE_WIDTH / 2, y }, { x: x + NODE_WIDTH / 2, y }]), end];
}

/** Ids of what `id` came from and of what came from it, itself included. */
export function pathThrough(edges: readonly LineageEdge[], id: string): ReadonlySet<string> {
  const follow = (start: string, ahead: boolean): ReadonlySet<string> => {
    const seen = new Set([start]);
    for (const at of seen) {
      for (const { from, to } of edges) {
        if ((ahead ? from : to) === at) {
          seen.add(ahead ? to : from);
        }
      }
    }
    return seen;
  };
  return new Set([...follow(id, false), ...follow(id, true)]);
}

/** A soft line through the points of an edge, as the `d` of an SVG path. */
export function curve(points: readonly Point[]): string {
  const [start, ...rest] = points;
  if (start === undefined) {
    return '';
  }
  let path = `M${at(start)}`;
  let last = start;
  for (const point of rest) {
    const middle = (last.x + point.x) / 2;
    path += `C${at({ x: middle, y: last.y })} ${at({ x: middle, y: point.y })} ${at(point)}`;
    last = point;
  }
  return path;
}

const at = ({ x, y }: Point): string => `${round(x)},${round(y)}`;

const round = (value: number): number => Math.round(value * 10) / 10;

/** An empty graph has a width of -Infinity. */
const finite = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? Math.ceil(value) : 0);
