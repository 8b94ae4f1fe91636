import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PlotChoices } from '../protocol/plots';
import { Chart, type ChartLine, type ToldReadings } from './chart';
import { useWords } from './context';
import { Line } from './line';
import { LinkButton } from './parts';
import { readingOf } from './readings';
import { Swatch } from './swatch';
import { trace } from './trace';

/** One plot with the page to itself, and below it what stands where one points; before that, the last values. */
export function LargePlot({ metric, label, lines, choices, strong, note, onBack }: {
  readonly metric: string;
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly choices: PlotChoices;
  readonly strong?: number | undefined;
  /** What the plot does not show. */
  readonly note: string;
  readonly onBack: () => void;
}): VNode {
  const { strings: { texts } } = useWords();
  const [told, setTold] = useState<ToldReadings>();
  const axis = { step: texts.steps, clock: texts.clock, since: texts.since }[choices.horizontal];
  return (
    <div class="large-plot" onKeyDown={(event) => event.key === 'Escape' && onBack()}>
      <div class="large-head">
        <h2><Line title={metric}>{metric}</Line></h2>
        <LinkButton onClick={onBack}>{texts.allMetrics}</LinkButton>
      </div>
      <Chart key={metric} label={label} lines={lines} choices={choices} room="large" strong={strong} onTell={setTold} onLeave={onBack} isFocused />
      <div class="axis-name faint">{axis}</div>
      {note !== '' && <p class="faint">{note}</p>}
      {lines.length > 0 && <Readings lines={lines} choices={choices} told={told} />}
    </div>
  );
}

function Readings({ lines, choices, told }: { readonly lines: readonly ChartLine[]; readonly choices: PlotChoices; readonly told: ToldReadings | undefined }): VNode {
  const words = useWords();
  const { strings: { texts } } = words;
  const isSmoothed = choices.smoothing > 0;
  const rows = lines.map(({ look, name, history }, index) => {
    const last = trace(history, choices).points.at(-1);
    return { look, name, reading: told === undefined ? last && readingOf(history, last, choices, words) : told[index] };
  });
  return (
    <table class="readings">
      <thead>
        <tr>
          <th scope="col">{texts.comparedRuns}</th>
          <th scope="col" class="number">{texts.value}</th>
          {isSmoothed && <th scope="col" class="number">{texts.smoothed}</th>}
          <th scope="col" class="number">{texts.steps}</th>
          <th scope="col">{choices.horizontal === 'since' ? texts.since : texts.time}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ look, name, reading }) => (
          <tr key={look}>
            <th scope="row">{lines.length > 1 && <Swatch look={look} />}<Line title={name}>{name}</Line></th>
            <td class="number">{reading?.value}</td>
            {isSmoothed && <td class="number">{reading?.smoothed}</td>}
            <td class="number">{reading?.step}</td>
            <td>{reading?.time}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
