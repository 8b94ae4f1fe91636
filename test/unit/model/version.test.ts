import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareVersions, isVersionNumber, newestFirst, nextVersion } from '../../../src/model/version';

describe('version numbers', () => {
  it('begin with 1.0.0 whatever the bump', () => {
    for (const bump of ['major', 'minor', 'patch'] as const) {
      assert.equal(nextVersion(bump, []), '1.0.0');
    }
  });

  it('go from 2.5.14 to 3.0.0, 2.6.0 and 2.5.15', () => {
    const live = ['1.0.0', '2.5.14', '2.5.9'];
    assert.equal(nextVersion('major', live), '3.0.0');
    assert.equal(nextVersion('minor', live), '2.6.0');
    assert.equal(nextVersion('patch', live), '2.5.15');
  });

  it('skip a number that was deleted', () => {
    assert.equal(nextVersion('major', ['1.0.0'], ['1.0.0', '2.0.0', '3.0.0']), '4.0.0');
    assert.equal(nextVersion('major', [], ['1.0.0']), '2.0.0');
  });

  it('are never used twice and always rise', () => {
    const number = fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40)).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.array(number), fc.array(number), fc.constantFrom('major', 'minor', 'patch'), (live, deleted, bump) => {
        const next = nextVersion(bump, live, [...live, ...deleted]);
        assert.ok(!live.includes(next) && !deleted.includes(next));
        assert.ok(live.every((number_) => compareVersions(number_, next) < 0));
      }),
    );
  });

  it('are told from other words', () => {
    for (const good of ['1.0.0', '0.0.1', '2.1.0-rc.1', '10.20.30']) {
      assert.ok(isVersionNumber(good), good);
    }
    for (const bad of ['v1.0.0', '1.0', '1', 'prod', '', ' 1.0.0', '1.0.0+build', '01.0.0', '1.0.0.0']) {
      assert.ok(!isVersionNumber(bad), bad);
    }
  });

  it('sort by precedence, not by letters', () => {
    assert.deepEqual(newestFirst(['1.9.0', '1.10.0', '1.10.0-rc.1', '0.9.0']), ['1.10.0', '1.10.0-rc.1', '1.9.0', '0.9.0']);
  });
});
