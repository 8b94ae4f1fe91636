import type { Counted } from '../protocol/words';

/** Puts what belongs there in the place of `{0}`, `{1}`, …; what is left over stays as it is. */
export function fill(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/gu, (hole, index: string) => String(values[Number(index)] ?? hole));
}

/** The same for parts of the page, in the order that the language wants. */
export function fillParts<T>(template: string, ...values: readonly T[]): (string | T)[] {
  return template.split(/(\{\d+\})/u).map((part) => {
    const index = /^\{(\d+)\}$/u.exec(part)?.[1];
    return index === undefined ? part : (values[Number(index)] ?? part);
  });
}

/** `1 file`, `12 files`. */
export function counted(words: Counted, count: number, locale: string): string {
  const form = new Intl.PluralRules(locale).select(count) === 'one' ? words.one : words.other;
  return fill(form, new Intl.NumberFormat(locale).format(count));
}
