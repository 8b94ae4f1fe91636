/*
 * Names, descriptions and values come from others. What people see of them reads as it is stored, in the place that it was given.
 */

/** More than this no label, row or sentence shows of one text. */
const LONGEST = 1000;

/** One line of at most a thousand characters: control characters and what turns the writing direction around are shown as a placeholder. */
export const oneLine = (text: string): string => shortened(text, LONGEST).replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** The same for text that may have several lines and be of any length. */
export const inOrder = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

/** At most `length` characters, the last one telling that there is more. */
export const shortened = (text: string, length: number): string => {
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
};

/** Text after which left-to-right text goes on: without the mark, a number that follows Arabic or Hebrew would stand before it. */
export const closed = (text: string): string => (/[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(text) ? `${text}\u200e` : text);
