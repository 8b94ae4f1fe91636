/*
 * What the page of a table of runs and its host say to each other. The host has the rows; it tells those that are new or different, or all of
 * them once columns or order are others. Up go a handful of intents.
 */
import type { ExperimentRef, Run, RunRef } from '../model/artifact';
import type { RunColumn, RunSort } from '../model/runTable';
import type { Failure } from '../protocol';
import { MOST_COMPARED } from './comparison';
import type { Counted } from './words';

/** What a table shows; it is the same after a reload. */
export interface RunTableView {
  /** As somebody typed it: part of a name, or an expression. */
  readonly filter: string;
  readonly sort: RunSort;
  /** Nested runs are left out. */
  readonly topLevel: boolean;
}

/** What the page keeps over a reload, as far as the host reads it. */
export interface RunTableMemory {
  readonly ref: ExperimentRef;
  readonly view: RunTableView;
}

export type ToRunTable =
  | { readonly kind: 'state'; readonly state: RunTableState }
  | { readonly kind: 'rows'; readonly part: RunTablePart };

export interface RunTableState {
  readonly strings: RunTableStrings;
  /** BCP 47 tag for numbers and ages. */
  readonly locale: string;
  readonly ref: ExperimentRef;
  /** An expression that the filter takes, where it takes any. */
  readonly expression?: string | undefined;
  /** Those that somebody chose, for columns that may not be shown now. From then on the page knows better. */
  readonly widths: readonly ColumnWidth[];
}

export interface ColumnWidth {
  readonly column: RunColumn;
  /** Whole pixels. */
  readonly width: number;
}

/** What a head can still be seen and taken hold of, and what no value needs. */
export const LEAST_WIDTH = 48;
export const MOST_WIDTH = 1000;

/**
 * What is done with selected rows beside opening them, a line each: the command `artifacts.<key>` gets the first run and all of them, as from
 * a menu of the view. How many it takes; and its icon, which the script has to name, as others do not ship.
 */
export const ROW_ACTIONS = {
  compareRuns: { icon: 'diff', least: 2, most: 2 },
  compareMetrics: { icon: 'graph-line', least: 2, most: MOST_COMPARED },
} as const;
export type RowAction = keyof typeof ROW_ACTIONS;
export const ROW_ACTION_IDS = Object.keys(ROW_ACTIONS) as readonly RowAction[];

export interface RunTablePart {
  readonly columns: readonly HeadColumn[];
  readonly view: RunTableView;
  /** Index of the first of these rows: 0 replaces all that the page has, the end of those adds to them. */
  readonly first: number;
  /** So many rows at the end of those that the page has stay as they are, behind these. */
  readonly kept: number;
  readonly rows: readonly RowCells[];
  readonly more: 'no' | 'yes' | 'tooMany';
  readonly isReading: boolean;
  readonly failure?: Failure | undefined;
  /** What is wrong with the filter; the rows are those of the filter before. */
  readonly filterProblem?: string | undefined;
}

export interface HeadColumn {
  readonly id: RunColumn;
  readonly label: string;
  /** Said when the head is pointed at. */
  readonly hint: string;
  /** What it holds is numbers. */
  readonly isFigures: boolean;
}

/** Values in the order of the columns, in words where JSON has no number for them; moments in milliseconds since 1970, durations in milliseconds. */
export type RunCell = number | string | null;

export interface RowCells extends Pick<Run, 'run' | 'name' | 'status'> {
  /** Name of the run above. */
  readonly parent?: string | undefined;
  readonly cells: readonly RunCell[];
}

export const RUN_TABLE_VERBS = ['columns', 'refresh', 'retry', 'signIn'] as const;
export type RunTableVerb = (typeof RUN_TABLE_VERBS)[number];

/** The most rows that an intent is about. */
export const MAX_RUNS = 20_000;

export type FromRunTable =
  /** The script runs and knows nothing. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'verb'; readonly verb: RunTableVerb }
  /** Wants rows beyond these, as many as a while of scrolling takes. */
  | { readonly kind: 'more'; readonly known: number }
  | { readonly kind: 'view'; readonly view: RunTableView }
  /** Keeps the width that somebody gave a column. */
  | ({ readonly kind: 'width' } & ColumnWidth)
  | { readonly kind: 'open'; readonly run: RunRef['run'] }
  /** Does something with these runs. */
  | { readonly kind: 'act'; readonly action: RowAction; readonly runs: readonly string[] }
  /** Writes these runs, or all that are there, as comma-separated values. */
  | { readonly kind: 'csv'; readonly to: 'clipboard' | 'file'; readonly runs: readonly string[] };

/** Every word of the page. Numbers in braces stand for what is filled in. */
export interface RunTableStrings {
  readonly texts: Readonly<Record<RunTableText, string>>;
  readonly actions: Readonly<Record<RowAction, string>>;
  readonly runs: Counted;
}

export type RunTableText =
  | 'table' | 'loading' | 'filter' | 'filterByName' | 'clearFilter' | 'toolbar' | 'columns' | 'refresh' | 'copyCsv' | 'saveCsv' | 'topLevel' | 'noRuns' | 'noMatch' | 'soFar' | 'tooMany' | 'selected'
  | 'below' | 'retry' | 'signIn' | 'running' | 'finished' | 'failed';
