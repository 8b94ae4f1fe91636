import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { usePage } from './context';
import { Icon } from './parts';
import { useVirtual } from './virtual';
import { rowAfter } from './window';
import { fill } from './words';

/** Pixels of the head, which stays over the rows. */
const HEAD = 26;

export interface Column<Sort extends string = string> {
  readonly id: string;
  readonly label: string;
  /** Said to those who do not see the column. */
  readonly isSpoken?: true;
  /** The order that a click on the head asks for. */
  readonly sort?: Sort;
}

/** A table of which only the visible rows exist. One row is active; arrow keys move it, Enter opens it. */
export function Grid<Sort extends string>({ kind, label, columns, count, start, top, sorted, onSort, cells, current, onActive, onVisible, onOpen, onKey }: {
  /** Names the layout of the columns in the style sheet. */
  readonly kind: string;
  readonly label: string;
  readonly columns: readonly Column<Sort>[];
  readonly count: number;
  /** The row that is active at first, and the first one in view. */
  readonly start: number;
  readonly top: number;
  readonly sorted?: { readonly by: Sort; readonly descending: boolean };
  readonly onSort?: (by: Sort) => void;
  /** The content of a row, or nothing while it is on its way. */
  readonly cells: (index: number) => readonly ComponentChildren[] | undefined;
  readonly current?: (index: number) => boolean;
  readonly onActive?: (index: number) => void;
  /** Rows that exist now, some of them above and below the view, and the first one in view. */
  readonly onVisible: (from: number, to: number, top: number) => void;
  readonly onOpen: (index: number) => void;
  /** Other keys on the active row; true when it had a use for it. */
  readonly onKey?: (event: KeyboardEvent, index: number) => boolean;
}): VNode {
  const { strings: { texts } } = usePage();
  const [wanted, setActive] = useState(start);
  const [touched, touch] = useState(start > 0);
  const active = Math.max(0, Math.min(wanted, count - 1));
  const { scroller, items, height, reveal, fits, first } = useVirtual(count, top, HEAD);
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onVisible(from, to, first), [from, to, first, count, onVisible]);
  // What opens below the list does not cover the row that it is about.
  useEffect(() => {
    if (touched) {
      reveal(active);
    }
  }, [fits]);

  const activate = (index: number): void => {
    setActive(index);
    touch(true);
    onActive?.(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const next = plain ? rowAfter(active, count, fits, event.key) : undefined;
    if (next !== undefined) {
      activate(next);
      reveal(next);
    } else if (plain && event.key === 'Enter' && count > 0) {
      onOpen(active);
    } else if (count === 0 || !onKey?.(event, active)) {
      return;
    }
    event.preventDefault();
  };
  return (
    <div class={`grid grid-${kind}`}>
      <div
        class="grid-body" role="grid" tabIndex={0} ref={scroller} aria-label={label} aria-rowcount={count + 1} aria-colcount={columns.length}
        aria-activedescendant={count > 0 ? `row-${active}` : undefined} onKeyDown={onKeyDown}
      >
        <div class="grid-head grid-row" role="row" aria-rowindex={1}>
          {columns.map(({ id, label: text, isSpoken = false, sort }) => (
            <Head key={id} id={id} text={text} isSpoken={isSpoken} direction={sort === undefined || sorted?.by !== sort ? undefined : sorted.descending ? 'descending' : 'ascending'}
              title={sort && fill(texts.sortBy, text)} onClick={sort && onSort && (() => onSort(sort))} />
          ))}
        </div>
        <div class="grid-rows" role="rowgroup" style={{ height: `${height}px` }}>
          {items.map(({ index, start: top }) => (
            <div
              key={index} id={`row-${index}`} role="row" aria-rowindex={index + 2} aria-selected={touched && index === active} aria-current={current?.(index) ? 'true' : undefined}
              class={index === active ? 'grid-row active' : 'grid-row'} style={{ transform: `translateY(${top}px)` }} onMouseDown={() => activate(index)} onDblClick={() => onOpen(index)}
            >
              {cells(index)?.map((cell, column) => <div key={column} role="gridcell" class={`cell cell-${columns[column]?.id ?? ''}`}>{cell}</div>)
                ?? <div role="gridcell" class="cell pending" aria-colspan={columns.length}>{texts.loading}</div>}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Head({ id, text, isSpoken, title, direction, onClick }: {
  readonly id: string;
  readonly text: string;
  readonly isSpoken: boolean;
  readonly title: string | undefined;
  readonly direction: 'ascending' | 'descending' | undefined;
  readonly onClick: (() => void) | undefined;
}): VNode {
  return (
    <div role="columnheader" class={`cell cell-${id}`} aria-sort={onClick && (direction ?? 'none')}>
      {onClick
        ? (
            <button type="button" class="head" title={title} onClick={onClick}>
              <span>{text}</span>
              {direction !== undefined && <Icon name={direction === 'ascending' ? 'chevron-up' : 'chevron-down'} />}
            </button>
          )
        : <span class={isSpoken ? 'sr-only' : 'head'}>{text}</span>}
    </div>
  );
}
