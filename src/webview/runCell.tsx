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
  const [, parent] = textsOf(table, column, row, value);
  if (value === null) {
    return null;
  }
  switch (column.id) {
    case 'name':
      return (
        <>
          <Line title={row.name} class="run-name">{row.name}</Line>
          {parent !== undefined && <Line title={parent} class="run-parent faint">{parent}</Line>}
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

/** All of it, in the words of the page: a name has what it is below beside it. */
export function textsOf(table: Table, column: Pick<HeadColumn, 'id'>, { name, parent, status }: RowCells, value: RunCell): readonly [text: string, beside?: string] {
  switch (column.id) {
    case 'name':
      return parent === undefined ? [name] : [name, fill(table.texts.below, parent)];
    case 'status':
      return [table.texts[status]];
    default:
      return [textOf(table, column, value)];
  }
}
