import type { VNode } from 'preact';
import type { PanelTab, RunView } from '../protocol';
import { Assets } from './assets';
import { usePage } from './context';
import type { Known } from './known';
import { LineagePage } from './lineage';
import { Metrics } from './metrics';
import { Parameters } from './parameters';
import { RunHeader } from './runHeader';
import { RunOverview } from './runOverview';
import { Tabs } from './tabs';

const RUN_TABS = ['overview', 'parameters', 'metrics', 'assets', 'lineage'] as const;

/** The page of a run or a logged model. */
export function RunShown({ known, view, tab, onTab }: {
  readonly known: Known;
  readonly view: RunView;
  readonly tab: PanelTab;
  readonly onTab: (tab: PanelTab) => void;
}): VNode {
  const { strings, number } = usePage();
  const { run, metrics, can } = view;
  const tabs = RUN_TABS.filter((each) => (each !== 'lineage' || can.lineage) && (each !== 'assets' || can.files));
  const shown = tabs.find((each) => each === tab) ?? 'overview';
  const badges: Partial<Record<PanelTab, number>> = { parameters: Object.keys(run.parameters).length, metrics: metrics.length };
  const badge = (each: PanelTab): string | undefined => {
    const count = badges[each];
    return count === undefined ? undefined : number(count);
  };
  return (
    <main class={`page page-${shown}`}>
      <RunHeader view={view} />
      <Tabs
        label={strings.texts.tabs}
        tabs={tabs.map((each) => ({ id: each, label: strings.tabs[each], badge: badge(each) }))}
        selected={shown}
        onSelect={onTab}
      >
        {shown === 'overview' && <RunOverview view={view} nested={known.nested} />}
        {shown === 'parameters' && <Parameters parameters={run.parameters} />}
        {shown === 'metrics' && <Metrics run={run.name} metrics={metrics} histories={known.metrics} plots={can.histories ? view.plots : undefined} />}
        {shown === 'assets' && <Assets assets={known.assets} />}
        {shown === 'lineage' && <LineagePage lineage={known.lineage} canOpenRuns={can.openRuns} none={strings.texts.noLineageOfRun} />}
      </Tabs>
    </main>
  );
}
