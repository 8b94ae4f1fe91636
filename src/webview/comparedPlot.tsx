import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { oneLine } from '../model/line';
import type { Loaded, MetricHistory } from '../protocol';
import type { ComparedRun } from '../protocol/comparison';
import type { PlotChoices } from '../protocol/plots';
import { Chart, type ChartLine } from './chart';
import { useWords, type Words } from './context';
import { LargePlot } from './largePlot';
import { Line } from './line';
import { IconButton } from './parts';
import { trace } from './trace';
import { fill } from './words';

interface Compared {
  readonly metric: string;
  readonly histories: ReadonlyMap<number, Loaded<MetricHistory>> | undefined;
  readonly runs: readonly ComparedRun[];
  /** Indexes of the runs whose lines are drawn. */
  readonly shown: ReadonlySet<number>;
  readonly choices: PlotChoices;
  readonly strong: number | undefined;
}

/** One metric on a card. */
export function ComparedPlot({ onEnlarge, ...compared }: Compared & { readonly onEnlarge: () => void }): VNode {
  const { metric, choices, strong } = compared;
  const words = useWords();
  const { lines, label, note, isWaiting } = useLines(compared, words);
  return (
    <div class="plot-card">
      <div class="plot-head">
        <h2><Line title={metric}>{metric}</Line></h2>
        <IconButton icon="screen-full" label={fill(words.strings.texts.enlarge, oneLine(metric))} onClick={onEnlarge} />
      </div>
      {lines.length > 0
        ? <Chart label={label} lines={lines} choices={choices} room="card" strong={strong} tooltip onOpen={onEnlarge} />
        : <div class={isWaiting ? 'chart-card faint waiting' : 'chart-card faint'}>{isWaiting ? words.strings.texts.loading : ''}</div>}
      <div class="plot-note faint" title={note}>{note}</div>
    </div>
  );
}

/** The same with the page to itself. */
export function LargeComparedPlot({ onBack, ...compared }: Compared & { readonly onBack: () => void }): VNode {
  const words = useWords();
  const { lines, label, note, isWaiting } = useLines(compared, words);
  return (
    <LargePlot
      metric={compared.metric} label={label} lines={lines} choices={compared.choices} strong={compared.strong}
      note={isWaiting ? words.strings.texts.loading : note} onBack={onBack}
    />
  );
}

/** The lines to draw, and in words what is drawn and what is not. */
function useLines({ metric, histories, runs, shown, choices }: Compared, { strings: { texts }, count }: Words) {
  return useMemo(() => {
    const asked = runs.flatMap((run, look) => (shown.has(look) && has(run, metric) ? [{ look, name: run.name, history: histories?.get(look) }] : []));
    const read = asked.flatMap(({ look, name, history }): readonly ChartLine[] => (history?.status === 'shown' ? [{ look, name, history: history.value }] : []));
    const facts = read.map(({ history }) => trace(history, choices));
    const lines = read.filter((_, index) => (facts[index]?.count ?? 0) > (facts[index]?.leftOut ?? 0));
    const leftOut = facts.reduce((sum, each) => sum + each.leftOut, 0);
    const unread = asked.flatMap(({ name, history }) => (history?.status === 'failed' ? [fill(texts.runReading, oneLine(name), history.sentence)] : []));
    const isWaiting = read.length === 0 && asked.some(({ history }) => history === undefined || history.status === 'loading');
    const empty = lines.length > 0 || read.length === 0 ? [] : [leftOut > 0 ? texts.noneAbove : texts.noPlot];
    const notes = [...empty, ...(leftOut > 0 && lines.length > 0 ? [fill(texts.leftOut, count('values', leftOut))] : []), ...unread];
    return { lines, label: fill(texts.comparedPlot, oneLine(metric), count('runs', lines.length)), note: notes.join(' · '), isWaiting };
  }, [metric, histories, runs, shown, choices]);
}

const has = ({ facts }: ComparedRun, metric: string): boolean => facts?.metrics.includes(metric) === true;
