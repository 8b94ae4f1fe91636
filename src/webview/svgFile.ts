import type { Strings } from '../protocol/words';
import { curve, type Drawing, NODE_HEIGHT, NODE_WIDTH, pathThrough, type PlacedNode } from './layout';
import { BAND, cornerOf } from './nodeShape';
import { nodeText } from './nodeText';

/** Colours and letters of the theme, because a file has no style sheet. */
export interface Paint {
  readonly background: string;
  readonly foreground: string;
  readonly faint: string;
  readonly line: string;
  readonly font: string;
}

export function paintOf(element: Element): Paint {
  const style = getComputedStyle(element);
  const variable = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
  return {
    background: variable('--vscode-editor-background', '#ffffff'),
    foreground: variable('--vscode-foreground', '#3b3b3b'),
    faint: variable('--vscode-descriptionForeground', '#717171'),
    line: variable('--vscode-contrastBorder', '') || variable('--vscode-descriptionForeground', '#717171'),
    font: variable('--vscode-font-family', 'sans-serif'),
  };
}

/** The drawing as a file of its own. Names stand in it as text only. */
export function drawingToSvg(drawing: Drawing, selected: string, strings: Pick<Strings, 'texts'>, paint: Paint): string {
  const path = pathThrough(drawing.edges.map(({ edge }) => edge), selected);
  const opacity = (...ids: readonly string[]): string => (ids.every((id) => path.has(id)) ? '1' : '0.5');
  const size = `width="${drawing.width}" height="${drawing.height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${drawing.width} ${drawing.height}" font-family="${escaped(paint.font)}">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0.5L8,4L0,7.5z" fill="${escaped(paint.line)}"/></marker></defs>`,
    `<rect ${size} fill="${escaped(paint.background)}"/>`,
    ...drawing.edges.map(({ edge, points }) =>
      `<path d="${curve(points)}" fill="none" stroke="${escaped(paint.line)}" stroke-width="1.5" opacity="${opacity(edge.from, edge.to)}" marker-end="url(#arrow)"/>`),
    ...drawing.nodes.map((placed) => nodeToSvg(placed, opacity(placed.node.id), strings, paint)),
    '</svg>\n',
  ].join('\n');
}

function nodeToSvg({ node, x, y }: PlacedNode, opacity: string, strings: Pick<Strings, 'texts'>, paint: Paint): string {
  const { title, detail, full } = nodeText(node, strings);
  return [
    `<g transform="translate(${x},${y})" opacity="${opacity}"><title>${escaped(full)}</title>`,
    `<rect width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="${cornerOf(node)}" fill="${escaped(paint.background)}" stroke="${escaped(paint.line)}"/>`,
    node.kind === 'dataset' ? `<path d="${BAND}" stroke="${escaped(paint.line)}"/>` : '',
    `<text x="18" y="19" font-size="13" fill="${escaped(paint.foreground)}">${escaped(title)}</text>`,
    `<text x="18" y="35" font-size="11" fill="${escaped(paint.faint)}">${escaped(detail)}</text></g>`,
  ].join('');
}

/** XML allows no control characters at all. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
