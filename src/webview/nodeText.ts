import type { LineageNode } from '../model/lineage';
import type { Strings } from '../protocol';

/** The two lines of a node. */
export interface NodeText {
  readonly title: string;
  readonly detail: string;
  /** All of it, for a hover and for screen readers. */
  readonly full: string;
}

/** About what fits beside the icon. */
const TITLE_LENGTH = 21;
const DETAIL_LENGTH = 25;

export function nodeText(node: LineageNode, { texts }: Pick<Strings, 'texts'>): NodeText {
  const [title, details] = node.kind === 'run'
    ? [node.name, [texts.run]]
    : [node.ref.artifact, [node.ref.version, ...(node.deleted ? [texts.deleted] : node.aliases)]];
  return {
    title: cut(title, TITLE_LENGTH),
    detail: cut(details.join(' · '), DETAIL_LENGTH),
    full: node.kind === 'run' ? `${texts.run} ${node.name}` : [`${node.ref.artifact} ${node.ref.version}`, ...details.slice(1)].join(', '),
  };
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
