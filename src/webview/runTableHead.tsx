import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { RunSort } from '../model/runTable';
import type { HeadColumn } from '../protocol/runTable';
import { Line } from './line';
import { Icon } from './parts';
import { type Ruler, within } from './runColumns';
import { RunSash } from './runSash';
import type { RunWidths } from './runWidths';
import { rulerOf } from './textRuler';
import { rowAfter } from './window';

/** Pixels that one press of a key makes a column wider or narrower. */
const STEP = 10;

/**
 * The heads of the columns: a click, or Enter, sorts by one and then the other way round. Tab leads to one of them, arrow keys to the others.
 * Their right edges are dragged; with Alt, the arrow keys do the same, and Enter what a double click on the edge does.
 */
export function RunTableHead({ columns, sort, onSort, widths, fitting, onDrag }: {
  readonly columns: readonly HeadColumn[];
  readonly sort: RunSort;
  readonly onSort: (sort: RunSort) => void;
  readonly widths: RunWidths;
  /** The width that a column needs for what stands in it. */
  readonly fitting: (place: number, ruler: Ruler) => number;
  readonly onDrag: (isDragged: boolean) => void;
}): VNode {
  const [wanted, setActive] = useState(0);
  const row = useRef<HTMLDivElement>(null);
  const active = Math.min(wanted, columns.length - 1);
  const resize = (place: number, width: (now: number) => number): void => {
    const [column, head] = [columns[place], row.current?.children[place]];
    if (column !== undefined && head instanceof HTMLElement) {
      widths.keep(column.id, within(column.id, width(head.offsetWidth), window.innerWidth));
    }
  };
  const fit = (place: number): void => {
    const [body, button] = [row.current, row.current?.querySelectorAll('button')[place]];
    if (body && button) {
      resize(place, () => fitting(place, rulerOf(body, button)));
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey) {
      onAltKey(event);
      return;
    }
    const key = { ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp' }[event.key] ?? (['Home', 'End'].includes(event.key) ? event.key : '');
    const next = rowAfter(active, columns.length, 1, key);
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
      row.current?.querySelectorAll('button')[next]?.focus();
    }
  };
  const onAltKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      fit(active);
    } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      resize(active, (now) => now + (event.key === 'ArrowLeft' ? -STEP : STEP));
    } else {
      return;
    }
    event.preventDefault();
    // To the window, Alt+Left would mean the editor before.
    event.stopPropagation();
  };
  return (
    <div class="run-row run-head" role="row" aria-rowindex={1} ref={row} onKeyDown={onKeyDown}>
      {columns.map((column, index) => {
        const { id, label, hint } = column;
        const direction = sort.by !== id ? undefined : sort.descending ? 'descending' : 'ascending';
        return (
          <div key={id} role="columnheader" aria-colindex={index + 1} aria-sort={direction ?? 'none'} class={classOf(column)}>
            <button
              type="button" class="head" title={hint} tabIndex={index === active ? 0 : -1} aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight Alt+Enter" onFocus={() => setActive(index)}
              // The newest are what somebody looks for.
              onClick={() => onSort({ by: id, descending: direction === undefined ? id === 'started' : direction === 'ascending' })}
            >
              <Line>{label}</Line>
              {direction !== undefined && <Icon name={direction === 'ascending' ? 'chevron-up' : 'chevron-down'} />}
            </button>
            <RunSash
              onStart={() => onDrag(true)}
              onDraw={(width) => {
                const drawn = within(id, width, window.innerWidth);
                widths.draw(id, drawn);
                return drawn;
              }}
              onEnd={(width) => {
                onDrag(false);
                if (width !== undefined) {
                  widths.keep(id, width);
                }
              }}
              onFit={() => fit(index)}
            />
          </div>
        );
      })}
    </div>
  );
}

export const classOf = ({ id, isFigures }: HeadColumn): string => `cell${id === 'name' ? ' name' : ''}${isFigures ? ' numeric' : ''}`;
