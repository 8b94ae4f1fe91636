import type { Context } from 'mocha';
import { closeEverything, openWorkbenches } from './workbench';

/** Hooks around every end-to-end test: a failed one leaves a picture, and nothing is left running. */
export const mochaHooks = {
  async afterEach(this: Context): Promise<void> {
    if (this.currentTest?.state !== 'failed') {
      return;
    }
    for (const [index, workbench] of openWorkbenches().entries()) {
      const file = await workbench.screenshot(`failed ${this.currentTest.fullTitle()} ${index}`);
      console.error(`Picture of the window: ${file}`);
      console.error(workbench.console.filter(line => line.startsWith('error') || line.startsWith('page error')).slice(-10).join('\n'));
    }
  },
  async afterAll(): Promise<void> {
    await closeEverything();
  },
};
