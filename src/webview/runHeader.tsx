import type { VNode } from 'preact';
import { artifactIcon } from '../model/assetType';
import type { RunView } from '../protocol';
import { usePage } from './context';
import { Icon, LinkButton, VerbButton } from './parts';
import { fill, fillParts } from './words';

export function RunHeader({ view }: { readonly view: RunView }): VNode {
  const { strings: { texts } } = usePage();
  const { run, can } = view;
  const isModel = run.kind === 'model';
  return (
    <header class="header">
      <div class="headline">
        <Icon name={isModel ? artifactIcon('model') : 'run-all'} />
        <h1><bdi>{run.name}</bdi></h1>
        <span class="label">{isModel ? texts.model : texts.run}</span>
        {!isModel && <span class="label"><RunStatus status={run.status} /></span>}
      </div>
      <Facts view={view} />
      <div class="toolbar" role="group" aria-label={texts.toolbar}>
        {can.files && <VerbButton verb="download" primary />}
        <VerbButton verb="copyReference" />
        {can.python && <VerbButton verb="copyPython" />}
        <VerbButton verb="reveal" />
        <VerbButton verb="refresh" />
      </div>
    </header>
  );
}

const STATUS_ICONS = { running: 'play-circle', finished: 'pass', failed: 'error' } as const;

/** An icon and the word, so that neither colour nor shape has to say it alone. */
export function RunStatus({ status }: { readonly status: RunView['run']['status'] }): VNode {
  const { strings: { texts } } = usePage();
  return <span class={`run-status ${status}`}><Icon name={STATUS_ICONS[status]} /> {texts[status]}</span>;
}

function Facts({ view: { run, experiment, can } }: { readonly view: RunView }): VNode {
  const { host, strings: { texts }, age, date, duration } = usePage();
  const { started, ended, user, source } = run;
  const time = <time dateTime={new Date(started).toISOString()} title={date(started)}>{age(started)}</time>;
  const by = source
    ? can.openRuns
      ? <LinkButton title={texts.openVersion} onClick={() => host.post({ kind: 'openRun', ref: { connection: source.connection, workspace: source.workspace, run: source.run } })}><bdi>{source.name}</bdi></LinkButton>
      : <bdi>{source.name}</bdi>
    : user !== undefined && user !== '' ? <bdi>{user}</bdi> : undefined;
  const isModel = run.kind === 'model';
  const sentence = by === undefined ? (isModel ? texts.created : texts.started) : isModel ? texts.createdBy : texts.startedBy;
  return (
    <p class="facts">
      <span>{by === undefined ? fillParts(sentence, time) : fillParts(sentence, time, by)}</span>
      {!isModel && ended !== undefined && <span>{fill(texts.took, duration(ended - started))}</span>}
      {experiment !== undefined && <span><bdi>{experiment}</bdi></span>}
    </p>
  );
}
