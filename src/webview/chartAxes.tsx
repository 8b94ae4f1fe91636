import type { VNode } from 'preact';
import { formatDuration } from '../model/format';
import type { PlotChoices } from '../protocol/plots';
import type { Box, Plot } from './plot';
import { momentLabels, numberLabels, powerLabels } from './tickLabels';
import { durationTicks, momentTicks, numberTicks, type Ticks, wholeTicks } from './ticks';

/** How much of its axes a chart has room for: none in a row of a list, some on a card, all where it has the page. */
export type AxisRoom = 'row' | 'card' | 'large';

export interface Labelled {
  /** From 0, left or at the bottom, to 1. */
  readonly share: number;
  readonly label: string;
}

export interface DrawnAxes {
  readonly horizontal: readonly Labelled[];
  readonly vertical: readonly Labelled[];
}

/** Room for the thickness of a line. */
const MARGIN = 3;
/** Of a digit, about. */
const LETTER = 6.4;
const LINE = 18;
/** For the number behind the end of a line. */
const END = 18;
/** From one label to the next. */
const APART = { step: 70, since: 90, clock: 120, vertical: 32 };

/** What is written beside the axes. */
export function axesOf(scales: Pick<Plot, 'horizontal' | 'vertical'>, { horizontal: by }: PlotChoices, { width, height }: { readonly width: number; readonly height: number }, room: AxisRoom, locale: string): DrawnAxes {
  if (room === 'row') {
    return { horizontal: [], vertical: [] };
  }
  const { horizontal, vertical } = scales;
  const across = Math.max(1, Math.floor(width / APART[by]));
  const up = Math.max(2, Math.floor(height / APART.vertical));
  const on = (scale: Plot['vertical'], { values }: Ticks, labels: readonly string[]): readonly Labelled[] =>
    values.map((value, index) => ({ share: scale.share(value), label: labels[index] ?? '' }));
  const bottom = (): readonly Labelled[] => {
    if (by === 'step') {
      const ticks = wholeTicks(horizontal, across);
      return on(horizontal, ticks, numberLabels(ticks, locale));
    }
    if (by === 'since') {
      const ticks = durationTicks(horizontal, across);
      return on(horizontal, ticks, ticks.values.map((value) => (value === 0 ? '0' : formatDuration(value, locale))));
    }
    const ticks = momentTicks(horizontal, across, -60_000 * new Date(horizontal.least).getTimezoneOffset());
    return on(horizontal, ticks, momentLabels(ticks, locale));
  };
  const heights = numberTicks(vertical, up);
  const isPowers = vertical.kind === 'logarithmic' && heights.values.length > 1 && heights.values.every((value) => Number.isInteger(Math.log10(value)));
  return { horizontal: bottom(), vertical: on(vertical, heights, isPowers ? powerLabels(heights, locale) : numberLabels(heights, locale)) };
}

/** What the labels leave for the lines. */
export function boxOf({ vertical }: DrawnAxes, { width, height }: { readonly width: number; readonly height: number }, room: AxisRoom, hasEnds: boolean): Box {
  const right = width - (hasEnds ? END : MARGIN);
  if (room === 'row') {
    return { left: MARGIN, top: MARGIN, right, bottom: height - MARGIN };
  }
  const widest = Math.max(0, ...vertical.map(({ label }) => label.length));
  return { left: Math.min(width / 2, widest * LETTER + 10), top: 8, right, bottom: height - LINE - MARGIN };
}

export function Axes({ axes: { horizontal, vertical }, inside: { left, top, right, bottom } }: { readonly axes: DrawnAxes; readonly inside: Box }): VNode | null {
  if (vertical.length === 0) {
    return null;
  }
  const across = ({ share }: Labelled): number => Math.round(left + share * (right - left)) + 0.5;
  const up = ({ share }: Labelled): number => Math.round(bottom - share * (bottom - top)) + 0.5;
  // A label at an end stays in the picture.
  const anchor = (tick: Labelled): string => {
    const half = (tick.label.length * LETTER) / 2;
    return across(tick) < half ? 'start' : across(tick) + half > right + MARGIN ? 'end' : 'middle';
  };
  return (
    <g class="axes">
      {vertical.map((tick) => (
        <g key={tick.label}>
          <path class="grid-line" d={`M${left},${up(tick)}H${right}`} />
          <text x={left - 6} y={up(tick) + 4} text-anchor="end">{tick.label}</text>
        </g>
      ))}
      {horizontal.map((tick) => (
        <g key={tick.share}>
          <path class="axis-line" d={`M${across(tick)},${bottom + MARGIN}v3`} />
          <text x={across(tick)} y={bottom + LINE} text-anchor={anchor(tick)}>{tick.label}</text>
        </g>
      ))}
      <path class="axis-line" d={`M${left},${Math.round(bottom) + MARGIN + 0.5}H${right}`} />
    </g>
  );
}
