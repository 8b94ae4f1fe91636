import type { VNode } from 'preact';
import { spread } from './endLabels';
import type { Box, Curve, Place } from './plot';

interface Drawn {
  readonly curves: readonly (Curve | undefined)[];
  /** In the order of the curves. */
  readonly looks: readonly number[];
  /** The look of the one that stands out. */
  readonly strong: number | undefined;
}

/** Of one label, and what keeps it from the next one. */
const LABEL_ROOM = 11;

export function Curves({ curves, looks, strong }: Drawn): VNode {
  const all = curves.map((curve, index) => ({ curve, look: looks[index] ?? 0 }));
  // What stands out goes over the others.
  const ordered = [...all.filter(({ look }) => look !== strong), ...all.filter(({ look }) => look === strong)];
  return (
    <>
      {ordered.map(({ curve, look }) => curve && (
        <g key={look} class={groupClass(look, strong)}>
          {curve.recorded !== '' && <path class="plot-line recorded" d={curve.recorded} />}
          {curve.line !== '' && <path class="plot-line" d={curve.line} />}
          {curve.dots.map(({ x, y }) => <path key={`${x},${y}`} class="plot-dot" d={`M${x},${y}h0`} />)}
        </g>
      ))}
    </>
  );
}

/** The number of each line behind its end: lines are told apart without their colours. */
export function EndLabels({ curves, looks, strong, inside }: Drawn & { readonly inside: Box }): VNode {
  const ends = curves.flatMap((curve, index) => (curve?.end === undefined ? [] : [{ ...curve.end, look: looks[index] ?? 0 }]));
  const heights = spread(ends.map(({ y }) => y), LABEL_ROOM, inside.top, inside.bottom);
  return (
    <>
      {ends.map(({ x, look }, index) => (
        <text key={look} class={`end-label ${groupClass(look, strong)}`} x={x + 5} y={(heights[index] ?? 0) + 4}>{look + 1}</text>
      ))}
    </>
  );
}

/** Where one points: a line upright through each step or time that is told, and a dot on each curve there. */
export function Cross({ places, looks, top, bottom }: { readonly places: readonly (Place | undefined)[]; readonly looks: readonly number[]; readonly top: number; readonly bottom: number }): VNode {
  const xs = [...new Set(places.flatMap((place) => (place === undefined ? [] : [place.x])))];
  return (
    <>
      {xs.map((x) => <path key={x} class="plot-cross" d={`M${x},${top}V${bottom}`} />)}
      {places.map((place, line) => (place?.y === undefined ? null : <path key={looks[line]} class={`plot-dot look-${looks[line]}`} d={`M${place.x},${place.y}h0`} />))}
    </>
  );
}

const groupClass = (look: number, strong: number | undefined): string =>
  `look-${look}${strong === undefined ? '' : strong === look ? ' strong' : ' weak'}`;
