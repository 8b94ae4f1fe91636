import { createHash } from 'node:crypto';

type Tags = Readonly<Record<string, string>>;

/** A text as tags: those that must stand before, and the one that makes them count. */
export interface TagParts {
  readonly parts: Tags;
  readonly head: string;
}

/** A text for the tag `name`, of at most `most` UTF-16 units a tag: as it is, or in parts. */
export function tagParts(name: string, text: string, most: number): TagParts {
  if (text.length <= most) {
    return { parts: {}, head: text };
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  // No character is cut in two.
  const pieces = text.match(new RegExp(`[^]{0,${most - 1}}[^\\ud800-\\udbff]`, 'g')) ?? [];
  return {
    parts: Object.fromEntries(pieces.map((piece, index) => [`${name}.${digest}.${index}`, piece])),
    head: `#${digest}:${pieces.length}`,
  };
}

/** What stands in the tag `name`, or in the parts that it names. Anything may: everybody writes tags. */
export function textOfTags(name: string, tags: Tags): string | undefined {
  const keys = partKeys(name, tags);
  return keys.length === 0 ? tags[name] : keys.map((key) => tags[key] ?? '').join('');
}

/** The keys of the parts that the tag `name` names; none where it holds the text itself. */
export function partKeys(name: string, tags: Tags): readonly string[] {
  const [, digest = '', count = '0'] = /^#([0-9a-f]{12}):(\d{1,4})$/u.exec(tags[name] ?? '') ?? [];
  return Array.from({ length: Number(count) }, (_, index) => `${name}.${digest}.${index}`);
}
