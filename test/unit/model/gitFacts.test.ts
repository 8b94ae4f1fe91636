import * as assert from 'node:assert/strict';
import { gitFacts } from '../../../src/model/gitFacts';

describe('git in the metadata', () => {
  it('is what logging writes', () => {
    assert.deepEqual(
      gitFacts({ git: { commit: '3f2c1ab9', branch: 'main', dirty: true, remote: 'https://example.com/a.git', path: 'data' } }),
      { commit: '3f2c1ab9', branch: 'main', dirty: true, remote: 'https://example.com/a.git' },
    );
  });

  it('is clean unless it says otherwise', () => {
    assert.equal(gitFacts({ git: { commit: '3f2c1ab9' } })?.dirty, false);
  });

  it('is none without a commit that looks like one', () => {
    for (const git of ['3f2c1ab9', null, [], {}, { commit: 1 }, { commit: '--upload-pack=evil' }, { commit: '' }]) {
      assert.equal(gitFacts({ git }), undefined);
    }
    assert.equal(gitFacts({}), undefined);
  });
});
