import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { oneLine } from '../model/line';
import type { Loaded, MetricHistory, MetricRow } from '../protocol';
import { usePage } from './context';
import { plot } from './plot';
import { fill } from './words';

const WIDTH = 320;
const HEIGHT = 44;

/** How a metric came to its last value, as a small picture with the same in words. */
export function MetricPlot({ metric, history }: { readonly metric: MetricRow; readonly history: Loaded<MetricHistory> }): VNode {
  const { strings: { texts }, count, figure } = usePage();
  const value = history.status === 'shown' ? history.value : undefined;
  const drawn = useMemo(() => value && plot(value, WIDTH, HEIGHT), [value]);
  if (history.status === 'failed') {
    return <div class="metric-plot faint" title={history.sentence}>{history.sentence}</div>;
  }
  if (value === undefined) {
    return <div class="metric-plot faint waiting">{texts.loading}</div>;
  }
  if (drawn === undefined) {
    return <div class="metric-plot faint">{texts.noPlot}</div>;
  }
  if (value.values.length === 1) {
    // A dot would say nothing that the number beside it does not.
    return <div class="metric-plot faint">{count('values', 1)}</div>;
  }
  const { line, dots, count: many, least, greatest } = drawn;
  const words = fill(texts.plot, oneLine(metric.name), count('values', many), figure(least), figure(greatest), figure(metric.value));
  return (
    <div class="metric-plot">
      <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={words}>
        <title>{words}</title>
        {line !== '' && <path class="plot-line" d={line} vector-effect="non-scaling-stroke" />}
        {dots.map(({ x, y }) => <path key={`${x},${y}`} class="plot-dot" d={`M${x},${y}h0`} vector-effect="non-scaling-stroke" />)}
      </svg>
      <span class="faint plot-range">{least === greatest ? count('values', many) : fill(texts.range, figure(least), figure(greatest))}</span>
    </div>
  );
}
