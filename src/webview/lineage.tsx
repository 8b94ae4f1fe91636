import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { RunRef, VersionRef } from '../model/artifact';
import type { LineageNode } from '../model/lineage';
import type { LineageView, Loaded } from '../protocol';
import { usePage } from './context';
import { Graph, nodeElement } from './graph';
import { layout, MOST_NODES } from './layout';
import { Legend } from './legend';
import { LineageList } from './lineageList';
import { walkLineage } from './lineageWalk';
import { Failed, IconButton, Notice } from './parts';
import { drawingToSvg, paintOf } from './svgFile';
import { useZoom } from './zoom';
import { fill } from './words';

interface Start {
  /** The node to begin at, the one that the page is about if left out. */
  readonly start?: string | undefined;
  /** Whether runs have pages of their own here. */
  readonly canOpenRuns: boolean;
  /** Said where there is nothing to draw but the one node. */
  readonly none: string;
  /** What the drawing cannot show here. */
  readonly untold?: string | undefined;
}

/** What the version, or run, came from and what came from it. */
export function LineagePage({ lineage, ...start }: Start & { readonly lineage: Loaded<LineageView> }): VNode {
  const { host, strings: { texts } } = usePage();
  useEffect(() => host.post({ kind: 'lineage', expand: host.memory.expanded }), [host]);
  switch (lineage.status) {
    case 'loading':
      return <Notice icon="loading" spin>{texts.loading}</Notice>;
    case 'failed':
      return <Failed failure={lineage} />;
    case 'shown':
      return <LineageView view={lineage.value} {...start} />;
  }
}

function LineageView({ view: { lineage, expanding }, start, canOpenRuns, none, untold }: Start & { readonly view: LineageView }): VNode {
  const page = usePage();
  const { host, strings, number } = page;
  const { texts } = strings;
  const drawing = useMemo(() => layout(lineage), [lineage]);
  const known = (id: string | undefined): string | undefined => (drawing.nodes.some(({ node }) => node.id === id) ? id : undefined);
  const [wanted, select] = useState(start);
  const selected = known(wanted) ?? lineage.focus;
  const picture = useRef<HTMLDivElement>(null);
  const zoom = useZoom(picture, drawing, selected);

  const expand = (node: LineageNode): void => {
    if (node.kind === 'dataset') {
      return;
    }
    const expanded: readonly (VersionRef | RunRef)[] = [...host.memory.expanded, node.ref];
    host.remember({ expanded });
    host.post({ kind: 'lineage', expand: expanded });
    // So that what comes appears around it.
    select(node.id);
  };
  const cut = (id: string): boolean => lineage.cut.upstream.includes(id) || lineage.cut.downstream.includes(id);
  const open = (node: LineageNode): void => {
    if (node.kind === 'run' && canOpenRuns) {
      if (node.id !== lineage.focus) {
        host.post({ kind: 'openRun', ref: node.ref });
      }
    } else if (node.kind === 'run') {
      // Without a page of its own, opening it shows what else it used and made.
      select(node.id);
      if (cut(node.id)) {
        expand(node);
      }
    } else if (node.kind === 'version' && !node.deleted && node.id !== lineage.focus) {
      host.post({ kind: 'openVersion', ref: node.ref });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const node = lineage.nodes.find(({ id }) => id === selected);
    if (event.ctrlKey || event.metaKey || event.altKey || node === undefined) {
      return;
    }
    const next = event.key === 'Home' ? lineage.focus : walkLineage(drawing, selected, event.key);
    if (next !== undefined) {
      select(next);
      zoom.reveal(next);
    } else if (event.key === 'Enter') {
      open(node);
    } else if (event.key === '+' && cut(node.id)) {
      expand(node);
    } else if (!event.key.startsWith('Arrow')) {
      return;
    }
    event.preventDefault();
  };
  const save = (): void => {
    if (picture.current) {
      host.post({ kind: 'saveSvg', svg: drawingToSvg(drawing, selected, strings, paintOf(picture.current)) });
    }
  };
  return (
    <div class="lineage">
      <div class="lineage-picture">
        <div class="lineage-canvas">
          <div class="lineage-tools" role="group" aria-label={texts.graph}>
            <IconButton icon="zoom-in" label={texts.zoomIn} onClick={() => zoom.by(1.3)} />
            <IconButton icon="zoom-out" label={texts.zoomOut} onClick={() => zoom.by(1 / 1.3)} />
            <IconButton icon="screen-full" label={texts.fit} onClick={zoom.fit} />
            <IconButton icon="save" label={texts.saveSvg} onClick={save} />
          </div>
          <div
            class="graph" ref={picture} tabIndex={0} role="application" aria-label={texts.graph} aria-describedby="graph-help" aria-activedescendant={nodeElement(drawing.nodes.findIndex(({ node }) => node.id === selected))}
            onKeyDown={onKeyDown}
          >
            <Graph
              drawing={drawing} selected={selected} focus={lineage.focus} expanding={expanding} transform={zoom.transform}
              onSelect={(node) => select(node.id)} onOpen={open} onExpand={expand}
            />
          </div>
          <p class="sr-only" id="graph-help">{texts.graphHelp}</p>
          {drawing.hidden > 0 && <p class="faint too-many">{fill(texts.tooMany, number(MOST_NODES), number(drawing.hidden))}</p>}
          {lineage.edges.length === 0 ? <p class="faint too-many">{none}</p> : drawing.hidden === 0 && untold !== undefined && <p class="faint too-many">{untold}</p>}
        </div>
        <Legend drawing={drawing} />
      </div>
      <LineageList drawing={drawing} focus={lineage.focus} selected={selected} canOpenRuns={canOpenRuns} onSelect={(id) => { select(id); zoom.reveal(id); }} onOpen={open} />
    </div>
  );
}
