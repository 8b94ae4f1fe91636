import assert from 'node:assert/strict';
import { join, relative, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { isArtifactError } from '../../../src/model/errors';
import { foldedPath, pathProblem, safePath, windowsProblem } from '../../../src/model/safePath';

describe('the path gate', () => {
  it('lets through what a file system can hold', () => {
    for (const good of ['a', 'a/b.txt', 'ünï/🎉', 'CON', 'a.', '..a', 'a..', '%2e%2e/x', 'a b', '#?;+', 'x'.repeat(255), '...']) {
      assert.equal(pathProblem(good), undefined, good);
      assert.equal(safePath(good), good);
    }
  });

  it('stops what leads out of the folder or is no path', () => {
    for (const bad of ['', '/', '/etc/passwd', '..', '../a', 'a/../../b', 'a/..', './a', 'a/./b', 'a//b', 'a/', '..\\a', 'a\\b', 'C:\\x', 'c:x', '\\\\host\\x', 'a\u0000b', 'a\nb', '\u007f', 'x'.repeat(256), '€'.repeat(86), `${'a/'.repeat(2100)}a`, '\ud800']) {
      assert.throws(() => safePath(bad), (error) => isArtifactError(error, 'unsafePath'), JSON.stringify(bad));
    }
  });

  it('never lets a path out of its root, whatever the string', () => {
    const root = resolve('root');
    const piece = fc.oneof(fc.constantFrom('..', '.', '', '/', '\\', 'a', 'C:', '%2e%2e', '\u0000'), fc.string({ unit: 'binary', maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.constantFrom('/', '\\', ''), (pieces, separator) => {
        const path = pieces.join(separator);
        if (pathProblem(path) === undefined) {
          const inside = relative(root, join(root, path));
          assert.ok(inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`), JSON.stringify(path));
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('knows what Windows refuses', () => {
    for (const bad of ['CON', 'con.txt', 'a/NUL', 'COM1.log', 'a.', 'a ', 'a:b', 'a|b', 'x?']) {
      assert.notEqual(windowsProblem(bad), undefined, bad);
    }
    for (const good of ['console', 'a.b', 'com10', 'nul-values.csv']) {
      assert.equal(windowsProblem(good), undefined, good);
    }
  });

  it('sees paths that one disk would make one file of', () => {
    assert.equal(foldedPath('A/É.txt'), foldedPath('a/e\u0301.TXT'));
    assert.notEqual(foldedPath('a/b'), foldedPath('a/c'));
  });
});
