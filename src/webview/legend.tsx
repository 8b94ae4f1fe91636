import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { usePage } from './context';
import type { Drawing } from './layout';

/** Below this the drawing needs the room. */
const ROOMY = 760;

const WIDTH = 30;
const WIDE = 48;
const HEIGHT = 16;

/** What the shapes of the drawing mean: those that are in it. */
export function Legend({ drawing: { nodes, edges } }: { readonly drawing: Drawing }): VNode {
  const { host, strings: { texts } } = usePage();
  const has = (is: (placed: Drawing['nodes'][number]) => boolean): boolean => nodes.some(is);
  const kinds = {
    version: has(({ node }) => node.kind === 'version'),
    run: has(({ node }) => node.kind === 'run' && node.model !== true),
    model: has(({ node }) => node.kind === 'run' && node.model === true),
    dataset: has(({ node }) => node.kind === 'dataset'),
    deleted: has(({ node }) => node.kind === 'version' && node.deleted === true),
    consumed: edges.some(({ edge }) => edge.relation === 'consumed'),
    produced: edges.some(({ edge }) => edge.relation === 'produced'),
    more: has(({ cut }) => cut.upstream || cut.downstream),
  };
  const [open, setOpen] = useState(() => host.memory.legend ?? window.innerWidth >= ROOMY);
  const onToggle = ({ currentTarget }: { readonly currentTarget: HTMLDetailsElement }): void => {
    // It says so when it is first drawn, too, and that is nobody's wish.
    if (currentTarget.open !== open) {
      setOpen(currentTarget.open);
      host.remember({ legend: currentTarget.open });
    }
  };
  return (
    <details class="legend" open={open} onToggle={onToggle}>
      <summary><span class="codicon codicon-chevron-right" aria-hidden="true" />{texts.legend}</summary>
      <ul>
        {kinds.version && <Entry text={texts.legendVersion}><Shape kind="version" corner={3} /></Entry>}
        {kinds.run && <Entry text={texts.run}><Shape kind="run" corner={HEIGHT / 2} /></Entry>}
        {kinds.model && <Entry text={texts.model}><Shape kind="run model" corner={5} /></Entry>}
        {kinds.dataset && <Entry text={texts.dataset}><Shape kind="dataset" corner={3} band /></Entry>}
        {kinds.deleted && <Entry text={texts.deleted}><Shape kind="version deleted" corner={3} /></Entry>}
        {kinds.consumed && <Entry text={texts.legendConsumed} wide><Relation from={3} to={5} /></Entry>}
        {kinds.produced && <Entry text={texts.legendProduced} wide><Relation from={5} to={3} /></Entry>}
        {edges.length > 0 && <Entry text={texts.legendFaint}><path class="edge faint" d={`M0,${HEIGHT / 2}H${WIDTH}`} /></Entry>}
        {kinds.more && (
          <Entry text={texts.legendMore}>
            <g class="expand" transform={`translate(${WIDTH / 2},${HEIGHT / 2})`}><circle r="7" /><path d="M-3,0H3M0,-3V3" /></g>
          </Entry>
        )}
      </ul>
    </details>
  );
}

function Entry({ text, wide = false, children }: { readonly text: string; readonly wide?: boolean; readonly children: ComponentChildren }): VNode {
  return <li><svg width={wide ? WIDE : WIDTH} height={HEIGHT} aria-hidden="true">{children}</svg>{text}</li>;
}

function Shape({ kind, corner, band = false }: { readonly kind: string; readonly corner: number; readonly band?: boolean }): VNode {
  return (
    <g class={`node ${kind}`}>
      <rect x="0.5" y="0.5" width={WIDTH - 1} height={HEIGHT - 1} rx={corner} />
      {band && <path class="band" d={`M4.5,0.5V${HEIGHT - 0.5}`} />}
    </g>
  );
}

/** An arrow between the shapes of a version and a run, told by their corners. */
function Relation({ from, to }: { readonly from: number; readonly to: number }): VNode {
  const box = (x: number, corner: number): VNode => <rect x={x} y="3.5" width="9" height="9" rx={corner === 3 ? 1 : corner} />;
  return (
    <>
      <g class="node">{box(0.5, from)}{box(WIDE - 9.5, to)}</g>
      <path class="edge" d={`M10,${HEIGHT / 2}H${WIDE - 11}`} marker-end="url(#arrow)" />
    </>
  );
}
