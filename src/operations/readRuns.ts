import { compareNatural } from '../model/naturalOrder';
import { NEWEST_FIRST, orderOf, type RunColumn, type RunRow } from '../model/runTable';
import type { RunTable, RunTableQuery } from '../providers/runTable';

/** What a table holds at most: beyond it people filter. */
const MOST_RUNS = 20_000;

/** The runs of a table as far as they were read. Where the back end does not know the order, it is the order of those that were. */
export class ReadRuns {
  /** Whether the order is that of the back end: then the first rows are the first of all. */
  readonly isOrdered: boolean;
  private readonly walk: AsyncIterator<RunRow>;
  /** What moved on to the next page meanwhile is told twice. */
  private readonly byId = new Map<string, RunRow>();
  private isDone = false;
  private filling: Promise<void> = Promise.resolve();

  constructor(table: RunTable, private readonly query: RunTableQuery, signal: AbortSignal, private readonly most = MOST_RUNS) {
    this.isOrdered = table.sorts(query.sort.by);
    this.walk = table.rows(this.isOrdered ? query : { ...query, sort: NEWEST_FIRST }, { signal })[Symbol.asyncIterator]();
  }

  get rows(): readonly RunRow[] {
    const read = [...this.byId.values()];
    return this.isOrdered ? read : read.sort(orderOf(this.query.sort));
  }

  /** Whether there are others: those that `fill` brings, or more than a table holds. */
  get more(): 'no' | 'yes' | 'tooMany' {
    return this.isDone ? 'no' : this.byId.size >= this.most ? 'tooMany' : 'yes';
  }

  /** Reads until there are so many, and one more, which tells that there are more. One at a time. */
  async fill(count: number): Promise<void> {
    const before = this.filling;
    this.filling = (async () => {
      await before;
      while (!this.isDone && this.byId.size <= count && this.byId.size < this.most) {
        const step = await this.walk.next();
        if (step.done === true) {
          this.isDone = true;
        } else {
          this.byId.set(step.value.run, step.value);
        }
      }
    })();
    await this.filling;
  }

  close(): void {
    void this.walk.return?.().catch(() => undefined);
  }
}

interface Found {
  readonly column: RunColumn;
  /** How many rows have it. */
  readonly rows: number;
  /** Whether it is the same in all of them. */
  readonly isConstant: boolean;
}

/** The metrics and the parameters that any of the rows has, each in natural order. */
export function columnsIn(rows: readonly RunRow[]): { readonly metrics: readonly Found[]; readonly parameters: readonly Found[] } {
  return { metrics: found(rows, 'metrics', ({ metrics }) => metrics), parameters: found(rows, 'params', ({ parameters }) => parameters) };
}

const FIRST_FACTS = ['name', 'status', 'started', 'duration'] as const;
const LAST_FACTS = ['user', 'source'] as const;
/** So many metrics, and parameters, are shown to who has chosen none. */
const USUAL = 4;

/** What is shown until somebody chooses: metrics that most runs have, and parameters in which they differ. */
export function usualColumns(rows: readonly RunRow[]): readonly RunColumn[] {
  const { metrics, parameters } = columnsIn(rows);
  const differing = parameters.filter(({ isConstant }) => !isConstant);
  return [
    ...FIRST_FACTS,
    // What a client measures of its machine by itself is not what a run is about.
    ...mostCommon(metrics.filter(({ column }) => !column.startsWith('metrics.system/'))),
    ...mostCommon(differing.length === 0 ? parameters : differing),
    ...LAST_FACTS,
  ];
}

const mostCommon = (columns: readonly Found[]): readonly RunColumn[] => columns.toSorted((a, b) => b.rows - a.rows).slice(0, USUAL).map(({ column }) => column);

function found(rows: readonly RunRow[], kind: 'metrics' | 'params', of: (row: RunRow) => ReadonlyMap<string, unknown>): readonly Found[] {
  const seen = new Map<string, { rows: number; isConstant: boolean; readonly first: unknown }>();
  for (const row of rows) {
    for (const [name, value] of of(row)) {
      const known = seen.get(name);
      if (known === undefined) {
        seen.set(name, { rows: 1, isConstant: true, first: value });
      } else {
        known.rows++;
        known.isConstant &&= Object.is(known.first, value);
      }
    }
  }
  return [...seen].sort(([a], [b]) => compareNatural(a, b)).map(([name, { rows: count, isConstant }]) => ({ column: `${kind}.${name}`, rows: count, isConstant: isConstant && count === rows.length }));
}
