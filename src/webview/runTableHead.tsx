import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { RunSort } from '../model/runTable';
import type { HeadColumn } from '../protocol/runTable';
import { Line } from './line';
import { Icon } from './parts';
import { rowAfter } from './window';

/** The heads of the columns: a click, or Enter, sorts by one and then the other way round. Tab leads to one of them, arrow keys to the others. */
export function RunTableHead({ columns, sort, onSort }: {
  readonly columns: readonly HeadColumn[];
  readonly sort: RunSort;
  readonly onSort: (sort: RunSort) => void;
}): VNode {
  const [wanted, setActive] = useState(0);
  const row = useRef<HTMLDivElement>(null);
  const active = Math.min(wanted, columns.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = { ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp' }[event.key] ?? (['Home', 'End'].includes(event.key) ? event.key : '');
    const next = rowAfter(active, columns.length, 1, key);
    if (next !== undefined) {
      event.preventDefault();
      setActive(next);
      row.current?.querySelectorAll('button')[next]?.focus();
    }
  };
  return (
    <div class="run-row run-head" role="row" aria-rowindex={1} ref={row} onKeyDown={onKeyDown}>
      {columns.map((column, index) => {
        const { id, label, hint } = column;
        const direction = sort.by !== id ? undefined : sort.descending ? 'descending' : 'ascending';
        return (
          <div key={id} role="columnheader" aria-colindex={index + 1} aria-sort={direction ?? 'none'} class={classOf(column)}>
            <button
              type="button" class="head" title={hint} tabIndex={index === active ? 0 : -1} onFocus={() => setActive(index)}
              // The newest are what somebody looks for.
              onClick={() => onSort({ by: id, descending: direction === undefined ? id === 'started' : direction === 'ascending' })}
            >
              <Line>{label}</Line>
              {direction !== undefined && <Icon name={direction === 'ascending' ? 'chevron-up' : 'chevron-down'} />}
            </button>
          </div>
        );
      })}
    </div>
  );
}

export const classOf = ({ id, isFigures }: HeadColumn): string => `cell${id === 'name' ? ' name' : ''}${isFigures ? ' numeric' : ''}`;
