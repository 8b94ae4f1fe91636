import type { VNode } from 'preact';
import type { Lineage, LineageEdge, LineageNode } from '../model/lineage';
import { usePage } from './context';
import type { Drawing } from './layout';
import { nodeText } from './nodeText';
import { Icon, IconButton, LinkButton } from './parts';
import { fillParts } from './words';

/** The same as the drawing in words: every edge a line, in the order of the data. */
export function LineageList({ lineage, drawing, selected, onSelect, onOpen }: {
  readonly lineage: Lineage;
  readonly drawing: Drawing;
  readonly selected: string;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (node: LineageNode) => void;
}): VNode {
  const { strings } = usePage();
  const { texts } = strings;
  const nodes = new Map(drawing.nodes.map(({ node }) => [node.id, node]));
  const places = new Map(drawing.nodes.map(({ node, x, y }) => [node.id, { x, y }]));
  const order = (a: LineageEdge, b: LineageEdge): number => {
    const [one, other] = [places.get(a.from), places.get(b.from)];
    return one && other ? one.x - other.x || one.y - other.y : 0;
  };
  const name = (id: string): VNode | string => {
    const node = nodes.get(id);
    if (node === undefined) {
      return '';
    }
    const text = <bdi>{nodeText(node, strings).full}</bdi>;
    return <LinkButton onClick={() => onSelect(id)} title={texts.showLineage}>{id === selected ? <strong>{text}</strong> : text}</LinkButton>;
  };
  const target = nodes.get(selected);
  return (
    <aside class="lineage-list">
      <div class="section-title">
        <h2>{texts.list}</h2>
        {target?.kind === 'version' && !target.deleted && target.id !== lineage.focus
          && <IconButton icon="open-preview" label={texts.openVersion} onClick={() => onOpen(target)} />}
      </div>
      <ul>
        {[...drawing.edges].map(({ edge }) => edge).sort(order).map((edge) => (
          <li key={`${edge.from} ${edge.to} ${edge.relation}`}>
            <Icon name="arrow-small-right" />
            <span>{fillParts(edge.relation === 'produced' ? texts.produced : texts.consumed, ...(edge.relation === 'produced' ? [name(edge.from), name(edge.to)] : [name(edge.to), name(edge.from)]))}</span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
