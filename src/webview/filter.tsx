import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AssetPage } from '../model/assetPage';
import { usePage } from './context';
import { IconButton } from './parts';
import { fill } from './words';

const TYPING_MS = 120;

/** The filter box over the files, and what it found. */
export function Filter({ text, page, onChange }: {
  readonly text: string;
  readonly page: AssetPage | undefined;
  readonly onChange: (text: string) => void;
}): VNode {
  const { strings: { texts }, count, number } = usePage();
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (typed === text) {
      return undefined;
    }
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
        event.preventDefault();
        input.current?.select();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <div class="filter">
      <div class="input-box">
        <input
          ref={input} type="text" spellcheck={false} placeholder={texts.filter} aria-label={texts.filter} value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && typed !== '') {
              setTyped('');
            }
          }}
        />
        {typed !== '' && <IconButton icon="close" label={texts.clearFilter} onClick={() => setTyped('')} />}
      </div>
      <span class="faint" role="status">
        {page && (page.query.filter === '' ? count('files', page.total) : fill(texts.matching, number(page.matched), count('files', page.total)))}
        {page && !page.complete && ` ${texts.counting}`}
      </span>
    </div>
  );
}
