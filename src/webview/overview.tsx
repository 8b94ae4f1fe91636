import type { VNode } from 'preact';
import type { VersionView } from '../protocol';
import { Chips } from './chips';
import { Commit } from './commit';
import { usePage } from './context';
import { Description } from './description';
import { useKeptScroll } from './keptScroll';
import { Line } from './line';
import { Metadata } from './metadata';
import { IconButton, LinkButton } from './parts';
import { Section } from './section';
import { fill } from './words';

export function Overview({ view, onProducer, onLineage }: {
  readonly view: VersionView;
  readonly onProducer: (() => void) | undefined;
  readonly onLineage: (() => void) | undefined;
}): VNode {
  const { host, strings: { texts, verbs } } = usePage();
  const { version, can, description, git, usedBy, usesUnlisted } = view;
  useKeptScroll(host);
  return (
    <div class="overview">
      <div class="overview-main">
        <Description text={description} of={version.artifact} />
        <Description text={version.description} of={version.version} />
        <Section
          title={texts.metadata}
          action={can.label && <IconButton icon="edit" label={verbs.editMetadata} onClick={() => host.post({ kind: 'verb', verb: 'editMetadata' })} />}
        >
          {Object.keys(version.metadata).length === 0 ? <p class="faint">{texts.noMetadata}</p> : <Metadata label={texts.metadata} metadata={version.metadata} />}
        </Section>
        {version.serverTags && <Section title={texts.serverTags}><Metadata label={texts.serverTags} metadata={version.serverTags} /></Section>}
      </div>
      <aside class="overview-side">
        <Section title={texts.aliases}>
          <Chips
            label={texts.aliases} words={version.aliases} none={version.isLatest ? undefined : texts.noAliases} fixed={version.isLatest ? texts.latest : undefined}
            add={texts.addAlias} remove={texts.removeAlias} editable={can.label}
            onAdd={() => host.post({ kind: 'verb', verb: 'addAlias' })} onRemove={(alias) => host.post({ kind: 'removeAlias', alias })}
          />
        </Section>
        <Section title={texts.tags}>
          <Chips
            label={texts.tags} words={version.tags} none={texts.noTags} add={texts.addTag} remove={texts.removeTag} editable={can.label}
            onAdd={() => host.post({ kind: 'verb', verb: 'addTag' })} onRemove={(tag) => host.post({ kind: 'removeTag', tag })}
          />
        </Section>
        <Section title={texts.producer}>
          <Producer view={view} onProducer={onProducer} />
        </Section>
        {version.serverName !== undefined && (
          <Section title={texts.serverName} action={<IconButton icon="copy" label={texts.copyValue} onClick={() => host.post({ kind: 'copyServerName' })} />}>
            <p><code><Line>{version.serverName}</Line></code></p>
          </Section>
        )}
        {usedBy && (
          <Section title={texts.usedBy}>
            <Used usedBy={usedBy} onLineage={onLineage} />
          </Section>
        )}
        {usesUnlisted && <Section title={texts.usedBy}><p class="faint">{texts.usesUnlisted}</p></Section>}
        {git && (
          <Section title={texts.git}>
            <Commit git={git} />
            {git.dirty && <p class="faint">{texts.uncommitted}</p>}
          </Section>
        )}
      </aside>
    </div>
  );
}

function Producer({ view: { version: { producer }, can }, onProducer }: { readonly view: VersionView; readonly onProducer: (() => void) | undefined }): VNode {
  const { strings: { texts } } = usePage();
  if (producer === undefined) {
    return <p class="faint">{texts.noProducer}</p>;
  }
  if (onProducer === undefined) {
    return <p><Line>{producer.name}</Line></p>;
  }
  return <p><LinkButton title={can.openRuns ? texts.openRun : texts.showLineage} onClick={onProducer}><Line>{producer.name}</Line></LinkButton></p>;
}

function Used({ usedBy: { runs, more }, onLineage }: {
  readonly usedBy: NonNullable<VersionView['usedBy']>;
  readonly onLineage: (() => void) | undefined;
}): VNode {
  const { strings: { texts }, count } = usePage();
  if (runs === 0 && !more) {
    return <p class="faint">{texts.notUsed}</p>;
  }
  const text = more ? fill(texts.atLeast, count('runs', runs)) : count('runs', runs);
  return <p>{onLineage ? <LinkButton title={texts.showLineage} onClick={() => onLineage()}>{text}</LinkButton> : text}</p>;
}
