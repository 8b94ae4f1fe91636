import type { Drawing, PlacedNode } from './layout';

/** The node that an arrow key leads to from `id`: along the edges sideways, to the nearest neighbour of the layer up and down. */
export function walkLineage(drawing: Drawing, id: string, key: string): string | undefined {
  const from = drawing.nodes.find((placed) => placed.node.id === id);
  if (from === undefined) {
    return drawing.nodes[0]?.node.id;
  }
  const linked = (ids: readonly string[]): PlacedNode[] => drawing.nodes.filter((placed) => ids.includes(placed.node.id));
  const closest = (nodes: readonly PlacedNode[]): string | undefined =>
    [...nodes].sort((a, b) => Math.abs(a.y - from.y) - Math.abs(b.y - from.y) || Math.abs(a.x - from.x) - Math.abs(b.x - from.x))[0]?.node.id;
  const layer = drawing.nodes.filter((placed) => placed.x === from.x);
  switch (key) {
    case 'ArrowRight':
      return closest(linked(drawing.edges.filter(({ edge }) => edge.from === id).map(({ edge }) => edge.to)));
    case 'ArrowLeft':
      return closest(linked(drawing.edges.filter(({ edge }) => edge.to === id).map(({ edge }) => edge.from)));
    case 'ArrowDown':
      return closest(layer.filter((placed) => placed.y > from.y));
    case 'ArrowUp':
      return closest(layer.filter((placed) => placed.y < from.y));
    default:
      return undefined;
  }
}
