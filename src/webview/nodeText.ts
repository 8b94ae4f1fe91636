import { oneLine, shortened } from '../model/line';
import type { LineageNode } from '../model/lineage';
import type { Strings } from '../protocol/words';

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
  const { title, details, full } = wholeText(node, texts);
  return { title: oneLine(shortened(title, TITLE_LENGTH)), detail: oneLine(shortened(details.join(' · '), DETAIL_LENGTH)), full: oneLine(full) };
}

function wholeText(node: LineageNode, texts: Strings['texts']): { readonly title: string; readonly details: readonly string[]; readonly full: string } {
  switch (node.kind) {
    case 'run': {
      const kind = node.model === true ? texts.model : texts.run;
      return { title: node.name, details: [kind], full: `${kind} ${node.name}` };
    }
    case 'dataset': {
      const details = [texts.dataset, ...(node.context === undefined ? [] : [node.context])];
      return { title: node.name, details, full: [`${texts.dataset} ${node.name}`, node.digest, ...details.slice(1), node.source ?? ''].filter((part) => part !== '').join(', ') };
    }
    case 'version': {
      const { artifact, version } = node.ref;
      const more = node.deleted === true ? [texts.deleted] : node.aliases;
      return { title: artifact, details: [version, ...more], full: [`${artifact} ${version}`, ...more].join(', ') };
    }
  }
}
