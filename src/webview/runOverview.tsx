import type { VNode } from 'preact';
import type { Loaded, NestedRuns, RunView } from '../protocol';
import { Commit } from './commit';
import { usePage } from './context';
import { Description } from './description';
import { useKeptScroll } from './keptScroll';
import { Line } from './line';
import { Metadata } from './metadata';
import { NestedRunsSection } from './nestedRuns';
import { LinkButton } from './parts';
import { RunStatus } from './runStatus';
import { Section } from './section';

export function RunOverview({ view, nested }: { readonly view: RunView; readonly nested: Loaded<NestedRuns> }): VNode {
  const { host, strings: { texts, tabs, verbs }, date } = usePage();
  const { run, experiment, can } = view;
  const { source, parent, ended, user, description } = run;
  const above = source ?? parent;
  const isModel = run.kind === 'model';
  useKeptScroll(host);
  return (
    <div class="overview">
      <div class="overview-main">
        <Description text={description} />
        {view.metrics.length > 0 && <Section title={tabs.metrics}><Latest view={view} /></Section>}
        {can.nested && <NestedRunsSection nested={nested} canOpen={can.openRuns} />}
        <Section title={texts.tags}>
          {Object.keys(run.tags).length === 0 ? <p class="faint">{texts.noTagsOfRun}</p> : <Metadata label={texts.tags} metadata={run.tags} />}
        </Section>
      </div>
      <aside class="overview-side">
        {!isModel && <Section title={texts.status}><p><RunStatus status={run.status} /></p></Section>}
        <Section title={isModel ? texts.logTime : texts.startTime}><p>{date(run.started)}</p></Section>
        {!isModel && ended !== undefined && <Section title={texts.ended}><p>{date(ended)}</p></Section>}
        {above && (
          <Section title={source ? texts.sourceRun : texts.parentRun}>
            <p>
              {can.openRuns
                ? <LinkButton title={texts.openVersion} onClick={() => host.post({ kind: 'openRun', ref: { connection: above.connection, workspace: above.workspace, run: above.run } })}><Line>{above.name}</Line></LinkButton>
                : <Line>{above.name}</Line>}
            </p>
          </Section>
        )}
        {(experiment ?? run.experiment) !== undefined && <Section title={texts.experiment}><p><Line>{experiment ?? run.experiment}</Line></p></Section>}
        {run.location !== undefined && <Section title={texts.location}><p><Line>{run.location}</Line></p></Section>}
        {user !== undefined && user !== '' && <Section title={texts.user}><p><Line>{user}</Line></p></Section>}
        {run.program !== undefined && <Section title={texts.program}><p><Line title={run.program}>{run.program}</Line></p></Section>}
        {run.git && <Section title={texts.git}><Commit git={run.git} /></Section>}
        <Section title={texts.id}>
          <p><LinkButton title={verbs.copyReference} onClick={() => host.post({ kind: 'verb', verb: 'copyReference' })}><code><Line>{run.run}</Line></code></LinkButton></p>
        </Section>
      </aside>
    </div>
  );
}

const MOST_LATEST = 12;

/** The first metrics at a glance; the tab has all of them. */
function Latest({ view: { metrics } }: { readonly view: RunView }): VNode {
  const { figure } = usePage();
  return (
    <dl class="figures">
      {metrics.slice(0, MOST_LATEST).map(({ name, value }) => (
        <div key={name}>
          <dt><Line title={name}>{name}</Line></dt>
          <dd title={String(value)}>{figure(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
