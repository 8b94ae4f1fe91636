import assert from 'node:assert/strict';
import { isArtifactError } from '../../../src/model/errors';
import { aliasProblem, formatReference, nameProblem, parseReference, tagProblem } from '../../../src/model/reference';
import { runFiles, runOfFiles } from '../../../src/model/runFiles';

describe('references', () => {
  it('are read whole and in part', () => {
    assert.deepEqual(parseReference('ada/churn-data:2.1.0'), { workspace: 'ada', artifact: 'churn-data', version: '2.1.0' });
    assert.deepEqual(parseReference(' ada/churn data:prod '), { workspace: 'ada', artifact: 'churn data', version: 'prod' });
    assert.deepEqual(parseReference('churn-data'), { workspace: undefined, artifact: 'churn-data', version: undefined });
  });

  it('come back as they were written', () => {
    const ref = { connection: 'local', workspace: 'ada', artifact: 'ünïcode 🎉', version: '1.0.0' };
    const { workspace, artifact, version } = parseReference(formatReference(ref));
    assert.deepEqual({ workspace, artifact, version }, { workspace: 'ada', artifact: 'ünïcode 🎉', version: '1.0.0' });
  });

  it('name the files of a run', () => {
    const run = { connection: 'local', workspace: 'default', run: '0a1b' };
    assert.equal(formatReference(runFiles(run)), 'default/@run:0a1b');
    const { workspace = '', artifact, version = '' } = parseReference('default/@run:0a1b');
    assert.deepEqual(runOfFiles({ connection: 'local', workspace, artifact, version }), run);
  });

  it('that cannot be read say what is expected', () => {
    for (const bad of ['', '/', 'ada/', '/x', 'ada/x:', ':prod', 'a/b/c']) {
      assert.throws(() => parseReference(bad), (error) => isArtifactError(error, 'invalid') && error.message.includes('workspace/name:version'), bad);
    }
  });
});

describe('names', () => {
  it('may hold spaces, emoji and any script', () => {
    for (const good of ['a', 'churn data', 'модель', '🎉', 'CON', 'a.', 'x'.repeat(100), '🎉'.repeat(100)]) {
      assert.equal(nameProblem(good), undefined, good);
    }
  });

  it('that would break a reference, a line or a path are refused with a reason', () => {
    for (const bad of ['', ' ', ' a', 'a ', 'a/b', 'a\\b', 'a:b', 'a\nb', 'a\u0000', '.', '..', 'x'.repeat(101), '\ud800']) {
      assert.match(nameProblem(bad) ?? '', /\.$/u, JSON.stringify(bad));
    }
  });

  it('of aliases are no version numbers and not Latest', () => {
    assert.equal(aliasProblem('staging'), undefined);
    for (const bad of ['1.0.0', 'Latest', 'latest', 'a:b']) {
      assert.notEqual(aliasProblem(bad), undefined, bad);
    }
  });

  it('of tags may hold a colon and a slash', () => {
    assert.equal(tagProblem('customer:1'), undefined);
    assert.equal(tagProblem('team/a'), undefined);
    assert.notEqual(tagProblem('a\nb'), undefined);
  });
});
