import type { VNode } from 'preact';
import { artifactIcon } from '../model/assetType';
import type { LineageNode } from '../model/lineage';
import { usePage } from './context';
import { curve, type Drawing, NODE_HEIGHT, NODE_WIDTH, pathThrough, type PlacedNode } from './layout';
import { Line } from './line';
import { BAND, cornerOf } from './nodeShape';
import { nodeText } from './nodeText';
import { Icon } from './parts';

interface GraphProps {
  readonly drawing: Drawing;
  readonly selected: string;
  readonly focus: string;
  readonly expanding: readonly string[];
  readonly transform: string;
  readonly onSelect: (node: LineageNode) => void;
  readonly onOpen: (node: LineageNode) => void;
  readonly onExpand: (node: LineageNode) => void;
}

/** Names may hold blanks, ids of elements may not. */
export const nodeElement = (index: number): string => `node-${index}`;

/** The drawing. What leads to the selected node and away from it is strong, the rest faint. */
export function Graph({ drawing, selected, focus, expanding, transform, ...on }: GraphProps): VNode {
  const path = pathThrough(drawing.edges.map(({ edge }) => edge), selected);
  const strong = (...ids: readonly string[]): string => (ids.every((id) => path.has(id)) ? '' : ' faint');
  return (
    <svg class="graph-svg" aria-hidden="false">
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M0,0.5L8,4L0,7.5z" class="arrow" />
        </marker>
      </defs>
      <g transform={transform}>
        {drawing.edges.map(({ edge, points }) => (
          <path key={`${edge.from} ${edge.to} ${edge.relation}`} class={`edge${strong(edge.from, edge.to)}`} d={curve(points)} marker-end="url(#arrow)" />
        ))}
        {drawing.nodes.map((placed, index) => (
          <Node
            key={placed.node.id} id={nodeElement(index)} placed={placed} look={`${placed.node.id === selected ? ' selected' : ''}${placed.node.id === focus ? ' focus' : ''}${strong(placed.node.id)}`}
            busy={expanding.includes(placed.node.id)} {...on}
          />
        ))}
      </g>
    </svg>
  );
}

function Node({ id, placed, look, busy, onSelect, onOpen, onExpand }: Pick<GraphProps, 'onSelect' | 'onOpen' | 'onExpand'> & {
  readonly id: string;
  readonly placed: PlacedNode;
  readonly look: string;
  readonly busy: boolean;
}): VNode {
  const { strings } = usePage();
  const { node, x, y, cut } = placed;
  const text = nodeText(node, strings);
  return (
    <g
      id={id} class={`node ${node.kind}${node.kind === 'run' && node.model ? ' model' : ''}${look}${node.kind === 'version' && node.deleted ? ' deleted' : ''}`} transform={`translate(${x},${y})`}
      role="img" aria-label={text.full}
    >
      <g onClick={() => onSelect(node)} onDblClick={() => onOpen(node)}>
        <title>{text.full}</title>
        <rect width={NODE_WIDTH} height={NODE_HEIGHT} rx={cornerOf(node)} />
        {node.kind === 'dataset' && <path class="band" d={BAND} />}
        <foreignObject x="12" y={NODE_HEIGHT / 2 - 8} width="16" height="16">
          <Icon name={nodeIcon(node)} />
        </foreignObject>
        {/* Not SVG text, which knows no ellipsis: how wide letters are depends on the font. */}
        <foreignObject x="36" y="0" width={NODE_WIDTH - 36 - 14} height={NODE_HEIGHT}>
          <div class="node-text">
            <Line class="title">{text.title}</Line>
            <Line class="detail">{text.detail}</Line>
          </div>
        </foreignObject>
      </g>
      {cut.upstream && <Expand x={0} label={strings.texts.expandUpstream} busy={busy} onClick={() => onExpand(node)} />}
      {cut.downstream && <Expand x={NODE_WIDTH} label={strings.texts.expandDownstream} busy={busy} onClick={() => onExpand(node)} />}
    </g>
  );
}

function Expand({ x, label, busy, onClick }: { readonly x: number; readonly label: string; readonly busy: boolean; readonly onClick: () => void }): VNode {
  return (
    <g class={`expand${busy ? ' busy' : ''}`} transform={`translate(${x},${NODE_HEIGHT / 2})`} role="button" aria-label={label} onClick={onClick}>
      <title>{label}</title>
      <circle r="9" />
      <path d="M-4,0H4M0,-4V4" />
    </g>
  );
}

function nodeIcon(node: LineageNode): string {
  switch (node.kind) {
    case 'run':
      return node.model === true ? artifactIcon('model') : 'play-circle';
    case 'dataset':
      return artifactIcon('dataset');
    case 'version':
      return artifactIcon(node.type);
  }
}
