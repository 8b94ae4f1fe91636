import type { ComponentChildren, VNode } from 'preact';
import { ROW_ACTION_IDS, ROW_ACTIONS, type RunTablePart } from '../protocol/runTable';
import { Icon, IconButton } from './parts';
import { useTable } from './runTableContext';
import { fill } from './words';

/** What stands over a table: its filter, how many rows there are, and what is done with them. */
export function RunTableBar({ part, selected, onTopLevel, children }: {
  readonly part: RunTablePart;
  readonly selected: readonly string[];
  readonly onTopLevel: (topLevel: boolean) => void;
  readonly children: ComponentChildren;
}): VNode {
  const { host, texts, actions } = useTable();
  const { view: { topLevel }, rows, isReading } = part;
  return (
    <div class="run-bar">
      {children}
      <span class="run-count faint" role="status">
        <Count part={part} selected={selected.length} />
        {isReading && rows.length > 0 && <Icon name="loading" spin />}
      </span>
      <div class="run-actions" role="toolbar" aria-label={texts.toolbar}>
        {ROW_ACTION_IDS.map((action) => {
          const { icon, least, most } = ROW_ACTIONS[action];
          const isFor = selected.length >= least && selected.length <= most;
          return <IconButton key={action} icon={icon} label={actions[action]} disabled={!isFor} onClick={() => host.post({ kind: 'act', action, runs: selected })} />;
        })}
        <IconButton icon="copy" label={texts.copyCsv} disabled={rows.length === 0} onClick={() => host.post({ kind: 'csv', to: 'clipboard', runs: selected })} />
        <IconButton icon="save" label={texts.saveCsv} disabled={rows.length === 0} onClick={() => host.post({ kind: 'csv', to: 'file', runs: selected })} />
        <span class="run-actions-gap" />
        <IconButton icon="list-tree" label={texts.topLevel} pressed={topLevel} onClick={() => onTopLevel(!topLevel)} />
        <IconButton icon="settings" label={texts.columns} disabled={rows.length === 0} onClick={() => host.post({ kind: 'verb', verb: 'columns' })} />
        <IconButton icon="refresh" label={texts.refresh} onClick={() => host.post({ kind: 'verb', verb: 'refresh' })} />
      </div>
    </div>
  );
}

function Count({ part: { rows, more }, selected }: { readonly part: RunTablePart; readonly selected: number }): VNode | null {
  const { texts, runs, number } = useTable();
  if (rows.length === 0) {
    return null;
  }
  const known = runs(rows.length);
  const told = more === 'no' ? known : fill(more === 'yes' ? texts.soFar : texts.tooMany, known);
  return <>{selected > 1 ? `${told} · ${fill(texts.selected, number(selected))}` : told}</>;
}
