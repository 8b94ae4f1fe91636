import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Loaded, MetricHistory, MetricRow } from '../protocol';
import type { PlotChoices } from '../protocol/plots';
import { usePage } from './context';
import { LargePlot } from './largePlot';
import { Line } from './line';
import { MetricList } from './metricList';
import { MetricPlot, plotLabel } from './metricPlot';
import { Notice } from './parts';
import { trace } from './trace';
import { fill } from './words';

/** The last value of each metric of a run, and how it came to it. */
export function Metrics({ run, metrics, histories, plots }: {
  readonly run: string;
  readonly metrics: readonly MetricRow[];
  readonly histories: ReadonlyMap<string, Loaded<MetricHistory>>;
  /** Nothing where there are no histories. */
  readonly plots: PlotChoices | undefined;
}): VNode {
  const { host, strings: { texts } } = usePage();
  const [choices, setChoices] = useState(plots);
  const byName = useMemo(() => new Map(metrics.map((metric) => [metric.name, metric])), [metrics]);
  const names = useMemo(() => [...byName.keys()], [byName]);
  if (metrics.length === 0) {
    return <Notice>{texts.noMetrics}</Notice>;
  }
  const choose = (next: PlotChoices): void => {
    setChoices(next);
    host.post({ kind: 'plots', choices: next });
  };
  return (
    <MetricList
      names={names} look="metrics" choices={choices} onChoose={choose}
      memory={{ filter: host.memory.filters.metrics, enlarged: host.memory.enlarged }}
      onRemember={({ filter, enlarged }) => host.remember({ filters: { ...host.memory.filters, metrics: filter }, enlarged })}
      onAsk={(visible) => host.post({ kind: 'metrics', names: visible })}
      entry={(name, onEnlarge) => {
        const metric = byName.get(name);
        return <>{metric && <Metric metric={metric} history={histories.get(name) ?? { status: 'loading' }} choices={choices} onEnlarge={onEnlarge} />}</>;
      }}
      large={(name, onBack) => {
        const metric = byName.get(name);
        return <>{metric && choices && <LargeMetric key={name} run={run} metric={metric} history={histories.get(name)} choices={choices} onBack={onBack} />}</>;
      }}
    />
  );
}

function Metric({ metric, history, choices, onEnlarge }: {
  readonly metric: MetricRow;
  readonly history: Loaded<MetricHistory>;
  readonly choices: PlotChoices | undefined;
  readonly onEnlarge: () => void;
}): VNode {
  const { strings: { texts }, figure, number } = usePage();
  return (
    <div class="metric">
      <div class="metric-name">
        <Line title={metric.name}>{metric.name}</Line>
        <span class="faint">{fill(texts.step, number(metric.step))}</span>
      </div>
      {choices && <MetricPlot metric={metric} history={history} choices={choices} onOpen={onEnlarge} />}
      <div class="metric-value" title={String(metric.value)}>{figure(metric.value)}</div>
    </div>
  );
}

function LargeMetric({ run, metric, history, choices, onBack }: {
  readonly run: string;
  readonly metric: MetricRow;
  readonly history: Loaded<MetricHistory> | undefined;
  readonly choices: PlotChoices;
  readonly onBack: () => void;
}): VNode {
  const page = usePage();
  const { strings: { texts }, count } = page;
  const value = history?.status === 'shown' ? history.value : undefined;
  const lines = useMemo(() => (value === undefined ? [] : [{ look: 0, name: run, history: value }]), [value, run]);
  const facts = useMemo(() => value && trace(value, choices), [value, choices]);
  const note = history?.status === 'failed' ? history.sentence
    : facts === undefined ? texts.loading
      : facts.count === 0 ? texts.noPlot
        : facts.leftOut > 0 ? fill(texts.leftOut, count('values', facts.leftOut)) : '';
  const label = facts === undefined || facts.count === 0 ? metric.name : plotLabel(metric, facts, page);
  return <LargePlot metric={metric.name} label={label} lines={lines} choices={choices} note={note} onBack={onBack} />;
}
