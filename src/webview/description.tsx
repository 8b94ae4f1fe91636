import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { inOrder, oneLine, shortened } from '../model/line';
import { usePage } from './context';
import { Markdown } from './markdown';
import { LinkButton } from './parts';
import { Section } from './section';
import { fill } from './words';

/** What nobody reads to its end before the rest of the page. */
const LONG_TEXT = 2000;

/** What somebody wrote about it; nothing where nobody did. `of`: its name, where a page has the words of several. */
export function Description({ text = '', of }: { readonly text?: string | undefined; readonly of?: string | undefined }): VNode | null {
  const { strings: { texts } } = usePage();
  const [open, setOpen] = useState(false);
  if (text === '') {
    return null;
  }
  const short = shortened(text, LONG_TEXT);
  return (
    <Section title={of === undefined ? texts.description : fill(texts.descriptionOf, oneLine(of))}>
      <Markdown text={inOrder(open ? text : short)} />
      {short !== text && <LinkButton onClick={() => setOpen(!open)}>{open ? texts.showLess : texts.showAll}</LinkButton>}
    </Section>
  );
}
