import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';

interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly badge?: string | undefined;
}

/** The tab that a key leads to from `selected`, or nothing. */
export function tabAfter<Id extends string>(ids: readonly Id[], selected: Id, key: string): Id | undefined {
  const index = ids.indexOf(selected);
  switch (key) {
    case 'ArrowRight':
      return ids[(index + 1) % ids.length];
    case 'ArrowLeft':
      return ids[(index - 1 + ids.length) % ids.length];
    case 'Home':
      return ids[0];
    case 'End':
      return ids.at(-1);
    default:
      return undefined;
  }
}

export function Tabs<Id extends string>({ label, tabs, selected, onSelect, children }: {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  readonly children: ComponentChildren;
}): VNode {
  const bar = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = tabAfter(tabs.map(({ id }) => id), selected, event.key);
    if (next !== undefined) {
      event.preventDefault();
      onSelect(next);
      bar.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    }
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={bar} onKeyDown={onKeyDown}>
        {tabs.map(({ id, label: text, badge }) => (
          <button
            key={id} id={`tab-${id}`} type="button" role="tab" class="tab" aria-selected={id === selected} aria-controls="tab-content"
            tabIndex={id === selected ? 0 : -1} onClick={() => onSelect(id)}
          >
            {text}
            {badge !== undefined && <span class="badge">{badge}</span>}
          </button>
        ))}
      </div>
      <div class="tab-content" id="tab-content" role="tabpanel" aria-labelledby={`tab-${selected}`}>{children}</div>
    </>
  );
}
