import { type VNode } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { Failure } from '../protocol';
import type { RunTablePart, RunTableState, RunTableView, ToRunTable } from '../protocol/runTable';
import { formatsOf, useNow } from './context';
import { Icon, Notice } from './parts';
import { RunFilter } from './runFilter';
import { NOTHING_SELECTED, type Selection, stillThere } from './runSelection';
import { RunTableBar } from './runTableBar';
import { TableProvider, useTable } from './runTableContext';
import { RunTableGrid } from './runTableGrid';
import type { RunTableHost } from './runTableHost';
import { useRunWidths } from './runWidths';
import { counted } from './words';

interface Known {
  readonly state?: RunTableState;
  /** What was told last, with all rows there are. */
  readonly part?: RunTablePart;
}

function received(known: Known, message: ToRunTable): Known {
  switch (message.kind) {
    case 'state':
      return { ...known, state: message.state };
    case 'rows': {
      const { part } = message;
      const { first, kept } = part;
      const before = known.part?.rows ?? [];
      // The same list where nothing is new: what is made of it stays.
      const isSame = part.rows.length === 0 && first + kept === before.length;
      return { ...known, part: { ...part, first: 0, kept: 0, rows: isSame ? before : [...before.slice(0, first), ...part.rows, ...before.slice(before.length - kept)] } };
    }
  }
}

/** The runs of an experiment side by side. */
export function RunTablePage({ host }: { readonly host: RunTableHost }): VNode | null {
  const [{ state, part }, receive] = useReducer(received, {});
  const now = useNow();
  useEffect(() => {
    const stop = host.listen((message) => {
      if (message.kind === 'state') {
        host.keep({ ref: message.state.ref });
      }
      receive(message);
    });
    host.post({ kind: 'ready' });
    return stop;
  }, []);
  const table = useMemo(() => state && {
    host, texts: state.strings.texts, actions: state.strings.actions, runs: (count: number) => counted(state.strings.runs, count, state.locale), ...formatsOf(state.locale, now),
  }, [host, state, now]);
  if (state === undefined || part === undefined || table === undefined) {
    return null;
  }
  return <TableProvider value={table}><Content state={state} part={part} /></TableProvider>;
}

function Content({ state, part: told }: { readonly state: RunTableState; readonly part: RunTablePart }): VNode {
  const { host, texts } = useTable();
  const [selection, setSelection] = useState<Selection>(host.place.selection);
  // Only the page changes it, and does not wait to be told: what is chosen before the host has answered would undo what was chosen just now.
  const [view, setView] = useState(told.view);
  useEffect(() => host.keep({ view }), [host, view]);
  const widths = useRunWidths(host, state.widths);
  const part = { ...told, view };
  const { rows, failure, filterProblem, isReading } = part;
  const order = useMemo(() => rows.map(({ run }) => run), [rows]);
  const places = useMemo(() => new Map(order.map((run, index) => [run, index])), [order]);
  const here = useMemo(() => stillThere(selection, places), [selection, places]);
  const grid = useRef<HTMLDivElement>(null);
  const select = (next: Selection): void => {
    host.remember({ selection: next });
    setSelection(next);
  };
  const show = (change: Partial<RunTableView>): void => {
    // Other rows come first, which nobody has scrolled past.
    host.remember({ top: 0 });
    const next = { ...view, ...change };
    setView(next);
    host.post({ kind: 'view', view: next });
  };
  return (
    <main class="run-table">
      <RunTableBar part={part} selected={here.runs} onTopLevel={(topLevel) => show({ topLevel })}>
        <RunFilter
          text={view.filter} expression={state.expression} problem={filterProblem} onFilter={(filter) => {
            select(NOTHING_SELECTED);
            show({ filter });
          }}
          onLeave={() => grid.current?.focus()}
        />
      </RunTableBar>
      {rows.length === 0
        ? failure ? <Failed failure={failure} /> : <Notice {...(isReading ? { icon: 'loading', spin: true } : {})}>{isReading ? texts.loading : told.view.filter === '' ? texts.noRuns : texts.noMatch}</Notice>
        : <RunTableGrid grid={grid} part={part} readBy={told.view} order={order} places={places} widths={widths} selection={here} onSelect={select} onSort={(sort) => show({ sort })} experiment={state.ref} />}
      {rows.length > 0 && failure && <div class="run-table-failure"><Failed failure={failure} /></div>}
    </main>
  );
}

function Failed({ failure: { sentence, signIn } }: { readonly failure: Failure }): VNode {
  const { host, texts } = useTable();
  return (
    <div class="notice" role="alert">
      <Icon name="warning" />
      <p>{sentence}</p>
      <div class="toolbar">
        {signIn && <button type="button" class="button" onClick={() => host.post({ kind: 'verb', verb: 'signIn' })}>{texts.signIn}</button>}
        <button type="button" class="button secondary" onClick={() => host.post({ kind: 'verb', verb: 'retry' })}>{texts.retry}</button>
      </div>
    </div>
  );
}
