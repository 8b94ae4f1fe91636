import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { RunTableStrings } from '../protocol/runTable';
import type { Formats } from './context';
import type { RunTableHost } from './runTableHost';

/** What every part of a table of runs may use: its words, its numbers, the way to the host. */
export interface Table extends Formats {
  readonly host: RunTableHost;
  readonly texts: RunTableStrings['texts'];
  readonly actions: RunTableStrings['actions'];
  readonly runs: (count: number) => string;
}

const TableContext = createContext<Table | undefined>(undefined);

export const TableProvider = TableContext.Provider;

export function useTable(): Table {
  const table = useContext(TableContext);
  if (table === undefined) {
    throw new Error('outside of the table');
  }
  return table;
}
