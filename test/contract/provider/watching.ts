import assert from 'node:assert/strict';
import type { Change } from '../../../src/model/change';
import type { Trial } from './trial';

/** Changes are told. */
export function watching(on: Trial): void {
  on.whereOffered(['watch'], () => {
    it('tells of changes until it is stopped', async () => {
      const seen: Change[] = [];
      const stop = on.provider.watch!((change) => seen.push(change));
      try {
        await on.log({ a: '1' });
        const isOurs = (change: Change): boolean =>
          change.connection === on.provider.connection && (change.workspace ?? on.artifact.workspace) === on.artifact.workspace && (change.artifact ?? on.artifact.artifact) === on.artifact.artifact;
        const until = Date.now() + 2_000;
        while (!seen.some(isOurs) && Date.now() < until) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        assert.ok(seen.some(isOurs), 'a change within two seconds');
      } finally {
        stop();
        stop();
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
      const before = seen.length;
      await on.log({ a: '2' });
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(seen.length, before);
    });
  });
}
