import type { VNode } from 'preact';
import type { Run } from '../model/artifact';
import { usePage } from './context';
import { Icon } from './parts';

const STATUS_ICONS = { running: 'play-circle', finished: 'pass', failed: 'error' } as const;

/** An icon and the word, so that neither colour nor shape has to say it alone. */
export function RunStatus({ status }: { readonly status: Run['status'] }): VNode {
  const { strings: { texts } } = usePage();
  return <StatusWord status={status} word={texts[status]} />;
}

export const StatusWord = ({ status, word }: { readonly status: Run['status']; readonly word: string }): VNode => (
  <span class={`run-status ${status}`}><Icon name={STATUS_ICONS[status]} /> {word}</span>
);
