import { oneLine } from '../model/line';

/*
 * Names, metadata and links come from others. In markdown and beside icons they must stay text.
 */

/**
 * Text for a MarkdownString. Stricter than its appendText, which leaves addresses to become links and `$(icon)` to become an icon:
 * everything but letters, digits and blanks is written as a character reference.
 */
export const escapeMarkdown = (text: string): string => oneLine(text).replace(/[^\p{L}\p{M}\p{N} ]/gu, (character) => `&#${character.codePointAt(0) ?? 0xfffd};`);

/** Text for the status bar, where `$(icon)` would become an icon. */
export const escapeIcons = (text: string): string => oneLine(text).replaceAll('$(', '\\$(');
