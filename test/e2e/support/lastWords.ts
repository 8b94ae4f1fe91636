import type { Context } from 'mocha';
import { closeEverything, openWorkbenches } from './workbench';

/** What every window of this editor complains about. */
const usual = /Failed to load resource|bad HTTP response code|Service Worker|authentication provider 'github'/;

/** Hooks around every end-to-end test: a failed one leaves a picture, and nothing is left running. */
export const mochaHooks = {
  async afterEach(this: Context): Promise<void> {
    if (this.currentTest?.state !== 'failed') {
      return;
    }
    for (const [index, workbench] of openWorkbenches().entries()) {
      const file = await workbench.screenshot(`failed ${this.currentTest.fullTitle()} ${index}`);
      console.error(`Picture of the window: ${file}`);
      console.error(workbench.console.filter(line => /^(page )?error/.test(line) && !usual.test(line)).slice(-10).join('\n'));
    }
  },
  async afterAll(): Promise<void> {
    await closeEverything();
  },
};
