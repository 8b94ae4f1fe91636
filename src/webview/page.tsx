import { type VNode } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { runNodeId } from '../model/lineage';
import type { PanelState, PanelTab, VersionView } from '../protocol';
import { Assets } from './assets';
import { pageOf, PageProvider, useNow, usePage } from './context';
import { Header } from './header';
import type { Host } from './host';
import { type Known, NOTHING, received } from './known';
import { LineagePage } from './lineage';
import { Overview } from './overview';
import { Failed, Notice } from './parts';
import { RunShown } from './runPage';
import { Tabs } from './tabs';
import { Versions } from './versions';

const VERSION_TABS = ['overview', 'assets', 'lineage', 'versions'] as const;

export function DetailsPage({ host }: { readonly host: Host }): VNode | null {
  const [known, receive] = useReducer(received, NOTHING);
  const [tab, setTab] = useState<PanelTab>(host.memory.tab);
  const now = useNow();
  const show = (next: PanelTab): void => {
    host.remember({ tab: next });
    setTab(next);
  };
  useEffect(() => {
    const stop = host.listen((message) => {
      if (message.kind === 'tab') {
        show(message.tab);
      } else if (message.kind === 'state') {
        host.keepRef(message.state.ref);
      }
      receive(message);
    });
    host.post({ kind: 'ready' });
    return stop;
  }, []);
  const { state } = known;
  const page = useMemo(() => state && pageOf(host, state, now), [host, state, now]);
  if (state === undefined || page === undefined) {
    return null;
  }
  return (
    <PageProvider value={page}>
      <Content known={known} state={state} tab={tab} onTab={show} />
    </PageProvider>
  );
}

function Content({ known, state, tab, onTab }: {
  readonly known: Known;
  readonly state: PanelState;
  readonly tab: PanelTab;
  readonly onTab: (tab: PanelTab) => void;
}): VNode {
  const { strings } = usePage();
  const { page, ref } = state;
  switch (page.status) {
    case 'loading':
      return <Notice icon="loading" spin>{strings.texts.loading}</Notice>;
    case 'gone':
      return <Notice icon="trash">{page.sentence}</Notice>;
    case 'failed':
      return <Failed failure={page} />;
    case 'shown': {
      const { value } = page;
      const key = `${ref.connection}/${value.reference}`;
      return value.kind === 'run'
        ? <RunShown key={key} known={known} view={value} tab={tab} onTab={onTab} />
        : <Shown key={key} known={known} view={value} tab={tab} onTab={onTab} />;
    }
  }
}

function Shown({ known, view, tab, onTab }: {
  readonly known: Known;
  readonly view: VersionView;
  readonly tab: PanelTab;
  readonly onTab: (tab: PanelTab) => void;
}): VNode {
  const { host, strings, number } = usePage();
  const [node, setNode] = useState<string | undefined>();
  const { version, can } = view;
  const tabs = VERSION_TABS.filter((each) => each !== 'lineage' || can.lineage);
  const shown = tabs.find((each) => each === tab) ?? 'overview';
  const showLineage = can.lineage
    ? (id?: string): void => {
        setNode(id);
        onTab('lineage');
      }
    : undefined;
  const { producer } = version;
  const toLineage = producer && showLineage && (() => showLineage(runNodeId(producer)));
  const toRun = producer && can.openRuns ? () => host.post({ kind: 'openRun', ref: { connection: producer.connection, workspace: producer.workspace, run: producer.run } }) : undefined;
  const onProducer = toRun ?? toLineage;
  const badge = (each: PanelTab): string | undefined => {
    const count = each === 'assets' ? version.assets : each === 'versions' ? view.versions : undefined;
    return count === undefined ? undefined : number(count);
  };
  return (
    <main class={`page page-${shown}`}>
      <Header view={view} onProducer={onProducer} />
      <Tabs
        label={strings.texts.tabs}
        tabs={tabs.map((each) => ({ id: each, label: strings.tabs[each], badge: badge(each) }))}
        selected={shown}
        onSelect={onTab}
      >
        {shown === 'overview' && <Overview view={view} onProducer={onProducer} onLineage={showLineage && (() => showLineage())} />}
        {shown === 'assets' && <Assets assets={known.assets} />}
        {shown === 'lineage' && <LineagePage lineage={known.lineage} start={node} canOpenRuns={can.openRuns} none={strings.texts.noLineage} untold={view.usesUnlisted ? strings.texts.usesUnlisted : undefined} />}
        {shown === 'versions' && <Versions history={known.history} version={version} />}
      </Tabs>
    </main>
  );
}
