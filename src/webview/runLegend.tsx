import type { VNode } from 'preact';
import { oneLine } from '../model/line';
import type { ComparedRun } from '../protocol/comparison';
import { useWords } from './context';
import { Line } from './line';
import { Icon, IconButton, LinkButton } from './parts';
import { Swatch } from './swatch';
import { fill } from './words';

/** Which line is which run. An entry hides and shows its line, and lets it stand out while one points at it or has the focus on it. */
export function RunLegend({ runs, shown, onToggle, onStrong, onOpen, onSignIn }: {
  readonly runs: readonly ComparedRun[];
  readonly shown: ReadonlySet<number>;
  readonly onToggle: (run: number) => void;
  readonly onStrong: (run: number | undefined) => void;
  readonly onOpen: (run: number) => void;
  readonly onSignIn: (run: number) => void;
}): VNode {
  const { strings: { texts, verbs } } = useWords();
  return (
    <ul class="run-legend" aria-label={texts.comparedRuns}>
      {runs.map(({ name, facts, problem }, run) => (
        <li key={run} onPointerEnter={() => onStrong(run)} onPointerLeave={() => onStrong(undefined)} onFocusIn={() => onStrong(run)} onFocusOut={() => onStrong(undefined)}>
          <button
            type="button" class="legend-entry" aria-pressed={shown.has(run)} title={fill(shown.has(run) ? texts.hideRun : texts.showRun, oneLine(name))}
            onClick={() => onToggle(run)}
          >
            <Swatch look={run} />
            <Line>{name}</Line>
          </button>
          {facts === undefined && problem === undefined && <span class="waiting"><Icon name="loading" spin /></span>}
          {facts?.isDeleted === true && <span class="faint">{texts.deleted}</span>}
          {facts?.status === 'running' && !facts.isModel && <span class="faint">{texts.running}</span>}
          {facts && <IconButton icon="open-preview" label={texts.openRun} onClick={() => onOpen(run)} />}
          {problem && <span class="legend-problem" role="alert"><Icon name="warning" /><Line title={problem.sentence}>{problem.sentence}</Line></span>}
          {problem?.signIn === true && <LinkButton onClick={() => onSignIn(run)}>{verbs.signIn}</LinkButton>}
        </li>
      ))}
    </ul>
  );
}
