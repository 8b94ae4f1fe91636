import type { AssetPage } from '../model/assetPage';
import type { HistoryPage, LineageView, Loaded, MetricHistory, NestedRuns, PanelState, ToWebview } from '../protocol';

/** The last complete answer on each subject. */
export interface Known {
  readonly state?: PanelState;
  readonly assets: Loaded<AssetPage>;
  readonly lineage: Loaded<LineageView>;
  readonly history: Loaded<HistoryPage>;
  readonly nested: Loaded<NestedRuns>;
  readonly metrics: ReadonlyMap<string, Loaded<MetricHistory>>;
}

export const NOTHING: Known = { assets: { status: 'loading' }, lineage: { status: 'loading' }, history: { status: 'loading' }, nested: { status: 'loading' }, metrics: new Map() };

export function received(known: Known, message: ToWebview): Known {
  switch (message.kind) {
    case 'state':
      return { ...known, state: message.state };
    case 'assets':
      return { ...known, assets: message.assets };
    case 'lineage':
      return { ...known, lineage: message.lineage };
    case 'history':
      return { ...known, history: message.history };
    case 'nested':
      return { ...known, nested: message.nested };
    case 'metric':
      return { ...known, metrics: new Map([...known.metrics, [message.name, message.history]]) };
    case 'tab':
      return known;
  }
}
