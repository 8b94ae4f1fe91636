import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { oneLine } from '../model/line';
import type { Loaded, MetricHistory, MetricRow } from '../protocol';
import type { PlotChoices } from '../protocol/plots';
import { Chart, type ToldReadings } from './chart';
import { useWords, type Words } from './context';
import { readingLine } from './readings';
import { trace } from './trace';
import { fill } from './words';

/** How a metric came to its last value, as a small picture with the same in words. */
export function MetricPlot({ metric, history, choices, onOpen }: {
  readonly metric: MetricRow;
  readonly history: Loaded<MetricHistory>;
  readonly choices: PlotChoices;
  readonly onOpen: () => void;
}): VNode {
  const words = useWords();
  const { strings: { texts }, count, figure } = words;
  const [told, setTold] = useState<ToldReadings>();
  const value = history.status === 'shown' ? history.value : undefined;
  const facts = useMemo(() => value && trace(value, choices), [value, choices]);
  const lines = useMemo(() => (value === undefined ? [] : [{ look: 0, name: metric.name, history: value }]), [value, metric.name]);
  if (history.status === 'failed') {
    return <div class="metric-plot faint" title={history.sentence}>{history.sentence}</div>;
  }
  if (facts === undefined) {
    return <div class="metric-plot faint waiting">{texts.loading}</div>;
  }
  if (facts.count === facts.leftOut) {
    return <div class="metric-plot faint">{facts.count === 0 ? texts.noPlot : texts.noneAbove}</div>;
  }
  const { least, greatest, leftOut } = facts;
  const range = least === greatest ? count('values', facts.count) : fill(texts.range, figure(least), figure(greatest));
  const reading = told?.[0];
  return (
    <div class="metric-plot">
      <Chart label={plotLabel(metric, facts, words)} lines={lines} choices={choices} room="row" onTell={setTold} onOpen={onOpen} />
      <span class="faint plot-range">
        {reading ? readingLine(reading, words) : leftOut > 0 ? `${range} · ${fill(texts.leftOut, count('values', leftOut))}` : range}
      </span>
    </div>
  );
}

/** The plot of one metric of one run in a sentence. */
export const plotLabel = (metric: MetricRow, facts: { readonly count: number; readonly least: number; readonly greatest: number }, { strings: { texts }, count, figure }: Words): string =>
  fill(texts.plot, oneLine(metric.name), count('values', facts.count), figure(facts.least), figure(facts.greatest), figure(metric.value));
