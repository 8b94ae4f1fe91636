import type { VNode } from 'preact';
import { artifactIcon } from '../model/assetType';
import type { RunView } from '../protocol';
import { usePage } from './context';
import { Line } from './line';
import { Icon, LinkButton, VerbButton, VerbIcon } from './parts';
import { RunStatus } from './runStatus';
import { fill, fillParts } from './words';

export function RunHeader({ view }: { readonly view: RunView }): VNode {
  const { strings: { texts } } = usePage();
  const { run, can } = view;
  const isModel = run.kind === 'model';
  return (
    <header class="header">
      <div class="headline">
        <Icon name={isModel ? artifactIcon('model') : 'run-all'} />
        <h1><Line>{run.name}</Line></h1>
        <div class="labels">
          <span class="label">{isModel ? texts.model : texts.run}</span>
          {!isModel && <span class="label"><RunStatus status={run.status} /></span>}
          {run.isDeleted === true && <span class="label">{texts.deleted}</span>}
        </div>
      </div>
      <Facts view={view} />
      <div class="toolbar" role="group" aria-label={texts.toolbar}>
        {can.files && <VerbButton verb="download" primary />}
        <VerbButton verb="copyReference" />
        {can.python && <VerbButton verb="copyPython" />}
        <div class="toolbar-icons">
          <VerbIcon verb="reveal" icon="list-tree" />
          {can.web && <VerbIcon verb="openInBrowser" icon="link-external" />}
          <VerbIcon verb="refresh" icon="refresh" />
        </div>
      </div>
    </header>
  );
}

function Facts({ view: { run, experiment, can } }: { readonly view: RunView }): VNode {
  const { host, strings: { texts }, age, date, duration } = usePage();
  const { started, ended, user, source } = run;
  const time = <time dateTime={new Date(started).toISOString()} title={date(started)}>{age(started)}</time>;
  const by = source
    ? can.openRuns
      ? <LinkButton title={texts.openVersion} onClick={() => host.post({ kind: 'openRun', ref: { connection: source.connection, workspace: source.workspace, run: source.run } })}><Line>{source.name}</Line></LinkButton>
      : <Line>{source.name}</Line>
    : user !== undefined && user !== '' ? <Line>{user}</Line> : undefined;
  const isModel = run.kind === 'model';
  const sentence = by === undefined ? (isModel ? texts.created : texts.started) : isModel ? texts.createdBy : texts.startedBy;
  return (
    <p class="facts">
      <span>{by === undefined ? fillParts(sentence, time) : fillParts(sentence, time, by)}</span>
      {!isModel && ended !== undefined && <span>{fill(texts.took, duration(ended - started))}</span>}
      {experiment !== undefined && <span><Line>{experiment}</Line></span>}
    </p>
  );
}
