import { MAX_METRICS } from '../protocol';
import { type ComparisonMemory, type FromComparison, MOST_COMPARED } from './comparison';
import { isIndex, isPlotChoices, isRecord, isRunRef, isText } from './gate';

/** The host's gate for the page that compares metrics. */
export function isFromComparison(message: unknown): message is FromComparison {
  if (!isRecord(message)) {
    return false;
  }
  switch (message['kind']) {
    case 'ready':
    case 'refresh':
      return true;
    case 'metrics':
      return Array.isArray(message['names']) && message['names'].length <= MAX_METRICS && message['names'].every((name) => isText(name));
    case 'plots':
      return isPlotChoices(message['choices']);
    case 'openRun':
    case 'signIn':
      return isIndex(message['run']) && message['run'] < MOST_COMPARED;
    default:
      return false;
  }
}

export function isComparisonMemory(memory: unknown): memory is ComparisonMemory {
  const runs = isRecord(memory) ? memory['runs'] : undefined;
  return Array.isArray(runs) && runs.length > 0 && runs.length <= MOST_COMPARED
    && runs.every((run) => isRecord(run) && isRunRef(run['ref']) && isText(run['name']));
}
