import type { VNode } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { compareNatural } from '../model/naturalOrder';
import type { ComparisonState } from '../protocol/comparison';
import { type ComparisonWire, keyOf, type KnownComparison, receivedComparison } from './comparisonWire';
import { ComparedPlot, LargeComparedPlot } from './comparedPlot';
import { PageProvider, useNow, useWords, wordsOf } from './context';
import { MetricList } from './metricList';
import { IconButton, Notice } from './parts';
import { RunLegend } from './runLegend';

/** The metrics of several runs, one plot each. */
export function ComparisonPage({ wire }: { readonly wire: ComparisonWire }): VNode | null {
  const [known, receive] = useReducer(receivedComparison, { histories: new Map() });
  const now = useNow();
  useEffect(() => {
    const stop = wire.listen((message) => {
      if (message.kind === 'state') {
        wire.keep({ runs: message.state.runs.map(({ ref, name }) => ({ ref, name })) });
      }
      receive(message);
    });
    wire.post({ kind: 'ready' });
    return stop;
  }, []);
  const { state } = known;
  const words = useMemo(() => state && wordsOf(state, now), [state?.strings, state?.locale, now]);
  return state && words ? <PageProvider value={words}><Compared wire={wire} state={state} histories={known.histories} /></PageProvider> : null;
}

function Compared({ wire, state: { runs, plots }, histories }: { readonly wire: ComparisonWire; readonly state: ComparisonState; readonly histories: KnownComparison['histories'] }): VNode {
  const { strings: { texts, verbs } } = useWords();
  const [choices, setChoices] = useState(plots);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set(wire.kept.memory.hidden));
  const [strong, setStrong] = useState<number>();
  const names = useMemo(() => namesIn(runs), [runs]);
  const shown = useMemo(() => new Set(runs.flatMap((run, index) => (hidden.has(keyOf(run)) ? [] : [index]))), [runs, hidden]);
  const toggle = (index: number): void => {
    const key = runs[index] === undefined ? '' : keyOf(runs[index]);
    const next = new Set(hidden);
    if (!next.delete(key)) {
      next.add(key);
    }
    setHidden(next);
    wire.keep({ memory: { ...wire.kept.memory, hidden: [...next] } });
  };
  const isReading = runs.some(({ facts, problem }) => facts === undefined && problem === undefined);
  const plot = { runs, shown, choices, strong: strong !== undefined && shown.has(strong) ? strong : undefined };
  const legend = (
    <RunLegend
      runs={runs} shown={shown} onToggle={toggle} onStrong={setStrong}
      onOpen={(run) => wire.post({ kind: 'openRun', run })} onSignIn={(run) => wire.post({ kind: 'signIn', run })}
    />
  );
  const refresh = <IconButton icon="refresh" label={verbs.refresh} onClick={() => wire.post({ kind: 'refresh' })} />;
  if (names.length === 0) {
    return (
      <main class="page page-comparison">
        <div class="list-bar">{refresh}</div>
        {legend}
        {isReading ? <Notice icon="loading" spin>{texts.loading}</Notice> : <Notice>{texts.noRunHas}</Notice>}
      </main>
    );
  }
  return (
    <main class="page page-comparison">
      <MetricList
        names={names} look="plot-cards" choices={choices} actions={refresh} above={legend}
        memory={wire.kept.memory.list} onRemember={(list) => wire.keep({ memory: { ...wire.kept.memory, list } })}
        onChoose={(next) => {
          setChoices(next);
          wire.post({ kind: 'plots', choices: next });
        }}
        onAsk={(visible) => wire.post({ kind: 'metrics', names: visible })}
        entry={(name, onEnlarge) => <ComparedPlot metric={name} histories={histories.get(name)} {...plot} onEnlarge={onEnlarge} />}
        large={(name, onBack) => <LargeComparedPlot key={name} metric={name} histories={histories.get(name)} {...plot} onBack={onBack} />}
      />
    </main>
  );
}

/** Of all runs, each once. */
const namesIn = (runs: ComparisonState['runs']): readonly string[] =>
  [...new Set(runs.flatMap(({ facts }) => facts?.metrics ?? []))].sort(compareNatural);
