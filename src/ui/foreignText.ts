/*
 * Names, metadata and links come from others. In a label they must stay one line that reads as it is stored; in markdown they must stay text.
 */

/** One line: control characters and what turns the writing direction around are shown as a placeholder. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** At most `length` characters, the last one telling that there is more. */
export const shortened = (text: string, length: number): string => {
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
};

/**
 * Text for a MarkdownString. Stricter than its appendText, which leaves addresses to become links and `$(icon)` to become an icon:
 * everything but letters, digits and blanks is written as a character reference.
 */
export const escapeMarkdown = (text: string): string => oneLine(text).replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${character.codePointAt(0) ?? 0xfffd};`);

/** Text for the status bar, where `$(icon)` would become an icon. */
export const escapeIcons = (text: string): string => oneLine(text).replaceAll('$(', '\\$(');
