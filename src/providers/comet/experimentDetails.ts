import type { Metric, Run, RunDetails } from '../../model/artifact';
import { compareNatural } from '../../model/naturalOrder';
import { thinned } from '../thinned';
import type { Point, Summary } from './calls/experimentAnswers';

/** Under this word Comet keeps the name that people gave, which the experiment has anyway. */
const NAME = 'Name';

export interface ExperimentValues {
  readonly metrics: readonly Summary[];
  readonly parameters: readonly Summary[];
  readonly others: readonly Summary[];
  readonly tags: readonly string[];
}

/** An experiment's page in the words of the model. Comet's tags are words alone: they share one row. */
export const runDetails = (run: Run, user: string | undefined, { metrics, parameters, others, tags }: ExperimentValues): RunDetails => ({
  ...run,
  user,
  metrics: inOrder(metrics).map(({ name, valueCurrent, stepCurrent, timestampCurrent }) => ({ name, value: figureOf(valueCurrent), step: stepCurrent, at: timestampCurrent })),
  parameters: record(parameters),
  tags: { ...(tags.length === 0 ? undefined : { tags: [...tags].sort(compareNatural).join(', ') }), ...record(others.filter(({ name }) => name !== NAME)) },
});

/** Values in the order of their steps; those without one in the order in which they came. */
export const historyOf = (name: string, points: readonly Point[]): readonly Metric[] =>
  thinned([...points].sort((a, b) => a.step - b.step || a.timestamp - b.timestamp)).map(({ metricValue, step, timestamp }) => ({ name, value: figureOf(metricValue), step, at: timestamp }));

/** Python writes what is no number in its own words. */
export function figureOf(value: string | number | null | undefined): number {
  const text = String(value ?? '').trim();
  const [, sign = '', word] = /^([+-]?)(inf|infinity)$/iu.exec(text) ?? [];
  return word !== undefined ? (sign === '-' ? -Infinity : Infinity) : text === '' ? NaN : Number(text);
}

function record(values: readonly Summary[]): Readonly<Record<string, string>> {
  return Object.fromEntries(inOrder(values).map(({ name, valueCurrent }) => [name, valueCurrent]));
}

const inOrder = (values: readonly Summary[]): readonly Summary[] => [...values].sort((a, b) => compareNatural(a.name, b.name));
