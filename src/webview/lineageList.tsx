import type { VNode } from 'preact';
import type { LineageEdge, LineageNode, RunNode } from '../model/lineage';
import { usePage } from './context';
import type { Drawing } from './layout';
import { Line } from './line';
import { nodeText } from './nodeText';
import { IconButton, LinkButton } from './parts';
import { fillParts } from './words';

/** The same as the drawing in words, from left to right: what each run used and what it produced. */
export function LineageList({ drawing, focus, selected, canOpenRuns, onSelect, onOpen }: {
  readonly drawing: Drawing;
  readonly focus: string;
  readonly selected: string;
  readonly canOpenRuns: boolean;
  readonly onSelect: (id: string) => void;
  readonly onOpen: (node: LineageNode) => void;
}): VNode {
  const { strings } = usePage();
  const { texts } = strings;
  const nodes = new Map(drawing.nodes.map(({ node }) => [node.id, node]));
  const edgesOf = (run: RunNode, relation: LineageEdge['relation']): readonly string[] =>
    drawing.edges.flatMap(({ edge }) => (edge.relation !== relation ? [] : relation === 'consumed' ? (edge.to === run.id ? [edge.from] : []) : edge.from === run.id ? [edge.to] : []));
  const runs = [...drawing.nodes]
    .sort((a, b) => a.x - b.x || a.y - b.y)
    .map(({ node }) => node)
    .filter((node): node is RunNode => node.kind === 'run')
    // A logged model that nothing is told of stands below the run that made it.
    .filter((run) => run.model !== true || run.id === focus || edgesOf(run, 'consumed').length + edgesOf(run, 'produced').length > 0);
  const name = (id: string): VNode | undefined => {
    const node = nodes.get(id);
    const text = node && <Line>{nodeText(node, strings).full}</Line>;
    return text && <LinkButton onClick={() => onSelect(id)}>{id === selected ? <strong>{text}</strong> : text}</LinkButton>;
  };
  const target = nodes.get(selected);
  const opens = (node: LineageNode): boolean => (node.kind === 'version' ? node.deleted !== true : node.kind === 'run' && canOpenRuns);
  return (
    <aside class="lineage-list">
      <div class="section-title">
        <h2>{texts.list}</h2>
        {target !== undefined && target.id !== focus && opens(target)
          && <IconButton icon="open-preview" label={texts.openVersion} onClick={() => onOpen(target)} />}
      </div>
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            {name(run.id)}
            <ul>
              {edgesOf(run, 'consumed').map((id) => <li key={id}>{fillParts(texts.consumed, name(id))}</li>)}
              {edgesOf(run, 'produced').map((id) => <li key={id}>{fillParts(texts.produced, name(id))}</li>)}
            </ul>
          </li>
        ))}
      </ul>
    </aside>
  );
}
