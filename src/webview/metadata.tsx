import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { JsonObject } from '../model/json';
import { inOrder } from '../model/line';
import { usePage } from './context';
import { Line } from './line';
import { metadataRows, type MetadataRow, type MetadataValue, walkTree } from './metadataTree';
import { Icon, LinkButton } from './parts';
import { fill } from './words';

export function Metadata({ label, metadata }: { readonly label: string; readonly metadata: JsonObject }): VNode {
  const { host } = usePage();
  const [toggled, setToggled] = useState<ReadonlySet<string>>(() => new Set(host.memory.toggled));
  const [active, setActive] = useState('');
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => metadataRows(metadata, toggled), [metadata, toggled]);
  const at = Math.max(0, rows.findIndex((row) => row.pointer === active));

  const toggle = (pointer: string): void => {
    const next = new Set(toggled);
    if (!next.delete(pointer)) {
      next.add(pointer);
    }
    setToggled(next);
    host.remember({ toggled: [...next] });
  };
  const focus = (index: number): void => {
    setActive(rows[index]?.pointer ?? '');
    tree.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.ctrlKey || event.metaKey || event.altKey ? undefined : walkTree(rows, at, event.key);
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    if ('to' in step) {
      focus(step.to);
    } else {
      toggle(step.toggle);
    }
  };
  return (
    <div class="tree" role="tree" aria-label={label} ref={tree} onKeyDown={onKeyDown}>
      {rows.map((row, index) => (
        <Row key={row.pointer} row={row} focusable={index === at} onFocus={() => setActive(row.pointer)} onToggle={() => toggle(row.pointer)} />
      ))}
    </div>
  );
}

function Row({ row, focusable, onFocus, onToggle }: {
  readonly row: MetadataRow;
  readonly focusable: boolean;
  readonly onFocus: () => void;
  readonly onToggle: () => void;
}): VNode {
  const { value } = row;
  const open = 'open' in value ? value.open : undefined;
  const branch = value.kind === 'object' || value.kind === 'array';
  return (
    <div
      class="tree-row" role="treeitem" tabIndex={focusable ? 0 : -1} style={{ '--level': row.level }}
      aria-level={row.level} aria-posinset={row.position} aria-setsize={row.siblings} aria-expanded={open} onFocus={onFocus}
    >
      <span class="twistie" onClick={branch ? onToggle : undefined}>{branch && <Icon name={open ? 'chevron-down' : 'chevron-right'} />}</span>
      {value.kind !== 'more' && <span class="key" onClick={branch ? onToggle : undefined}><Line>{row.key}</Line></span>}
      <Value value={value} onToggle={onToggle} />
    </div>
  );
}

function Value({ value, onToggle }: { readonly value: MetadataValue; readonly onToggle: () => void }): VNode {
  const { strings: { texts }, count, number } = usePage();
  switch (value.kind) {
    case 'object':
      return <span class="value faint">{count('keys', value.size)}</span>;
    case 'array':
      return <span class="value faint">{count('items', value.size)}</span>;
    case 'more':
      return <LinkButton tabIndex={-1} onClick={onToggle}>{fill(texts.showMore, number(value.hidden))}</LinkButton>;
    case 'string':
      return (
        <span class="value string">
          {inOrder(value.open === false ? `${value.text}…` : value.text)}
          {value.open !== undefined && <> <LinkButton tabIndex={-1} onClick={onToggle}>{value.open ? texts.showLess : texts.showAll}</LinkButton></>}
        </span>
      );
    case 'number':
      return <span class="value number">{plainNumber(value.value)}</span>;
    case 'boolean':
    case 'null':
      return <span class="value word">{value.text}</span>;
  }
}

/** As it stands in the JSON: a learning rate, a seed and a year are not amounts. */
const plainNumber = (value: number): string => String(value);
