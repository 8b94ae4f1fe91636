import { compareNatural } from '../model/naturalOrder';
import { isSameRow, NEWEST_FIRST, orderOf, type RunColumn, type RunRow } from '../model/runTable';
import type { RunTable, RunTableQuery } from '../providers/runTable';

/** What a table holds at most: beyond it people filter. */
const MOST_RUNS = 20_000;
/** One request of a server has as many, however few are asked for. */
const LEAST_FOLLOWED = 200;

/** The runs of a table as far as they were read. Where the back end does not know the order, it is the order of those that were. */
export class ReadRuns {
  /** Whether the order is that of the back end: then the first rows are the first of all. */
  readonly isOrdered: boolean;
  private walk: AsyncIterator<RunRow>;
  /** What moved on to the next page meanwhile is told twice. */
  private byId = new Map<string, RunRow>();
  private isDone = false;
  private filling: Promise<void> = Promise.resolve();

  constructor(private readonly table: RunTable, private readonly query: RunTableQuery, private readonly signal: AbortSignal, private readonly most = MOST_RUNS) {
    this.isOrdered = table.sorts(query.sort.by);
    this.walk = this.begin();
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

  /**
   * Reads again from the first row to the last of those that went on: what began since stands among them, and what had ended stays as it
   * was. Of thousands in their usual order, the newest first, that is the first page. In another order one that goes on may stand at the end
   * of all of them: then they are all read, as nothing else tells where it stands now, and who follows rests the longer.
   */
  async follow(): Promise<void> {
    const before = this.filling;
    const following = before.then(() => this.readAgain());
    // That it went wrong is told to who follows; the walk goes on where it stands.
    this.filling = following.catch(() => before);
    await following;
  }

  close(): void {
    leave(this.walk);
  }

  private begin(): AsyncIterator<RunRow> {
    return this.table.rows(this.isOrdered ? this.query : { ...this.query, sort: NEWEST_FIRST }, { signal: this.signal })[Symbol.asyncIterator]();
  }

  private async readAgain(): Promise<void> {
    const goingOn = new Set([...this.byId.values()].filter(({ status }) => status === 'running').map(({ run }) => run));
    const most = this.isDone ? this.most : this.byId.size;
    const walk = this.begin();
    const told = new Map<string, RunRow>();
    let isDone = false;
    while (!isDone && told.size < most && (goingOn.size > 0 || told.size < LEAST_FOLLOWED)) {
      const step = await walk.next();
      if (step.done === true) {
        isDone = true;
      } else {
        const known = this.byId.get(step.value.run);
        // The same row again is the same object, so that what has changed is soon found.
        told.set(step.value.run, known !== undefined && isSameRow(known, step.value) ? known : step.value);
        goingOn.delete(step.value.run);
      }
    }
    if (isDone || told.size >= most) {
      this.close();
      [this.walk, this.isDone, this.byId] = [walk, isDone, told];
    } else {
      leave(walk);
      this.byId = new Map([...told, ...[...this.byId].slice(this.endOf(told)).filter(([run]) => !told.has(run))].slice(0, this.most));
    }
  }

  /** How many of the rows that were read stood before the last one of these that is as it was: what is not told among them any more is gone. */
  private endOf(told: ReadonlyMap<string, RunRow>): number {
    return [...this.byId].findLastIndex(([run, row]) => row.status !== 'running' && told.get(run) === row) + 1;
  }
}

const leave = (walk: AsyncIterator<RunRow>): void => void walk.return?.().catch(() => undefined);

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
