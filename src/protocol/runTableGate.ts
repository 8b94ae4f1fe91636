import type { ExperimentRef } from '../model/artifact';
import { isRunColumn, type RunColumn, type RunSort } from '../model/runTable';
import { isIndex, isName, isOneOf, isRecord, isText } from './gate';
import { type ColumnWidth, type FromRunTable, LEAST_WIDTH, MAX_RUNS, MOST_WIDTH, ROW_ACTION_IDS, RUN_TABLE_VERBS, type RunTableMemory, type RunTableView } from './runTable';

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
      return isIndex(message['known']);
    case 'view':
      return isView(message['view']);
    case 'width':
      return isColumnWidth(message);
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

/** What a page says, or what was kept of what one said. */
export const isColumnWidth = (value: unknown): value is ColumnWidth =>
  isRecord(value) && isColumn(value['column']) && isIndex(value['width']) && value['width'] >= LEAST_WIDTH && value['width'] <= MOST_WIDTH;

const areRuns = (value: unknown): boolean => Array.isArray(value) && value.length <= MAX_RUNS && value.every((run) => isName(run));

const isView = (value: unknown): value is RunTableView =>
  isRecord(value) && isText(value['filter']) && isSort(value['sort']) && typeof value['topLevel'] === 'boolean';

const isSort = (value: unknown): value is RunSort => isRecord(value) && isColumn(value['by']) && typeof value['descending'] === 'boolean';

const isColumn = (value: unknown): value is RunColumn => isText(value) && isRunColumn(value);

const isExperimentRef = (value: unknown): value is ExperimentRef =>
  isRecord(value) && isName(value['connection']) && isName(value['workspace']) && isName(value['experiment']);
