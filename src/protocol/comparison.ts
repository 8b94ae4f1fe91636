/*
 * What the page that compares the metrics of several runs and its host say to each other, in the manner of `protocol.ts`. A run is known by its
 * index, so that the page can ask for nothing but the runs that it is about.
 */
import type { Run, RunRef } from '../model/artifact';
import type { Failure, Loaded, MetricHistory } from '../protocol';
import type { PlotChoices } from './plots';
import type { Strings } from './words';

/** More lines in one plot nobody tells apart. */
export const MOST_COMPARED = 10;

export type ToComparison =
  | { readonly kind: 'state'; readonly state: ComparisonState }
  /** All values of one metric of one run. */
  | { readonly kind: 'metric'; readonly run: number; readonly name: string; readonly history: Loaded<MetricHistory> };

export interface ComparisonState {
  readonly strings: Strings;
  /** BCP 47 tag for numbers and times. */
  readonly locale: string;
  readonly plots: PlotChoices;
  readonly runs: readonly ComparedRun[];
}

/** Neither facts nor a problem: it is being read. Both: it was read, and could not be read again. */
export interface ComparedRun extends NamedRun {
  readonly facts?: ComparedFacts | undefined;
  readonly problem?: Pick<Failure, 'sentence' | 'signIn'> | undefined;
}

/** The name is that of the last time, until the run is read. */
export interface NamedRun {
  readonly ref: RunRef;
  readonly name: string;
}

export interface ComparedFacts {
  readonly status: Run['status'];
  readonly isModel: boolean;
  readonly isDeleted: boolean;
  /** Names of what it has logged. */
  readonly metrics: readonly string[];
}

export type FromComparison =
  /** The script runs and wants the state. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'refresh' }
  /** Wants the values of these metrics of all runs; the others are of no interest any more. */
  | { readonly kind: 'metrics'; readonly names: readonly string[] }
  | { readonly kind: 'plots'; readonly choices: PlotChoices }
  | { readonly kind: 'openRun'; readonly run: number }
  | { readonly kind: 'signIn'; readonly run: number };

/** What the page keeps over a reload, as far as the host reads it. */
export interface ComparisonMemory {
  readonly runs: readonly NamedRun[];
}
