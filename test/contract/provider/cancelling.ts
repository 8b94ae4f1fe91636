import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Call } from '../../../src/model/call';
import type { AssetSource } from '../../../src/providers/provider';
import { all, source } from '../../support/providers';
import { pseudoRandom } from './pseudoRandom';
import { rejectsWith, type Trial } from './trial';

/** A signal stops whatever runs. */
export function cancelling(on: Trial): void {
  describe('an aborted signal', () => {
    const reason = new DOMException('enough', 'AbortError');
    const aborted: Call = { signal: AbortSignal.abort(reason) };
    const isReason = (error: unknown): boolean => error === reason;

    it('stops every method before it begins', async () => {
      const version = await on.log({ a: '1' });
      for (const attempt of [
        () => all(on.provider.workspaces(aborted)),
        () => all(on.provider.artifacts({ ...on.artifact }, aborted)),
        () => on.provider.artifact(on.artifact, aborted),
        () => all(on.provider.versions(on.artifact, aborted)),
        () => on.provider.version(version, aborted),
        () => on.provider.nextVersions(on.artifact, aborted),
        () => all(on.provider.entries({ ...version, path: '' }, aborted)),
        () => on.provider.entry({ ...version, path: 'a' }, aborted),
        () => all(on.provider.assets(version, aborted)),
        () => all(on.provider.read({ ...version, path: 'a' }, 0, aborted)),
        () => on.provider.begin({ ...on.artifact, type: 'dataset', version: 'major' }, aborted),
        () => on.provider.runNaming?.rename({ ...on.artifact, run: 'any' }, 'train', aborted) ?? Promise.reject(reason),
      ]) {
        await assert.rejects(attempt, isReason, String(attempt));
      }
    });

    it('stops within a tick what has begun', async () => {
      const version = await on.log(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.txt`, `${index}`])));
      const bytes = await on.log({ 'large.bin': pseudoRandom(5_000_000) });
      const attempts: readonly ((call: Call) => Promise<unknown>)[] = [
        (call) => on.provider.version(version, call),
        (call) => all(on.provider.assets(version, call)),
        (call) => all(on.provider.entries({ ...version, path: '' }, call)),
        (call) => all(on.provider.read({ ...bytes, path: 'large.bin' }, 0, call)),
        (call) => on.provider.begin({ ...on.artifact, type: 'dataset', version: 'major' }, call),
      ];
      for (const attempt of attempts) {
        const controller = new AbortController();
        const outcome = settled(attempt({ signal: controller.signal }));
        controller.abort(reason);
        await setImmediate();
        assert.deepEqual(outcome.state, { failed: reason }, String(attempt));
      }
    });

    it('stops a stream in the middle', async () => {
      const version = await on.log({ 'large.bin': pseudoRandom(8_000_000) });
      const controller = new AbortController();
      let seen = 0;
      await assert.rejects(async () => {
        for await (const piece of on.provider.read({ ...version, path: 'large.bin' }, 0, { signal: controller.signal })) {
          seen += piece.length;
          controller.abort(reason);
        }
      }, isReason);
      assert.ok(seen < 8_000_000);
    });

    it('stops a log and leaves no version', async () => {
      const controller = new AbortController();
      await assert.rejects(on.write({}, async (writer) => {
        const endless: AssetSource = {
          path: 'endless',
          size: 1,
          async *open() {
            for (;;) {
              yield new Uint8Array(100_000);
              await setImmediate();
            }
          },
        };
        await writer.put([endless], { signal: controller.signal, onProgress: () => controller.abort(reason) });
      }), isReason);
      await assert.rejects(on.provider.artifact(on.artifact), rejectsWith('notFound'));
    });

    it('stops a commit, or comes too late for it', async () => {
      const controller = new AbortController();
      const outcome = await on.write({}, async (writer) => {
        await writer.put([source('a', '1')]);
        const commit = writer.commit({ signal: controller.signal }).then(() => 'committed', (error: unknown) => error);
        controller.abort(reason);
        return commit;
      });
      const there = await on.provider.artifact(on.artifact).then(() => true, () => false);
      assert.ok(there ? outcome === 'committed' : outcome === reason);
    });
  });
}

type State<T> = { readonly waiting: true } | { readonly done: T } | { readonly failed: unknown };

function settled<T>(promise: Promise<T>): { readonly state: State<T> } {
  const outcome: { state: State<T> } = { state: { waiting: true } };
  promise.then((done) => { outcome.state = { done }; }, (failed: unknown) => { outcome.state = { failed }; });
  return outcome;
}
