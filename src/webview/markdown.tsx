import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Block, blocksOf, type Line } from './markdownText';

/** A text in Markdown, set as the server's own pages set it. It makes no links, and no markup of what it holds. */
export function Markdown({ text }: { readonly text: string }): VNode {
  const blocks = useMemo(() => blocksOf(text), [text]);
  return <div class="prose">{blocks.map((block, index) => <Set key={index} block={block} />)}</div>;
}

function Set({ block }: { readonly block: Block }): VNode {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? <h3><Spans spans={block.line} /></h3> : <h4><Spans spans={block.line} /></h4>;
    case 'paragraph':
      return <p><Lines lines={block.lines} /></p>;
    case 'quote':
      return <blockquote><Lines lines={block.lines} /></blockquote>;
    case 'list':
      return (
        <ul>
          {block.items.map(({ depth, sign, line }, index) => <li key={index} class={`depth-${depth}`}><span class="sign">{sign}</span><span><Spans spans={line} /></span></li>)}
        </ul>
      );
    case 'table':
      return (
        <table>
          <thead><tr>{block.header.map((cell, index) => <th key={index}><Spans spans={cell} /></th>)}</tr></thead>
          <tbody>{block.rows.map((row, index) => <tr key={index}>{row.map((cell, column) => <td key={column}><Spans spans={cell} /></td>)}</tr>)}</tbody>
        </table>
      );
    case 'code':
      return <pre><code>{block.text}</code></pre>;
    case 'rule':
      return <hr />;
  }
}

/** Lines stay lines: most of what is written there was never meant as Markdown. */
const Lines = ({ lines }: { readonly lines: readonly Line[] }): VNode => (
  <>{lines.flatMap((line, index) => [...(index === 0 ? [] : [<br key={`break ${index}`} />]), <Spans key={index} spans={line} />])}</>
);

const Spans = ({ spans }: { readonly spans: Line }): VNode => <>{spans.map((span, index) => <Marked key={index} {...span} />)}</>;

function Marked({ text, mark }: Line[number]): VNode {
  if (mark === undefined || mark === 'address') {
    return <span class={mark && 'faint'}>{text}</span>;
  }
  const Element = mark;
  return <Element>{text}</Element>;
}
