import type { RefObject, VNode } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ExperimentRef } from '../model/artifact';
import { isSameSort, type RunSort } from '../model/runTable';
import type { HeadColumn, RowCells, RunTablePart, RunTableView } from '../protocol/runTable';
import { RunCellText, textOf, textsOf } from './runCell';
import { columnWidths, fittingWidth, layoutOf, type Ruler } from './runColumns';
import { allChosen, chosen, choosingBy, NOTHING_SELECTED, type Selection } from './runSelection';
import { useTable } from './runTableContext';
import { classOf, RunTableHead } from './runTableHead';
import type { RunWidths } from './runWidths';
import { ROW_HEIGHT, useVirtual } from './virtual';
import { movedBy, rowAfter } from './window';

/** So many rows before the end more are asked for. */
const AHEAD = 100;
/** The head, and a scroll bar at the bottom, cover so much of the rows. */
const COVERED = 40;

/** The rows of a table, of which only the visible ones exist. Keys and mouse select as in VS Code's own lists. */
export function RunTableGrid({ grid, part, readBy, order, places, widths, selection, experiment, onSelect, onSort }: {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly part: RunTablePart;
  /** What the rows were read by; the page may want another view of them already. */
  readonly readBy: RunTableView;
  /** The runs of the rows, and where each of them stands. */
  readonly order: readonly string[];
  readonly places: ReadonlyMap<string, number>;
  readonly widths: RunWidths;
  readonly selection: Selection;
  readonly experiment: ExperimentRef;
  readonly onSelect: (selection: Selection) => void;
  readonly onSort: (sort: RunSort) => void;
}): VNode {
  const table = useTable();
  const { host, texts } = table;
  const { rows, columns, view, more, isReading } = part;
  const { scroller, items, height, reveal, fits, first } = useVirtual(rows.length, host.place.top, COVERED);
  const active = (selection.active === undefined ? undefined : places.get(selection.active)) ?? 0;
  const selected = useMemo(() => new Set(selection.runs), [selection.runs]);
  const [isAside, setAside] = useState(host.place.left > 0);
  const usual = useUsualWidths(columns, rows);
  const [held, hold] = useState(0);
  const layout = layoutOf(columns, usual, widths.chosen, held);
  const last = items.at(-1)?.index ?? 0;

  useLayoutEffect(() => {
    // The filter leads here.
    grid.current = scroller.current;
    scroller.current?.scrollTo({ left: host.place.left });
  }, []);
  useKeptView(scroller, order, places, { from: first, to: first + fits }, readBy);
  useEffect(() => host.remember({ top: first }), [host, first]);
  useEffect(() => {
    if (more === 'yes' && !isReading && part.failure === undefined && part.filterProblem === undefined && last >= rows.length - AHEAD) {
      host.post({ kind: 'more', known: rows.length });
    }
  }, [host, last, rows.length, more, isReading, part.failure, part.filterProblem]);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      scroller.current?.scrollTo({ top: 0 });
    }
    isFirst.current = false;
  }, [view.sort.by, view.sort.descending, view.filter, view.topLevel]);

  const fitting = (place: number, ruler: Ruler): number => {
    const column = columns[place];
    return column === undefined ? 0 : fittingWidth(column, rows.map((row) => textsOf(table, column, row, row.cells[place] ?? null)), ruler);
  };
  const choose = (index: number, how: Parameters<typeof chosen>[3]): void => {
    const run = order[index];
    if (run !== undefined) {
      onSelect(chosen(selection, order, run, how));
    }
  };
  const open = (index: number): void => {
    const run = order[index];
    if (run !== undefined) {
      host.post({ kind: 'open', run });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.altKey) {
      return;
    }
    // The first key of a list that nobody has touched leads to its first row.
    const next = selection.active === undefined && event.key === 'ArrowDown' ? 0 : rowAfter(active, order.length, fits, event.key);
    const isCommand = event.ctrlKey || event.metaKey;
    if (next !== undefined) {
      choose(next, choosingBy(event, 'key'));
      reveal(next);
    } else if (event.key === ' ') {
      choose(active, 'toggle');
    } else if (event.key === 'Enter' && !isCommand) {
      open(active);
    } else if (event.key === 'Escape' && selection.runs.length > 0) {
      onSelect({ ...NOTHING_SELECTED, active: selection.active });
    } else if (isCommand && event.key.toLowerCase() === 'a') {
      onSelect(allChosen(selection, order));
    } else if (isCommand && event.key.toLowerCase() === 'c') {
      host.post({ kind: 'csv', to: 'clipboard', runs: selection.runs });
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div class="run-grid" style={layout}>
      <div
        class={isAside ? 'run-grid-body aside' : 'run-grid-body'} role="grid" tabIndex={0} ref={scroller} aria-label={texts.table} aria-multiselectable aria-colcount={columns.length}
        aria-rowcount={more === 'no' ? rows.length + 1 : -1} aria-busy={isReading} aria-activedescendant={order[active] && idOf(order[active])} onKeyDown={onKeyDown}
        onScroll={({ currentTarget: { scrollLeft } }) => {
          setAside(scrollLeft > 0);
          host.remember({ left: scrollLeft });
        }}
      >
        <RunTableHead
          columns={columns} sort={view.sort} onSort={onSort} widths={widths} fitting={fitting}
          // What is left of the columns stays where it is, however narrow they become: the view must not slide along under the mouse.
          onDrag={(isDragged) => hold(isDragged && scroller.current ? scroller.current.scrollLeft + scroller.current.clientWidth : 0)}
        />
        <div class="run-rows" role="rowgroup" style={{ height: `${height}px` }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return row && (
              <div
                key={row.run} id={idOf(row.run)} role="row" aria-rowindex={index + 2} aria-selected={selected.has(row.run)}
                class={index === active ? 'run-row active' : 'run-row'} style={{ transform: `translateY(${start}px)` }}
                data-vscode-context={contextOf(experiment, row)}
                onMouseDown={(event) => {
                  // The other button opens a menu for what is selected already.
                  if (event.button === 0 || !selected.has(row.run)) {
                    choose(index, event.button === 0 ? choosingBy(event, 'mouse') : 'only');
                  }
                }}
                onDblClick={() => open(index)}
              >
                {columns.map((column, place) => (
                  <div key={column.id} role="gridcell" aria-colindex={place + 1} class={classOf(column)}>
                    <RunCellText column={column} row={row} value={row.cells[place] ?? null} />
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** What VS Code hands the commands of a row's menu. */
const contextOf = ({ connection, workspace }: ExperimentRef, { run }: RowCells): string =>
  JSON.stringify({ webviewSection: 'run', connection, workspace, run, preventDefaultContextMenuItems: true });

/** By its run: who listens to the active row need not hear of it again as others come before it. */
const idOf = (run: string): string => `run-${encodeURIComponent(run)}`;

/** They stay while rows come, or what is read would move. */
function useUsualWidths(columns: readonly HeadColumn[], rows: readonly RowCells[]): readonly number[] {
  const table = useTable();
  const key = columns.map(({ id }) => id).join('\n');
  return useMemo(() => columnWidths(columns, (row, column) => {
    const [head, cells] = [columns[column], rows[row]];
    return head && cells && textOf(table, head, cells.cells[column] ?? null);
  }, rows.length), [key, rows.length === 0]);
}

/** Keeps the rows in view where they are while others come and go above them. At the very top the new ones are what somebody looks for. */
function useKeptView(
  scroller: RefObject<HTMLDivElement | null>, order: readonly string[], places: ReadonlyMap<string, number>, seen: { readonly from: number; readonly to: number }, readBy: RunTableView,
): void {
  const before = useRef({ order, readBy });
  useLayoutEffect(() => {
    const { order: old, readBy: oldBy } = before.current;
    before.current = { order, readBy };
    const element = scroller.current;
    if (old !== order && element !== null && element.scrollTop > 0 && isSameView(oldBy, readBy)) {
      element.scrollTop += movedBy(old, seen, places) * ROW_HEIGHT;
    }
  }, [order]);
}

const isSameView = (a: RunTableView, b: RunTableView): boolean => a.filter === b.filter && a.topLevel === b.topLevel && isSameSort(a.sort, b.sort);
