import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { MAX_METRICS } from '../protocol';
import type { PlotChoices } from '../protocol/plots';
import { useWords } from './context';
import { Filter } from './filter';
import { LinkButton, Notice } from './parts';
import { PlotChooser } from './plotChoices';
import { useVisibleNames } from './visibleNames';
import { fill } from './words';

/** What a person did to a list of metrics. */
export interface MetricListMemory {
  readonly filter: string;
  /** The metric whose plot has the page to itself. */
  readonly enlarged?: string | undefined;
}

/** Metrics with their plots: those that the filter finds, or one of them large. Histories are asked for as they come into view. */
export function MetricList({ names, memory, onRemember, choices, onChoose, onAsk, look, actions, above, entry, large }: {
  readonly names: readonly string[];
  readonly memory: MetricListMemory;
  readonly onRemember: (memory: MetricListMemory) => void;
  /** Nothing where there are no histories to plot. */
  readonly choices: PlotChoices | undefined;
  readonly onChoose: (choices: PlotChoices) => void;
  readonly onAsk: (names: readonly string[]) => void;
  /** The class of the list. */
  readonly look: string;
  /** Beside the filter. */
  readonly actions?: ComponentChildren;
  /** Between the filter and the list. */
  readonly above?: ComponentChildren;
  readonly entry: (name: string, onEnlarge: () => void) => VNode;
  readonly large: (name: string, onBack: () => void) => VNode;
}): VNode {
  const { strings: { tabs, texts }, count, number } = useWords();
  const [{ filter, enlarged }, setMemory] = useState(memory);
  const [most, setMost] = useState(MAX_METRICS);
  const found = useMemo(() => names.filter((name) => name.toLowerCase().includes(filter.toLowerCase())), [names, filter]);
  const list = useRef<HTMLUListElement>(null);
  const left = useRef<string | undefined>(undefined);
  const hasPlots = choices !== undefined;
  const single = hasPlots && enlarged !== undefined && names.includes(enlarged) ? enlarged : undefined;
  const shown = found.slice(0, most);
  useVisibleNames(list, shown, hasPlots && single === undefined, onAsk);
  useEffect(() => {
    if (single !== undefined) {
      onAsk([single]);
    } else if (left.current !== undefined) {
      // Who looked at one plot goes on where it stands among the others.
      const row = [...list.current?.querySelectorAll<HTMLElement>('[data-name]') ?? []].find((each) => each.getAttribute('data-name') === left.current);
      left.current = undefined;
      row?.scrollIntoView({ block: 'nearest' });
      row?.querySelector<HTMLElement>('[role=slider]')?.focus();
    }
  }, [single]);
  const remember = (next: MetricListMemory): void => {
    setMemory(next);
    onRemember(next);
  };
  const back = (): void => {
    left.current = single;
    remember({ filter, enlarged: undefined });
  };
  const onFilter = (text: string): void => {
    setMost(MAX_METRICS);
    remember({ filter: text, enlarged: undefined });
  };
  return (
    <div class="list-page">
      <div class="list-bar">
        <Filter text={filter} label={texts.filterMetrics} onChange={onFilter}>
          {found.length === names.length ? count('metrics', names.length) : fill(texts.matching, number(found.length), count('metrics', names.length))}
        </Filter>
        {actions}
        {choices && <PlotChooser choices={choices} onChoose={onChoose} />}
      </div>
      {above}
      {single !== undefined && large(single, back)}
      {single === undefined && found.length === 0 && <Notice>{texts.noMetricMatch}</Notice>}
      {single === undefined && (
        <ul class={look} ref={list} tabIndex={0} aria-label={tabs.metrics}>
          {shown.map((name) => <li key={name} data-name={name}>{entry(name, () => remember({ filter, enlarged: name }))}</li>)}
          {found.length > most && <li class="metrics-more"><LinkButton onClick={() => setMost(most + MAX_METRICS)}>{fill(texts.showMore, number(found.length - most))}</LinkButton></li>}
        </ul>
      )}
    </div>
  );
}
