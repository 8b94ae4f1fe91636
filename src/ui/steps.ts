import { BACK, SKIPPED } from './prompts';

/** Goes through steps in order; a step that answers BACK leads to the one that asked before it. */
export async function walk(steps: readonly ((canGoBack: boolean) => Promise<unknown>)[]): Promise<void> {
  const asked: number[] = [];
  for (let at = 0; at < steps.length;) {
    const answer = await steps[at]?.(asked.length > 0);
    if (answer === BACK) {
      at = asked.pop() ?? at;
    } else {
      if (answer !== SKIPPED) {
        asked.push(at);
      }
      at++;
    }
  }
}
