import type { ComparedRun, ComparisonMemory, ComparisonState, FromComparison, ToComparison } from '../protocol/comparison';
import type { Loaded, MetricHistory } from '../protocol';
import type { MetricListMemory } from './metricList';
import { connect, type Wire } from './wire';

/** What a person did to the page. */
interface Memory {
  readonly list: MetricListMemory;
  /** Keys of runs whose lines are not drawn. */
  readonly hidden: readonly string[];
}

interface Kept extends ComparisonMemory {
  readonly memory: Memory;
}

export type ComparisonWire = Wire<ToComparison, FromComparison, Kept>;

export const connectComparison = (): ComparisonWire =>
  connect<ToComparison, FromComparison, Kept>((saved) => ({ runs: saved?.runs ?? [], memory: saved?.memory ?? { list: { filter: '' }, hidden: [] } }));

export const keyOf = ({ ref: { connection, workspace, run } }: Pick<ComparedRun, 'ref'>): string => JSON.stringify([connection, workspace, run]);

/** The last complete answer on each subject. */
export interface KnownComparison {
  readonly state?: ComparisonState;
  /** By the name of the metric, then by the index of the run. */
  readonly histories: ReadonlyMap<string, ReadonlyMap<number, Loaded<MetricHistory>>>;
}

export function receivedComparison(known: KnownComparison, message: ToComparison): KnownComparison {
  switch (message.kind) {
    case 'state':
      return { ...known, state: message.state };
    case 'metric': {
      const { name, run, history } = message;
      return { ...known, histories: new Map([...known.histories, [name, new Map([...known.histories.get(name) ?? [], [run, history]])]]) };
    }
  }
}
