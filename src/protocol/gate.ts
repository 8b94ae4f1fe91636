import type { RunRef, VersionRef } from '../model/artifact';
import type { AssetQuery } from '../model/assetPage';
import { type FromWebview, MAX_METRICS, MAX_NESTED, PANEL_VERBS, type PanelMemory } from '../protocol';
import { HORIZONTALS, type PlotChoices, VERTICALS } from './plots';

const MAX_TEXT = 10_000;
const MAX_SVG = 32 * 1024 * 1024;
const MAX_EXPANDED = 1000;

/** The host's gate: the page shows text of strangers, so nothing it says is believed before it has this shape. */
export function isFromWebview(message: unknown): message is FromWebview {
  if (!isRecord(message)) {
    return false;
  }
  switch (message['kind']) {
    case 'ready':
    case 'copyServerName':
      return true;
    case 'verb':
      return isOneOf(PANEL_VERBS, message['verb']);
    case 'removeAlias':
      return isText(message['alias']);
    case 'removeTag':
      return isText(message['tag']);
    case 'assets':
      return isQuery(message['query']) && isIndex(message['first']);
    case 'openAsset':
      return isText(message['path']);
    case 'copyDigest':
      return isText(message['sha256']) && /^[0-9a-f]{64}$/u.test(message['sha256']);
    case 'lineage':
      return Array.isArray(message['expand']) && message['expand'].length <= MAX_EXPANDED && message['expand'].every((ref) => isVersionRef(ref) || isRunRef(ref));
    case 'saveSvg':
      return isText(message['svg'], MAX_SVG) && message['svg'].startsWith('<svg ');
    case 'history':
      return isIndex(message['from']) && isIndex(message['to']);
    case 'openVersion':
      return isVersionRef(message['ref']);
    case 'openRun':
      return isRunRef(message['ref']);
    case 'metrics':
      return Array.isArray(message['names']) && message['names'].length <= MAX_METRICS && message['names'].every((name) => isText(name));
    case 'plots':
      return isPlotChoices(message['choices']);
    case 'copyParameter':
      return isText(message['name']);
    case 'nested':
      return isIndex(message['rows']) && message['rows'] <= MAX_NESTED;
    case 'compare':
      return isText(message['version']) && isText(message['with']);
    default:
      return false;
  }
}

export function isPanelMemory(memory: unknown): memory is PanelMemory {
  return isRecord(memory) && (isVersionRef(memory['ref']) || isRunRef(memory['ref']));
}

/** What was chosen for plots, whoever kept it. */
export function isPlotChoices(value: unknown): value is PlotChoices {
  return isRecord(value) && isOneOf(HORIZONTALS, value['horizontal']) && isOneOf(VERTICALS, value['vertical'])
    && typeof value['smoothing'] === 'number' && value['smoothing'] >= 0 && value['smoothing'] < 1;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const isText = (value: unknown, limit = MAX_TEXT): value is string => typeof value === 'string' && value.length <= limit;

export const isName = (value: unknown): value is string => isText(value) && value !== '';

export const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const isOneOf = (words: readonly string[], value: unknown): boolean => typeof value === 'string' && words.includes(value);

const isQuery = (value: unknown): value is AssetQuery =>
  isRecord(value) && isText(value['filter']) && isOneOf(['name', 'size', 'type'], value['sort']) && typeof value['descending'] === 'boolean';

const isVersionRef = (value: unknown): value is VersionRef =>
  isRecord(value) && isName(value['connection']) && isName(value['workspace']) && isName(value['artifact']) && isName(value['version']);

export const isRunRef = (value: unknown): value is RunRef =>
  isRecord(value) && isName(value['connection']) && isName(value['workspace']) && isName(value['run']);
