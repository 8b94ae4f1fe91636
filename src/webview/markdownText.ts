/*
 * What people write about runs and models on a server is Markdown, which its own pages show set. Here a text is taken apart into blocks that the
 * page knows how to draw; what is none of them stays the text that it is, tags of HTML included.
 */

export type Mark = 'strong' | 'em' | 'code' | 'address';

/** A part of a line; plain without a mark. */
export interface Span {
  readonly text: string;
  readonly mark?: Mark;
}

export type Line = readonly Span[];

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly line: Line }
  | { readonly kind: 'paragraph' | 'quote'; readonly lines: readonly Line[] }
  | { readonly kind: 'list'; readonly items: readonly { readonly depth: number; readonly sign: string; readonly line: Line }[] }
  | { readonly kind: 'table'; readonly header: readonly Line[]; readonly rows: readonly (readonly Line[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'rule' };

const FENCE = /^ {0,3}(`{3,}|~{3,})/u;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)(?:\s+#{1,6})?$/u;
const RULE = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/u;
const ITEM = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/u;
const QUOTE = /^ {0,3}> ?(.*)$/u;
const UNDER_HEADER = /^\s*\|?(?:\s*:?-{1,100}:?\s*\|)+(?:\s*:?-{1,100}:?\s*)?$/u;

/** Most marks are looked for within so many characters: a text of brackets alone takes no longer than any other. */
const INLINE = new RegExp([
  String.raw`\\(?<literal>[\\\x60*_{}[\]()#+\-.!|>~])`,
  String.raw`\x60(?<code>[^\x60]{1,500})\x60`,
  String.raw`\*\*(?<strong>[^*\s](?:[^*]{0,500}[^*\s])?)\*\*`,
  String.raw`\*(?<em>[^*\s](?:[^*]{0,500}[^*\s])?)\*`,
  String.raw`(?<![\p{L}\p{N}_])_(?<em2>[^_\s](?:[^_]{0,500}[^_\s])?)_(?![\p{L}\p{N}_])`,
  String.raw`!?\[(?<label>[^[\]]{0,500})\]\((?<address>[^()\s]{1,2000})\)`,
].join('|'), 'gu');

export function blocksOf(text: string): readonly Block[] {
  const lines = text.split(/\r\n?|\n/u);
  const blocks: Block[] = [];
  let at = 0;
  /** The lines from here on of which this is true. */
  const while_ = (holds: (line: string) => boolean): readonly string[] => {
    const from = at;
    while (at < lines.length && holds(lines[at] ?? '')) {
      at++;
    }
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line)?.[1];
    const heading = HEADING.exec(line);
    if (line.trim() === '') {
      at++;
    } else if (fence !== undefined) {
      at++;
      blocks.push({ kind: 'code', text: while_((each) => !each.trim().startsWith(fence)).join('\n') });
      at++;
    } else if (heading !== null) {
      at++;
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, line: spansOf(heading[2] ?? '') });
    } else if (RULE.test(line)) {
      at++;
      blocks.push({ kind: 'rule' });
    } else if (QUOTE.test(line)) {
      blocks.push({ kind: 'quote', lines: while_((each) => QUOTE.test(each)).map((each) => spansOf(QUOTE.exec(each)?.[1] ?? '')) });
    } else if (ITEM.test(line)) {
      blocks.push({ kind: 'list', items: while_((each) => ITEM.test(each)).map(itemOf) });
    } else if (line.includes('|') && UNDER_HEADER.test(lines[at + 1] ?? '')) {
      const [header = '', , ...rows] = while_((each) => each.includes('|'));
      blocks.push({ kind: 'table', header: cellsOf(header), rows: rows.map(cellsOf) });
    } else {
      blocks.push({ kind: 'paragraph', lines: while_((each) => each.trim() !== '' && !beginsBlock(each)).map(spansOf) });
    }
  }
  return blocks;
}

const beginsBlock = (line: string): boolean => [FENCE, HEADING, RULE, QUOTE, ITEM].some((form) => form.test(line));

function itemOf(line: string): { depth: number; sign: string; line: Line } {
  const [, indent = '', number, text = ''] = ITEM.exec(line) ?? [];
  return { depth: Math.min(4, Math.floor(indent.replaceAll('\t', '    ').length / 2)), sign: number === undefined ? '•' : `${number}.`, line: spansOf(text) };
}

const cellsOf = (line: string): readonly Line[] => line.trim().replace(/^\||\|$/gu, '').split('|').map((cell) => spansOf(cell.trim()));

function spansOf(text: string): Line {
  const spans: Span[] = [];
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) {
      spans.push({ text: text.slice(from, to) });
    }
  };
  for (const found of text.matchAll(INLINE)) {
    const { literal, code, strong, em, em2, label, address } = found.groups ?? {};
    plain(found.index);
    from = found.index + found[0].length;
    if (literal !== undefined) {
      spans.push({ text: literal });
    } else if (code !== undefined) {
      spans.push({ text: code, mark: 'code' });
    } else if (address !== undefined) {
      // Where it leads is read, not clicked: what it is called is its writer's word.
      spans.push(...(label === undefined || label === '' || label === address ? [] : [{ text: `${label} ` }]), { text: address, mark: 'address' });
    } else {
      spans.push(strong === undefined ? { text: em ?? em2 ?? '', mark: 'em' } : { text: strong, mark: 'strong' });
    }
  }
  plain(text.length);
  return spans;
}
