import type { TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { oneLine } from '../model/line';
import type { Loaded, MetricHistory, MetricRow } from '../protocol';
import { usePage } from './context';
import { type Place, type Plot, plot } from './plot';
import { nearest, walked } from './plotWalk';
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
  const { count: many, least, greatest } = drawn;
  const words = fill(texts.plot, oneLine(metric.name), count('values', many), figure(least), figure(greatest), figure(metric.value));
  const range = least === greatest ? count('values', many) : fill(texts.range, figure(least), figure(greatest));
  return <PointedPlot drawn={drawn} history={value} words={words} range={range} />;
}

/** Tells the value that is pointed at, or that the keys have walked to. */
function PointedPlot({ drawn: { line, dots, places }, history, words, range }: {
  readonly drawn: Plot;
  readonly history: MetricHistory;
  readonly words: string;
  readonly range: string;
}): VNode {
  const { strings: { texts }, number, moment } = usePage();
  const [pointed, setPointed] = useState<number>();
  const last = places.length - 1;
  // A history that is read again may be another one.
  const at = pointed === undefined ? undefined : Math.min(pointed, last);
  const told = (index: number): string =>
    fill(texts.reading, String(history.values[index]), number(history.step ?? history.steps[index] ?? 0), moment(history.times[index] ?? 0));
  const onPointerMove = ({ currentTarget, clientX, clientY }: TargetedPointerEvent<HTMLDivElement>): void => {
    const box = currentTarget.getBoundingClientRect();
    setPointed(nearest(places, ((clientX - box.left) / box.width) * WIDTH, ((clientY - box.top) / box.height) * HEIGHT));
  };
  const onPointerLeave = ({ currentTarget }: TargetedPointerEvent<HTMLDivElement>): void => {
    if (currentTarget !== document.activeElement) {
      setPointed(undefined);
    }
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const next = event.ctrlKey || event.altKey || event.metaKey ? undefined : walked(event.key, at ?? last, places.length);
    if (next !== undefined) {
      event.preventDefault();
      setPointed(next);
    }
  };
  // A slider, because screen readers tell its value as it changes, and leave the arrow keys to it.
  return (
    <div class="metric-plot">
      <div
        class="plot-box" role="slider" tabIndex={0} aria-label={words} aria-readonly="true"
        aria-valuemin={1} aria-valuemax={places.length} aria-valuenow={(at ?? last) + 1} aria-valuetext={told(at ?? last)}
        onPointerMove={onPointerMove} onPointerLeave={onPointerLeave} onKeyDown={onKeyDown}
        onFocus={() => setPointed((before) => before ?? last)} onBlur={() => setPointed(undefined)}
      >
        <svg class="plot" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {line !== '' && <path class="plot-line" d={line} vector-effect="non-scaling-stroke" />}
          {dots.map(({ x, y }) => <path key={`${x},${y}`} class="plot-dot" d={`M${x},${y}h0`} vector-effect="non-scaling-stroke" />)}
          {at !== undefined && <Cross place={places[at]} />}
        </svg>
      </div>
      <span class="faint plot-range">{at === undefined ? range : told(at)}</span>
    </div>
  );
}

function Cross({ place }: { readonly place: Place | undefined }): VNode | null {
  return place === undefined ? null : (
    <>
      <path class="plot-cross" d={`M${place.x},0v${HEIGHT}`} vector-effect="non-scaling-stroke" />
      {place.y !== undefined && <path class="plot-dot" d={`M${place.x},${place.y}h0`} vector-effect="non-scaling-stroke" />}
    </>
  );
}
