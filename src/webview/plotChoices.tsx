import type { VNode } from 'preact';
import { type Horizontal, HORIZONTALS, type PlotChoices, SMOOTHINGS, type Vertical, VERTICALS } from '../protocol/plots';
import { useWords } from './context';

/** How the plots below are drawn. */
export function PlotChooser({ choices, onChoose }: { readonly choices: PlotChoices; readonly onChoose: (choices: PlotChoices) => void }): VNode {
  const { strings: { texts }, figure } = useWords();
  const horizontals: Readonly<Record<Horizontal, string>> = { step: texts.steps, clock: texts.clock, since: texts.since };
  const verticals: Readonly<Record<Vertical, string>> = { linear: texts.linear, logarithmic: texts.logarithmic };
  const smoothings = new Map(SMOOTHINGS.map((weight) => [weight, weight === 0 ? texts.off : figure(weight)]));
  return (
    <div class="plot-choices">
      <Choice label={texts.horizontalAxis} values={HORIZONTALS} value={choices.horizontal} text={(each) => horizontals[each]} onChoose={(horizontal) => onChoose({ ...choices, horizontal })} />
      <Choice label={texts.verticalAxis} values={VERTICALS} value={choices.vertical} text={(each) => verticals[each]} onChoose={(vertical) => onChoose({ ...choices, vertical })} />
      <Choice label={texts.smoothing} values={SMOOTHINGS} value={choices.smoothing} text={(each) => smoothings.get(each) ?? ''} onChoose={(smoothing) => onChoose({ ...choices, smoothing })} />
    </div>
  );
}

function Choice<T extends string | number>({ label, values, value, text, onChoose }: {
  readonly label: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly text: (value: T) => string;
  readonly onChoose: (value: T) => void;
}): VNode {
  return (
    <label class="choice">
      <span class="faint">{label}</span>
      <span class="dropdown">
        <select
          value={String(value)}
          onChange={({ currentTarget }) => {
            const chosen = values[currentTarget.selectedIndex];
            if (chosen !== undefined) {
              onChoose(chosen);
            }
          }}
        >
          {values.map((each) => <option key={each} value={String(each)}>{text(each)}</option>)}
        </select>
        <span class="codicon codicon-chevron-down" aria-hidden="true" />
      </span>
    </label>
  );
}
