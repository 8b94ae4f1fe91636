import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import type { Choice } from '../prompts';

/** In the place of rows that could not be read: it says why, whatever is typed. */
export const problemRow = (error: unknown): Choice<never> => ({ label: `$(warning) ${escapeIcons(sentenceOf(error))}`, alwaysShow: true });
