import type { ExperimentRef } from '../model/artifact';
import type { Call } from '../model/call';
import type { RunColumn, RunRow, RunSort } from '../model/runTable';

export interface RunTableQuery extends ExperimentRef {
  /** Part of the name, without regard to case, or an expression in the back end's own language. */
  readonly filter?: string | undefined;
  /** One that `sorts` knows. */
  readonly sort: RunSort;
  /** Leaves out runs that were made below others. */
  readonly topLevel?: boolean | undefined;
}

/** The runs of an experiment as rows that can be compared: many at a time, with what was measured. */
export interface RunTable {
  /** An expression that the filter takes as well as a name, such as `metrics.loss < 0.1`; nothing where it takes names only. */
  readonly expression?: string | undefined;
  /** Whether the back end puts rows in the order of this column; others are sorted by who has read all. */
  sorts(column: RunColumn): boolean;
  /** A filter that cannot be understood is `invalid`, with what the back end says about it. A few hundred rows a request. */
  rows(query: RunTableQuery, call?: Call): AsyncIterable<RunRow>;
}
