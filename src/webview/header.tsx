import type { VNode } from 'preact';
import { artifactIcon } from '../model/assetType';
import type { VersionView } from '../protocol';
import { usePage } from './context';
import { Line } from './line';
import { Icon, IconButton, LinkButton, VerbButton, VerbIcon } from './parts';
import { fillParts } from './words';

export function Header({ view, onProducer }: { readonly view: VersionView; readonly onProducer: (() => void) | undefined }): VNode {
  const { host, strings: { texts, verbs } } = usePage();
  const { version, can, versions } = view;
  return (
    <header class="header">
      <div class="headline">
        <Icon name={artifactIcon(version.type)} />
        <h1><Line>{version.artifact}</Line> <span class="number">{version.version}</span></h1>
        <div class="labels">
          <span class="label"><Line>{version.type}</Line></span>
          {version.isLatest && <span class="label strong">{texts.latest}</span>}
          {version.aliases.map((alias) => <span key={alias} class="label strong"><Line>{alias}</Line></span>)}
          {can.label && <IconButton icon="edit" label={verbs.addAlias} onClick={() => host.post({ kind: 'verb', verb: 'addAlias' })} />}
        </div>
      </div>
      <Facts view={view} onProducer={onProducer} />
      <div class="toolbar" role="group" aria-label={texts.toolbar}>
        <VerbButton verb="download" primary />
        {can.log && <VerbButton verb="logNewVersion" />}
        <VerbButton verb="copyReference" />
        {can.python && <VerbButton verb="copyPython" />}
        {versions !== 1 && <VerbButton verb="compare" />}
        <div class="toolbar-icons">
          <VerbIcon verb="reveal" icon="list-tree" />
          {can.web && <VerbIcon verb="openInBrowser" icon="link-external" />}
          {can.remove && <VerbIcon verb="delete" icon="trash" />}
        </div>
      </div>
    </header>
  );
}

function Facts({ view: { version, git, can }, onProducer }: { readonly view: VersionView; readonly onProducer: (() => void) | undefined }): VNode {
  const { host, strings: { texts }, age, count, bytes, date } = usePage();
  const { producer, created } = version;
  const time = <time dateTime={new Date(created).toISOString()} title={date(created)}>{age(created)}</time>;
  const name = producer && (onProducer ? <LinkButton title={can.openRuns ? texts.openRun : texts.showLineage} onClick={onProducer}><Line>{producer.name}</Line></LinkButton> : <Line>{producer.name}</Line>);
  return (
    <p class="facts">
      <span>{name ? fillParts(texts.loggedBy, time, name) : fillParts(texts.logged, time)}</span>
      {version.assets !== undefined && <span>{count('files', version.assets)}</span>}
      {version.bytes !== undefined && <span>{bytes(version.bytes)}</span>}
      {git && (
        <span>
          {fillParts(
            git.dirty ? texts.commitDirty : texts.commit,
            <LinkButton title={texts.openCommit} onClick={() => host.post({ kind: 'verb', verb: 'openCommit' })}><code>{git.commit.slice(0, 7)}</code></LinkButton>,
          )}
        </span>
      )}
    </p>
  );
}
