import type { Producer, Run } from './artifact';
import { compareNatural } from './naturalOrder';

/** What each row of a table of runs may have, besides what was measured and what it was started with. */
export const RUN_FACTS = ['name', 'status', 'started', 'duration', 'user', 'source'] as const;
export type RunFact = (typeof RUN_FACTS)[number];

/** A column of a table of runs. A metric and a parameter may have the same name. */
export type RunColumn = RunFact | `metrics.${string}` | `params.${string}`;

export interface RunSort {
  readonly by: RunColumn;
  readonly descending: boolean;
}

/** As the tree has them. */
export const NEWEST_FIRST: RunSort = { by: 'started', descending: true };

/** A run with the last values of its metrics. Names come from others, hence maps. */
export interface RunRow extends Run {
  readonly user?: string | undefined;
  /** The program that it ran, as its client names it. */
  readonly program?: string | undefined;
  /** The run below which it was made. */
  readonly parent?: Producer | undefined;
  readonly metrics: ReadonlyMap<string, number>;
  readonly parameters: ReadonlyMap<string, string>;
}

export const isRunColumn = (text: string): text is RunColumn => (RUN_FACTS as readonly string[]).includes(text) || /^(?:metrics|params)\../su.test(text);

/** Whether a row that was read again says what it said before. */
export function isSameRow(a: RunRow, b: RunRow): boolean {
  return a.name === b.name && a.status === b.status && a.started === b.started && a.ended === b.ended && a.user === b.user && a.program === b.program
    && a.parent?.run === b.parent?.run && a.parent?.name === b.parent?.name && isSameMap(a.metrics, b.metrics) && isSameMap(a.parameters, b.parameters);
}

/** `NaN` is what it was. */
const isSameMap = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.has(name) && Object.is(value, b.get(name)));

export const isSameSort = (a: RunSort, b: RunSort): boolean => a.by === b.by && a.descending === b.descending;

export type ColumnSubject = { readonly kind: 'fact'; readonly fact: RunFact } | { readonly kind: 'metric' | 'parameter'; readonly name: string };

/** What a column is about. */
export function subjectOfColumn(column: RunColumn): ColumnSubject {
  const dot = column.indexOf('.');
  return dot < 0
    ? { kind: 'fact', fact: column as RunFact }
    : { kind: column.startsWith('metrics.') ? 'metric' : 'parameter', name: column.slice(dot + 1) };
}

/** What a row has in a column: a moment is in milliseconds since 1970, a duration in milliseconds. A run that goes on has none. */
export function valueIn(row: RunRow, column: RunColumn): string | number | undefined {
  const subject = subjectOfColumn(column);
  switch (subject.kind) {
    case 'metric':
      return row.metrics.get(subject.name);
    case 'parameter':
      return row.parameters.get(subject.name);
    case 'fact':
      return factOf(row, subject.fact);
  }
}

function factOf(row: RunRow, fact: RunFact): string | number | undefined {
  switch (fact) {
    case 'name':
      return row.name;
    case 'status':
      return row.status;
    case 'started':
      return row.started;
    case 'duration':
      return row.ended === undefined ? undefined : row.ended - row.started;
    case 'user':
      return row.user;
    case 'source':
      return row.program;
  }
}

/** In the order of servers: whichever way it goes, what is no number comes after the numbers, and rows without a value after all. */
export function orderOf({ by, descending }: RunSort): (a: RunRow, b: RunRow) => number {
  return (a, b) => {
    const [one, other] = [valueIn(a, by), valueIn(b, by)];
    const [rank, otherRank] = [rankOf(one), rankOf(other)];
    if (rank !== otherRank || one === undefined || other === undefined) {
      return rank - otherRank;
    }
    const order = typeof one === 'number' && typeof other === 'number' ? compareFigures(one, other) : compareTexts(String(one), String(other));
    return descending ? -order : order;
  };
}

const rankOf = (value: string | number | undefined): number => (value === undefined ? 2 : Number.isNaN(value) ? 1 : 0);

/** Two infinities have no difference. */
const compareFigures = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);

/** What somebody wrote of a number counts as one: `1e-5` comes before `0.01`. */
function compareTexts(a: string, b: string): number {
  const isFigure = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));
  return (isFigure(a) && isFigure(b) ? compareFigures(Number(a), Number(b)) : 0) || compareNatural(a, b);
}
