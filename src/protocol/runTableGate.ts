import type { ExperimentRef } from '../model/artifact';
import { isRunColumn, type RunSort } from '../model/runTable';
import { isName, isOneOf, isRecord, isText } from './gate';
import { type FromRunTable, MAX_RUNS, ROW_ACTION_IDS, RUN_TABLE_VERBS, type RunTableMemory, type RunTableView } from './runTable';

/** The host's gate for what the page of a table of runs says. */
export function isFromRunTable(message: unknown): message is FromRunTable {
  if (!isRecord(message)) {
    return false;
  }
  switch (message['kind']) {
    case 'ready':
      return true;
    case 'verb':
      return isOneOf(RUN_TABLE_VERBS, message['verb']);
    case 'more':
      return Number.isSafeInteger(message['known']) && (message['known'] as number) >= 0;
    case 'view':
      return isView(message['view']);
    case 'open':
      return isName(message['run']);
    case 'act':
      return isOneOf(ROW_ACTION_IDS, message['action']) && areRuns(message['runs']);
    case 'csv':
      return isOneOf(['clipboard', 'file'], message['to']) && areRuns(message['runs']);
    default:
      return false;
  }
}

export const isRunTableMemory = (memory: unknown): memory is RunTableMemory => isRecord(memory) && isExperimentRef(memory['ref']) && isView(memory['view']);

const areRuns = (value: unknown): boolean => Array.isArray(value) && value.length <= MAX_RUNS && value.every((run) => isName(run));

const isView = (value: unknown): value is RunTableView =>
  isRecord(value) && isText(value['filter']) && isSort(value['sort']) && typeof value['topLevel'] === 'boolean';

const isSort = (value: unknown): value is RunSort => isRecord(value) && isText(value['by']) && isRunColumn(value['by']) && typeof value['descending'] === 'boolean';

const isExperimentRef = (value: unknown): value is ExperimentRef =>
  isRecord(value) && isName(value['connection']) && isName(value['workspace']) && isName(value['experiment']);
