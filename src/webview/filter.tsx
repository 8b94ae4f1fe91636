import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useWords } from './context';
import { useFindKey } from './findKey';
import { IconButton } from './parts';

const TYPING_MS = 120;

/** The filter box over a list. `children` say what it found. */
export function Filter({ text, label, onChange, children }: {
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly children: ComponentChildren;
}): VNode {
  const { strings: { texts } } = useWords();
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (typed === text) {
      return undefined;
    }
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useFindKey(input);
  return (
    <div class="filter">
      <div class="input-box">
        <input
          ref={input} type="text" spellcheck={false} placeholder={label} aria-label={label} value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && typed !== '') {
              setTyped('');
            }
          }}
        />
        {typed !== '' && <IconButton icon="close" label={texts.clearFilter} onClick={() => setTyped('')} />}
      </div>
      <span class="faint" role="status">{children}</span>
    </div>
  );
}
