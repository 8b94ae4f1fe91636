import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { useFindKey } from './findKey';
import { Icon, IconButton } from './parts';
import { useTable } from './runTableContext';
import { fill } from './words';

/** The filter of a table, which the server reads: sent with Enter. What it says about it stands below the box, as in VS Code's own. */
export function RunFilter({ text, expression, problem, onFilter, onLeave }: {
  readonly text: string;
  readonly expression: string | undefined;
  readonly problem: string | undefined;
  readonly onFilter: (text: string) => void;
  /** Down leads into the table. */
  readonly onLeave: () => void;
}): VNode {
  const { texts } = useTable();
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  useFindKey(input);
  // Whoever types on at once has typed more than what was sent, and keeps it.
  const send = (): void => {
    setTyped(typed.trim());
    onFilter(typed.trim());
  };
  const clear = (): void => {
    setTyped('');
    if (text !== '') {
      onFilter('');
    }
    input.current?.focus();
  };
  const label = expression === undefined ? texts.filterByName : fill(texts.filter, expression);
  return (
    <div class="run-filter">
      <div class={problem === undefined ? 'input-box' : 'input-box invalid'}>
        <input
          ref={input} type="text" spellcheck={false} placeholder={label} title={label} aria-label={label} aria-invalid={problem !== undefined} aria-describedby={problem && 'filter-problem'} value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              send();
            } else if (event.key === 'Escape' && typed !== '') {
              clear();
            } else if (event.key === 'ArrowDown') {
              event.preventDefault();
              onLeave();
            }
          }}
        />
        {typed !== '' && <IconButton icon="close" label={texts.clearFilter} onClick={clear} />}
      </div>
      {problem !== undefined && <p id="filter-problem" class="filter-problem" role="alert"><Icon name="error" /> {problem}</p>}
    </div>
  );
}
