import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nameProblem } from '../../../src/model/reference';
import { foldedPath, windowsProblem } from '../../../src/model/safePath';
import { decodeName, encodeName } from '../../../src/store/fileName';

const NASTY = [
  'plain', 'with space', 'Upper', 'UPPER', 'upper', 'camelCase', 'dash-ed', 'under_score', 'dot.ted', '.hidden', 'trailing.', '..a', 'a..', 'a..b', '-', '_', '~', '~a',
  `~${'0'.repeat(64)}`, 'CON', 'con', 'Con.txt', 'con.tar.gz', 'NUL', 'nul', 'prn', 'AUX', 'aux', 'com1', 'COM9', 'com1.x', 'lpt1', 'LPT0', 'conn', 'com10', 'nul_', 'a.con',
  'é', 'e\u0301', 'Å', '\u212b', 'A\u030a', 'ß', 'ẞ', 'ss', 'ſ', 'İ', 'i\u0307', 'ı', 'K', '\u212a', 'Ω', '\u2126', 'ﬁ', 'fi', '🦜', '🦜'.repeat(100), 'é'.repeat(100),
  'A'.repeat(100), 'a'.repeat(100), '数据集', '数'.repeat(100), 'שלום', '\u202eabc', 'a\u200bb', 'a\u00a0b', '100%', '%41', '%2e%2e', 'a%', '%', '%%', 'a#b', 'a?b', 'a*b', 'a<b>', 'a|b',
  '"quoted"', "it's", 'a;b', 'a&b', 'a+b', 'a=b', 'a,b', '[a]', '{a}', '(a)', '`a`', '$HOME', '!a', '@a', '^a', 'latest', 'constructor', '__proto__', 'toString',
];

describe('names as file names', () => {
  const usable = NASTY.filter((name) => nameProblem(name) === undefined);

  it('tries at least sixty nasty names', () => {
    assert.ok(usable.length >= 60, String(usable.length));
  });

  for (const name of usable) {
    it(`keeps ${JSON.stringify(name.length > 20 ? `${name.slice(0, 20)}…` : name)}, on every file system`, () => {
      const fileName = encodeName(name);
      assert.match(fileName, /^[a-z0-9_%~-][a-z0-9._%-]*$/);
      assert.ok(fileName.length <= 250 && !fileName.endsWith('.'));
      assert.equal(windowsProblem(fileName), undefined);
      const decoded = decodeName(fileName);
      assert.deepEqual(decoded, fileName.startsWith('~') && fileName.length === 65 ? 'hashed' : { name });
      assert.ok(decoded === 'hashed' || decodeURIComponent(fileName) === name, 'any language can read it');
    });
  }

  it('gives no two names one file, even where case and Unicode forms are folded', () => {
    assert.equal(new Set(usable.map((name) => foldedPath(encodeName(name)))).size, new Set(usable).size);
  });

  it('holds for any name', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.string({ unit: 'binary', maxLength: 100 }), (a, b) => {
      fc.pre(nameProblem(a) === undefined && nameProblem(b) === undefined);
      const fileName = encodeName(a);
      const decoded = decodeName(fileName);
      assert.ok(decoded === 'hashed' || decoded?.name === a);
      assert.ok(fileName.length <= 140 && windowsProblem(fileName) === undefined);
      assert.equal(foldedPath(fileName) === foldedPath(encodeName(b)), a === b);
    }), { numRuns: 2_000 });
  });

  it('reads no name out of files that are not ours', () => {
    for (const fileName of ['Upper', '.DS_Store', 'a b', '%', '%zz', '%41%', 'a.', '%C3%A9', '%61', '~short', 'é']) {
      assert.equal(decodeName(fileName), undefined, fileName);
    }
  });
});
