import assert from 'node:assert/strict';
import { textOf } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

/** Numbers of versions, and who gets them. */
export function numbers(on: Trial): void {
  describe('numbers', () => {
    it('begins with 1.0.0, then takes the next of what is asked for', async () => {
      assert.deepEqual(await on.provider.nextVersions(on.artifact), { major: '1.0.0', minor: '1.0.0', patch: '1.0.0' });
      await on.log({ a: '1' }, { version: 'patch' });
      assert.deepEqual(await on.provider.nextVersions(on.artifact), { major: '2.0.0', minor: '1.1.0', patch: '1.0.1' });
      await on.log({ a: '2' }, { version: 'minor' });
      await on.log({ a: '3' }, { version: 'patch' });
      await on.log({ a: '4' }, { version: 'major' });
      assert.deepEqual(await on.numbers(), ['2.0.0', '1.1.1', '1.1.0', '1.0.0']);
    });

    it('refuses a number that exists', async () => {
      await on.log({ a: '1' }, { version: '1.2.3' });
      await assert.rejects(on.log({ a: '2' }, { version: '1.2.3' }), rejectsWith('alreadyExists'));
      assert.equal(await textOf(on.provider.read({ ...on.artifact, version: '1.2.3', path: 'a' })), '1');
    });

    it('gives a number to one of two writers that ask for it at once', async () => {
      const attempts = await Promise.allSettled(['one', 'two', 'three'].map((text) => on.log({ a: text, b: text }, { version: '3.0.0' })));
      const won = attempts.filter((attempt) => attempt.status === 'fulfilled');
      assert.equal(won.length, 1);
      for (const attempt of attempts) {
        assert.ok(attempt.status === 'fulfilled' || rejectsWith('alreadyExists')(attempt.reason));
      }
      const text = await textOf(on.provider.read({ ...on.artifact, version: '3.0.0', path: 'a' }));
      assert.equal(text, ['one', 'two', 'three'][attempts.findIndex((attempt) => attempt.status === 'fulfilled')]);
      assert.equal(await textOf(on.provider.read({ ...on.artifact, version: '3.0.0', path: 'b' })), text);
    });

    it('gives each of several writers a number of its own', async () => {
      const versions = await Promise.all(['one', 'two', 'three', 'four'].map((text) => on.log({ a: text })));
      assert.deepEqual(versions.map(({ version }) => version).sort(), ['1.0.0', '2.0.0', '3.0.0', '4.0.0']);
      assert.deepEqual(await on.numbers(), ['4.0.0', '3.0.0', '2.0.0', '1.0.0']);
    });

    it('refuses what is no number', async () => {
      for (const version of ['v1', '1.0', 'latest', '', '1.0.0+build', '1.0.0/../2']) {
        await assert.rejects(on.log({ a: '1' }, { version }), rejectsWith('invalid'), version);
      }
    });
  });
}
