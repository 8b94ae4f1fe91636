import type { ComponentChildren, VNode } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ArtifactVersion } from '../model/artifact';
import type { VersionChange } from '../model/versionChange';
import type { HistoryPage, HistoryRow, Loaded } from '../protocol';
import { type Page, usePage } from './context';
import { type Column, Grid } from './grid';
import { Line } from './line';
import { Failed, Icon, LinkButton, Notice } from './parts';
import { rowAt } from './window';
import { fill } from './words';

/** All versions of the artifact. Two of them can be picked and compared. */
export function Versions({ history, version }: { readonly history: Loaded<HistoryPage>; readonly version: ArtifactVersion }): VNode {
  const { host, strings: { texts } } = usePage();
  const asked = useRef<string>('');
  const want = useCallback((from: number, to: number) => {
    if (asked.current !== `${from} ${to}`) {
      asked.current = `${from} ${to}`;
      host.post({ kind: 'history', from, to });
    }
  }, [host]);
  // As many as a tall window shows, until it is known how many that are.
  useEffect(() => want(0, 40), [want]);
  switch (history.status) {
    case 'loading':
      return <Notice icon="loading" spin>{texts.loading}</Notice>;
    case 'failed':
      return <Failed failure={history} />;
    case 'shown':
      return <VersionList page={history.value} version={version} onVisible={want} />;
  }
}

function VersionList({ page, version, onVisible }: {
  readonly page: HistoryPage;
  readonly version: ArtifactVersion;
  readonly onVisible: (from: number, to: number) => void;
}): VNode {
  const context = usePage();
  const { host, strings: { tabs, texts, verbs } } = context;
  const [picked, setPicked] = useState<readonly { readonly version: string; readonly index: number }[]>([]);
  const columns: readonly Column[] = [
    { id: 'pick', label: verbs.compare, isSpoken: true },
    { id: 'version', label: texts.version },
    { id: 'changes', label: texts.changes },
    { id: 'files', label: texts.files },
    { id: 'size', label: texts.size },
    { id: 'logged', label: texts.logTime },
    { id: 'producer', label: texts.producer },
  ];
  const pick = (index: number): void => {
    const row = rowAt(page, index);
    if (row) {
      setPicked(picked.some((each) => each.version === row.version)
        ? picked.filter((each) => each.version !== row.version)
        : [...picked, { version: row.version, index }].slice(-2));
    }
  };
  const open = (index: number): void => {
    const row = rowAt(page, index);
    if (row) {
      host.post({ kind: 'openVersion', ref: { connection: version.connection, workspace: version.workspace, artifact: version.artifact, version: row.version } });
    }
  };
  const [newer, older] = [...picked].sort((a, b) => a.index - b.index);
  return (
    <div class="list-page">
      <div class="filter">
        <button
          type="button" class="button secondary" disabled={older === undefined}
          onClick={() => newer && older && host.post({ kind: 'compare', version: newer.version, with: older.version })}
        >
          {newer && older ? fill(texts.compareTwo, older.version, newer.version) : verbs.compare}
        </button>
        {!older && <span class="faint">{texts.pickTwo}</span>}
      </div>
      <Grid
        kind="versions" label={tabs.versions} columns={columns} count={page.total} start={0} top={0}
        current={(index) => rowAt(page, index)?.version === version.version}
        cells={(index) => {
          const row = rowAt(page, index);
          return row && versionCells(row, version.version, picked.some((each) => each.version === row.version), context, { open: () => open(index), pick: () => pick(index) });
        }}
        onVisible={onVisible} onOpen={open}
        onKey={(event, index) => {
          if (event.key === ' ') {
            pick(index);
          }
          return event.key === ' ';
        }}
      />
    </div>
  );
}

function versionCells(
  row: HistoryRow, shown: string, picked: boolean, page: Page, on: { readonly open: () => void; readonly pick: () => void },
): readonly ComponentChildren[] {
  const { strings: { texts }, age, bytes, date, number } = page;
  return [
    <input key="pick" type="checkbox" tabIndex={-1} checked={picked} aria-label={fill(texts.choose, row.version)} onClick={on.pick} onDblClick={(event) => event.stopPropagation()} />,
    <>
      {row.version === shown ? <strong title={texts.current}>{row.version}</strong> : <LinkButton tabIndex={-1} onClick={on.open}>{row.version}</LinkButton>}
      {row.isLatest && <span class="label strong">{texts.latest}</span>}
      {row.aliases.map((alias) => <span key={alias} class="label strong"><Line title={alias}>{alias}</Line></span>)}
    </>,
    <Change change={row.change} />,
    row.assets !== undefined && number(row.assets),
    row.bytes !== undefined && bytes(row.bytes),
    <time dateTime={new Date(row.created).toISOString()} title={date(row.created)}>{age(row.created)}</time>,
    row.producer && <Line title={row.producer.name}>{row.producer.name}</Line>,
  ];
}

function Change({ change }: { readonly change: VersionChange | 'first' | 'unknown' | undefined }): VNode {
  const { strings: { texts }, bytes, number } = usePage();
  if (change === undefined) {
    return <Icon name="loading" spin />;
  }
  if (change === 'unknown' || change === 'first') {
    return <span class="faint">{change === 'first' ? texts.firstVersion : texts.unknownChange}</span>;
  }
  const { added, removed, changed } = change;
  if (added + removed + changed === 0) {
    return <span class="faint">{texts.noChange}</span>;
  }
  const words = fill(texts.changeWords, number(added), number(removed), number(changed));
  return (
    <span class="change" title={words}>
      <span class="sr-only">{words}</span>
      <span aria-hidden="true">
        {added > 0 && <span class="added">+{number(added)} </span>}
        {removed > 0 && <span class="removed">−{number(removed)} </span>}
        {changed > 0 && <span class="changed">~{number(changed)} </span>}
      </span>
      {change.bytes > 0 && <span class="faint">{fill(texts.newBytes, bytes(change.bytes))}</span>}
    </span>
  );
}
