import type { VNode } from 'preact';
import type { ChartLine, ToldReadings } from './chart';
import { useWords } from './context';
import { briefLine } from './readings';
import { Swatch } from './swatch';

/** Hidden from screen readers, which hear the same as the value of the slider. */
export function PlotTooltip({ lines, told, x, width }: { readonly lines: readonly ChartLine[]; readonly told: ToldReadings; readonly x: number; readonly width: number }): VNode {
  const words = useWords();
  const side = x < width / 2 ? { left: `${Math.round(x) + 10}px` } : { right: `${Math.round(width - x) + 10}px` };
  return (
    <ul class="plot-tooltip" style={side} aria-hidden="true">
      {told.map((reading, line) => reading && (
        <li key={lines[line]?.look}>
          <Swatch look={lines[line]?.look ?? 0} />
          <span>{briefLine(reading, words)}</span>
        </li>
      ))}
    </ul>
  );
}
