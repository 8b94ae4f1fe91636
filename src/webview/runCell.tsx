import type { VNode } from 'preact';
import type { HeadColumn, RowCells, RunCell } from '../protocol/runTable';
import { Line } from './line';
import { StatusWord } from './runStatus';
import { type Table, useTable } from './runTableContext';
import { fill } from './words';

/** A value of a run as people read it; the whole of it where it is pointed at. */
export function RunCellText({ column, row, value }: { readonly column: HeadColumn; readonly row: RowCells; readonly value: RunCell }): VNode | null {
  const table = useTable();
  const { texts, date } = table;
  if (value === null) {
    return null;
  }
  switch (column.id) {
    case 'name':
      return (
        <>
          <Line title={row.name} class="run-name">{row.name}</Line>
          {row.parent !== undefined && <Line title={fill(texts.below, row.parent)} class="run-parent faint">{fill(texts.below, row.parent)}</Line>}
        </>
      );
    case 'status':
      return <StatusWord status={row.status} word={texts[row.status]} />;
    case 'started':
      return typeof value === 'number' ? <time dateTime={new Date(value).toISOString()} title={date(value)}>{textOf(table, column, value)}</time> : null;
    default:
      return <Line title={String(value)}>{textOf(table, column, value)}</Line>;
  }
}

/** What a cell shows. */
export function textOf({ age, duration, figure }: Pick<Table, 'age' | 'duration' | 'figure'>, { id }: Pick<HeadColumn, 'id'>, value: RunCell): string {
  if (value === null) {
    return '';
  }
  if (typeof value === 'number' && (id === 'started' || id === 'duration')) {
    return id === 'started' ? age(value) : duration(value);
  }
  return typeof value === 'number' || id.startsWith('metrics.') ? figure(value as number) : value;
}
