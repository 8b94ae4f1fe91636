import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { inOrder, shortened } from '../model/line';
import { usePage } from './context';
import { LinkButton } from './parts';
import { Section } from './section';

/** What nobody reads to its end before the rest of the page. */
const LONG_TEXT = 2000;

/** What somebody wrote about it; nothing where nobody did. */
export function Description({ text = '' }: { readonly text?: string | undefined }): VNode | null {
  const { strings: { texts } } = usePage();
  const [open, setOpen] = useState(false);
  if (text === '') {
    return null;
  }
  const short = shortened(text, LONG_TEXT);
  return (
    <Section title={texts.description}>
      <p class="description">{inOrder(open ? text : short)}</p>
      {short !== text && <LinkButton onClick={() => setOpen(!open)}>{open ? texts.showLess : texts.showAll}</LinkButton>}
    </Section>
  );
}
