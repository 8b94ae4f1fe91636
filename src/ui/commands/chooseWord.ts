import { nameProblem } from '../../model/reference';
import { escapeIcons } from '../foreignText';
import type { Back, Choice, Frame, Prompts } from '../prompts';

/** One of some words, or a new one; Enter keeps the present one. */
export async function chooseWord(
  prompts: Prompts, frame: Frame, placeholder: string, words: readonly { readonly label: string; readonly icon: string }[], present: string | undefined,
): Promise<string | Back> {
  return prompts.pick<string>({ ...frame, placeholder }, (pick) => {
    const rows = words.map(({ label, icon }): Choice<string> => ({ label: `$(${icon}) ${escapeIcons(label)}`, value: label }));
    const show = (): void => {
      const typed = pick.typed.trim();
      const problem = nameProblem(typed);
      const isKnown = typed === '' || words.some(({ label }) => label === typed);
      const fresh: Choice<string> = problem === undefined
        ? { label: `$(add) ${escapeIcons(typed)}`, value: typed, alwaysShow: true }
        : { label: `$(error) ${problem}`, alwaysShow: true };
      pick.show(isKnown ? rows : [...rows, fresh], typed === '' ? rows.find((row) => row.value === present) : undefined);
    };
    pick.onType(show);
    show();
  });
}
