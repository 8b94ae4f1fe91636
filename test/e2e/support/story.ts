import type { Context, Test } from 'mocha';

/** For tests of which each goes on where the one before it stopped: after a failure the others say nothing and only wait in vain. */
export function tellsOneStory(): void {
  let failed: string | undefined;
  beforeEach(function (this: Context) {
    if (failed !== undefined) {
      this.skip();
    }
  });
  afterEach(function (this: Context) {
    const test = this.currentTest as Test;
    failed ??= test.state === 'failed' ? test.title : undefined;
  });
}
