import type { Figure, MetricHistory } from '../protocol';
import type { PlotChoices } from '../protocol/plots';
import type { Words } from './context';
import type { TracePoint } from './trace';
import { fill } from './words';

/** One recorded value of a metric, in words. */
export interface Reading {
  /** With all its digits. */
  readonly value: string;
  /** With as many as tell something. */
  readonly figure: string;
  /** The height of the line there, where it is a smoothed one. */
  readonly smoothed: string | undefined;
  readonly step: string;
  readonly time: string;
}

export function readingOf(history: MetricHistory, { index, x, y }: TracePoint, { horizontal, smoothing }: PlotChoices, words: Words): Reading {
  const value: Figure = history.values[index] ?? 'NaN';
  return {
    value: String(value),
    figure: words.figure(value),
    smoothed: smoothing === 0 || y === undefined ? undefined : words.figure(y),
    step: words.number(history.step ?? history.steps[index] ?? 0),
    time: horizontal === 'since' ? words.duration(x) : words.moment(history.times[index] ?? 0),
  };
}

/** The same in one line. */
export const readingLine = (reading: Reading, words: Words): string => lineOf(reading.value, reading, words);

/** In a shorter one, for several of them. */
export const briefLine = (reading: Reading, words: Words): string => lineOf(reading.figure, reading, words);

function lineOf(value: string, { smoothed, step, time }: Reading, { strings: { texts } }: Words): string {
  return fill(texts.reading, smoothed === undefined ? value : fill(texts.smoothedReading, value, smoothed), step, time);
}
