import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { commitPage, isCommit, withoutCredentials } from '../../../src/model/gitRemote';

const commit = '3f2c1ab0c9d8e7f60123456789abcdef01234567';

describe('the remote of a repository', () => {
  const cleaned: readonly (readonly [string, string])[] = [
    ['https://ada:secret@git.example.com/team/churn.git', 'https://git.example.com/team/churn.git'],
    ['https://ghp_token@github.com/team/churn', 'https://github.com/team/churn'],
    ['https://ada:p@ss@git.example.com/churn', 'https://git.example.com/churn'],
    ['https://git.example.com/~ada@home/churn', 'https://git.example.com/~ada@home/churn'],
    ['ssh://git:secret@git.example.com:22/churn', 'ssh://git@git.example.com:22/churn'],
    ['git@github.com:team/churn.git', 'git@github.com:team/churn.git'],
    ['/srv/git/churn.git', '/srv/git/churn.git'],
  ];
  for (const [remote, expected] of cleaned) {
    it(`is kept without credentials: ${expected}`, () => assert.equal(withoutCredentials(remote), expected));
  }
});

describe('the page of a commit', () => {
  const pages: readonly (readonly [string, string])[] = [
    ['git@github.com:team/churn.git', `https://github.com/team/churn/commit/${commit}`],
    ['https://github.com/team/churn', `https://github.com/team/churn/commit/${commit}`],
    ['ssh://git@gitlab.com/group/sub/churn.git', `https://gitlab.com/group/sub/churn/-/commit/${commit}`],
    ['https://ada@bitbucket.org/team/churn.git', `https://bitbucket.org/team/churn/commits/${commit}`],
  ];
  for (const [remote, page] of pages) {
    it(`is built for ${remote}`, () => assert.equal(commitPage(remote, commit), page));
  }

  const refused: readonly string[] = [
    'https://evil.example/team/churn', 'https://github.com.evil.example/team/churn', 'https://evil.example/github.com/team/churn',
    'https://github.com/../churn', 'https://github.com/team/churn?x=1', 'javascript:alert(1)//github.com/a/b', 'file:///github.com/team/churn', '/srv/git/churn.git', '',
  ];
  for (const remote of refused) {
    it(`is not built for ${JSON.stringify(remote)}`, () => assert.equal(commitPage(remote, commit), undefined));
  }

  it('is not built for what is no commit', () => assert.equal(commitPage('https://github.com/team/churn', '../../settings'), undefined));
});

describe('a commit', () => {
  it('is a hash, short or whole', () => assert.deepEqual([isCommit('3f2c1ab'), isCommit(commit)], [true, true]));
  it('is nothing else', () => assert.deepEqual([isCommit('main'), isCommit('3f2c1a'), isCommit('--help')], [false, false, false]));
});
