const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' };

/** Contents of all elements of a name, as they stand in the text. Enough for the flat answers of S3 and STS. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'gu'))].map(([, content = '']) => content);
}

/** The text of the first element of a name. */
export function element(xml: string, name: string): string | undefined {
  const [content] = elements(xml, name);
  return content?.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/giu, (whole, decimal?: string, hex?: string, named?: string) =>
    (named === undefined ? String.fromCodePoint(Math.min(0x10ffff, decimal === undefined ? parseInt(hex ?? '0', 16) : Number(decimal))) : ENTITIES[named] ?? whole));
}

export const escaped = (text: string): string => text.replace(/[&<>"']/gu, (sign) => `&#${sign.charCodeAt(0)};`);
