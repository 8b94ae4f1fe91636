import type { TargetedKeyboardEvent, TargetedPointerEvent, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { oneLine } from '../model/line';
import type { MetricHistory } from '../protocol';
import type { PlotChoices } from '../protocol/plots';
import { Axes, axesOf, type AxisRoom, boxOf } from './chartAxes';
import { useWords } from './context';
import { Cross, Curves, EndLabels } from './curves';
import { plot, scalesOf } from './plot';
import { PlotTooltip } from './plotTooltip';
import { walked, walkOf } from './plotWalk';
import { briefLine, type Reading, readingLine, readingOf } from './readings';
import { trace } from './trace';
import { useSize } from './useSize';
import { fill } from './words';

/** One line of a chart. */
export interface ChartLine {
  /** What it looks like, and the number at its end. */
  readonly look: number;
  readonly name: string;
  readonly history: MetricHistory;
}

/** What is told of each line, in the order of the lines, at the place that is pointed at. */
export type ToldReadings = readonly (Reading | undefined)[];

/** Lines in a box, which tell their values where one points or walks by keys. */
export function Chart({ label, lines, choices, room, strong, tooltip = false, onTell, onOpen, onLeave, isFocused = false }: {
  /** What it shows, for who cannot see it. */
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly choices: PlotChoices;
  readonly room: AxisRoom;
  /** The look of the line that stands out. */
  readonly strong?: number | undefined;
  /** Whether it tells values itself, beside what is pointed at. */
  readonly tooltip?: boolean;
  readonly onTell?: (told: ToldReadings | undefined) => void;
  /** Somebody clicked, or pressed Enter. */
  readonly onOpen?: () => void;
  /** Somebody pressed Escape. */
  readonly onLeave?: () => void;
  /** Whether it takes the focus when it is first drawn. */
  readonly isFocused?: boolean;
}): VNode {
  const words = useWords();
  const { strings: { texts } } = words;
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [pointed, setPointed] = useState<number>();
  const traces = useMemo(() => lines.map(({ history }) => trace(history, choices)), [lines, choices]);
  const drawn = useMemo(() => {
    const scales = scalesOf(traces, choices.vertical);
    if (size === undefined || size.width === 0 || scales === undefined) {
      return undefined;
    }
    const axes = axesOf(scales, choices, size, room, words.locale);
    const inside = boxOf(axes, size, room, lines.length > 1);
    const made = plot(traces, choices.vertical, inside);
    return made && { axes, inside, ...made, walk: walkOf(made.curves) };
  }, [traces, choices, size, room, words.locale]);
  const last = (drawn?.walk.count ?? 1) - 1;
  // Infinity is the last one, however many there are; and a history that is read again may be another one.
  const at = pointed === undefined ? undefined : Math.min(pointed, last);
  const pointsAt = (stop: number): readonly (number | undefined)[] => drawn?.walk.at(stop) ?? [];
  const told = (stop: number): ToldReadings => pointsAt(stop).map((point, line) => {
    const tracePoint = point === undefined ? undefined : traces[line]?.points[point];
    const history = lines[line]?.history;
    return tracePoint && history && readingOf(history, tracePoint, choices, words);
  });
  const inWords = (stop: number): string => told(stop).flatMap((reading, line) => {
    if (reading === undefined) {
      return [];
    }
    // A row of a run's page has its only line, and room for all digits.
    return room === 'row' ? [readingLine(reading, words)] : [fill(texts.runReading, oneLine(lines[line]?.name ?? ''), briefLine(reading, words))];
  }).join('; ');
  useEffect(() => {
    if (isFocused) {
      box.current?.focus();
    }
  }, []);
  useEffect(() => onTell?.(at === undefined ? undefined : told(at)), [at, drawn]);
  const onPointerMove = ({ currentTarget, clientX, clientY }: TargetedPointerEvent<HTMLDivElement>): void => {
    const { left, top } = currentTarget.getBoundingClientRect();
    setPointed(drawn?.walk.near(clientX - left, clientY - top));
  };
  const onPointerLeave = ({ currentTarget }: TargetedPointerEvent<HTMLDivElement>): void => {
    if (currentTarget !== document.activeElement) {
      setPointed(undefined);
    }
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) {
      return;
    }
    const next = walked(event.key, at ?? last, last + 1);
    const act = event.key === 'Enter' ? onOpen : event.key === 'Escape' ? onLeave : undefined;
    if (next !== undefined || act !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      act?.();
    }
    if (next !== undefined) {
      setPointed(next);
    }
  };
  const places = at === undefined || drawn === undefined ? [] : pointsAt(at).map((point, line) => (point === undefined ? undefined : drawn.curves[line]?.places[point]));
  // A slider, because screen readers tell its value as it changes, and leave the arrow keys to it.
  return (
    <div
      class={onOpen ? `plot-box chart-${room} can-open` : `plot-box chart-${room}`} ref={box}
      role="slider" tabIndex={0} aria-label={label} aria-readonly="true"
      aria-valuemin={1} aria-valuemax={last + 1} aria-valuenow={(at ?? last) + 1} aria-valuetext={inWords(at ?? last)}
      onPointerMove={onPointerMove} onPointerLeave={onPointerLeave} onKeyDown={onKeyDown} onClick={onOpen}
      onFocus={() => setPointed((before) => before ?? Infinity)} onBlur={() => setPointed(undefined)}
    >
      {drawn && size && (
        <svg class="plot" width={size.width} height={size.height} aria-hidden="true">
          <Axes axes={drawn.axes} inside={drawn.inside} />
          <Curves curves={drawn.curves} looks={lines.map(({ look }) => look)} strong={strong} />
          {lines.length > 1 && <EndLabels curves={drawn.curves} looks={lines.map(({ look }) => look)} strong={strong} inside={drawn.inside} />}
          <Cross places={places} looks={lines.map(({ look }) => look)} top={drawn.inside.top} bottom={drawn.inside.bottom} />
        </svg>
      )}
      {tooltip && at !== undefined && size && <PlotTooltip lines={lines} told={told(at)} x={places.find((place) => place !== undefined)?.x ?? 0} width={size.width} />}
    </div>
  );
}
