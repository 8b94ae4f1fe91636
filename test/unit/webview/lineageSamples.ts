import type { Lineage, LineageEdge, LineageNode } from '../../../src/model/lineage';

const workspace = { connection: 'local', workspace: 'ada' };

export const version = (artifact: string, number = '1.0.0', aliases: readonly string[] = []): LineageNode =>
  ({ kind: 'version', id: artifact, ref: { ...workspace, artifact, version: number }, type: 'dataset', aliases });

export const run = (name: string): LineageNode => ({ kind: 'run', id: name, ref: { ...workspace, run: name }, name });

/** `raw → train → data → fit → model`, and `data → report`, seen from `data`. Runs are what a version leads to and comes from. */
export const chain: Lineage = lineage(
  'data',
  [version('raw'), run('train'), version('data'), run('fit'), version('model'), run('report'), version('side')],
  ['raw>train', 'train>data', 'data>fit', 'fit>model', 'data>report', 'train>side'],
);

/** Edges as `from>to`. */
export function lineage(focus: string, nodes: readonly LineageNode[], edges: readonly string[], cut: Partial<Lineage['cut']> = {}): Lineage {
  return {
    focus,
    nodes,
    edges: edges.map((edge): LineageEdge => {
      const [from = '', to = ''] = edge.split('>');
      return { from, to, relation: nodes.find((node) => node.id === from)?.kind === 'run' ? 'produced' : 'consumed' };
    }),
    expanded: [focus],
    cut: { upstream: [], downstream: [], ...cut },
  };
}
