import type { Ruler } from './runColumns';

/** Measures texts in the letters of two elements, of which thousands are soon measured: nothing is laid out. */
export function rulerOf(cell: Element, head: Element): Ruler {
  return { cell: measuring(cell), head: measuring(head) };
}

function measuring(element: Element): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(element);
  if (context !== null) {
    context.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  }
  return (text) => context?.measureText(text).width ?? 0;
}
