import type { Metric } from '../../model/artifact';
import type { Figure, MetricHistory, MetricRow } from '../../protocol';

export const metricRow = ({ name, value, step }: Metric): MetricRow => ({ name, value: figure(value), step });

/** Where all stand at one step, which is what comes of logging without one, their order takes its place. */
export function metricHistory(values: readonly Metric[]): MetricHistory {
  const [first] = values;
  const isOneStep = values.every(({ step }) => step === first?.step);
  return {
    steps: values.map(({ step }, index) => (isOneStep ? index : step)),
    values: values.map(({ value }) => figure(value)),
    times: values.map(({ at }) => at),
    ...(isOneStep && first && { step: first.step }),
  };
}

/** Names of the metrics that have another last value than before, or had none. */
export function movedOn(before: readonly Metric[], after: readonly Metric[]): readonly string[] {
  const known = new Map(before.map((metric) => [metric.name, metric]));
  return after.flatMap(({ name, value, step, at }) => {
    const last = known.get(name);
    return last !== undefined && Object.is(last.value, value) && last.step === step && last.at === at ? [] : [name];
  });
}

/** A number as a message can carry it. */
export function figure(value: number): Figure {
  if (Number.isFinite(value)) {
    return value;
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
