/**
 * A text as a literal of Python, on one line, whatever is in it: quotes, line breaks and backslashes are escaped, and so is
 * all that does not show, as it could make the line read otherwise than it runs.
 */
export function pythonText(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.replace(/[^\P{C}]|[^\P{Z} ]/gu, (character) => escaped(character.codePointAt(0) ?? 0));
}

const escaped = (point: number): string => (point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`);
