import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { isArtifactError } from '../../src/model/errors';
import { pathProblem } from '../../src/model/safePath';
import { formatManifest, parseManifest, type StoredAsset } from '../../src/store/manifest';
import { scaled, tell } from './harness/scale';

const RUNS = scaled(20_000, 1_000_000);
/** What one manifest may cost. Of the processor's time: on a busy machine others have the rest. */
const MOST_MS = 1_000;

const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

describe('a manifest from anywhere', () => {
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
  const hostileNumber = fc.constantFrom<unknown>(-1, 0, 1.5, 2 ** 53, 1e308, Number.MAX_SAFE_INTEGER, '12', null, true, [], {});
  const hostilePath = fc.constantFrom('', '/', '..', '../a', 'a/../b', 'a//b', 'a\\b', 'C:/x', '\u0000', '__proto__', 'constructor', 'a', 'a/b', '\ud800', 'x'.repeat(5_000), '/etc/passwd');
  const value = fc.oneof(hostileNumber, hostilePath, fc.jsonValue({ maxDepth: 2 }));
  const row = fc.oneof(
    fc.record({ path: fc.oneof(hostilePath, fc.string()), size: fc.oneof(fc.nat(), hostileNumber), sha256: fc.oneof(digest, value) }, { requiredKeys: [] }),
    fc.record({ path: fc.string(), size: fc.nat(), sha256: digest, pack: fc.oneof(fc.nat(2), hostileNumber), offset: fc.oneof(fc.nat(), hostileNumber), metadata: value, link: value }, { requiredKeys: ['path', 'size'] }),
    value,
  );
  const document = fc.record({ packs: fc.oneof(fc.array(digest, { maxLength: 2 }), value), assets: fc.oneof(fc.array(row, { maxLength: 6 }), value) }, { requiredKeys: [] });
  const sound = formatManifest([{ path: 'a/b.csv', size: 3, sha256: 'a'.repeat(64), pack: 'b'.repeat(64), offset: 0 }, { path: 'c', size: 9, sha256: 'c'.repeat(64), metadata: { a: [1] } }]);
  const damaged = fc.array(fc.tuple(fc.nat(sound.length), fc.oneof(fc.constantFrom('"', '{', '}', '[', ']', ',', '-', '0', 'null', '"__proto__":{},'), fc.string({ maxLength: 3 })), fc.nat(4)), { minLength: 1, maxLength: 4 })
    .map((edits) => edits.reduce((text, [at, put, take]) => text.slice(0, at) + put + text.slice(at + take), sound));

  it('is taken whole, or refused with what is wrong, in no time and with nothing touched', function () {
    this.timeout(1_800_000);
    const seen = { taken: 0, refused: 0, slowest: 0 };
    fc.assert(fc.property(fc.oneof(document.map((each) => JSON.stringify(each)), damaged, fc.string()), (text) => {
      const started = spent();
      const assets = parsed(text);
      const took = spent() - started;
      seen.slowest = Math.max(seen.slowest, took);
      assert.ok(took < MOST_MS, `${took} ms`);
      seen[assets === undefined ? 'refused' : 'taken']++;
      assets?.forEach(assertHarmless);
    }), { numRuns: RUNS, seed: 25 });
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    tell(`${seen.taken} taken, ${seen.refused} refused of ${RUNS}; the slowest in ${seen.slowest.toFixed(1)} ms`);
  });

  const bombs: readonly (readonly [what: string, make: () => string])[] = [
    ['a million nested lists', () => '['.repeat(1_000_000)],
    ['nested lists that end', () => `{"packs":[],"assets":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['the same path a hundred thousand times', () => `{"packs":[],"assets":[${Array.from({ length: 100_000 }, () => `{"path":"a","size":1,"sha256":"${'a'.repeat(64)}"}`).join()}]}`],
    ['a path of a hundred thousand folders', () => `{"packs":[],"assets":[{"path":"${'a/'.repeat(100_000)}a","size":1,"sha256":"${'a'.repeat(64)}"}]}`],
    ['a size beyond counting', () => `{"packs":[],"assets":[{"path":"a","size":1e400,"sha256":"${'a'.repeat(64)}"}]}`],
    ['a pack that is not there', () => `{"packs":[],"assets":[{"path":"a","size":1,"sha256":"${'a'.repeat(64)}","pack":0,"offset":0}]}`],
    ['a prototype in place of a member', () => `{"packs":[],"assets":[{"__proto__":{"path":"a","size":1,"sha256":"${'a'.repeat(64)}"}}]}`],
  ];
  for (const [what, make] of bombs) {
    it(`is refused in no time where it holds ${what}`, () => {
      const text = make();
      const started = spent();
      assert.equal(parsed(text), undefined);
      assert.ok(spent() - started < MOST_MS);
    });
  }

  for (const [what, list, unit] of [['125 million numbers', 'assets', '1,'], ['85 million assets without anything', 'assets', '{},'], ['85 million packs', 'packs', '{},']] as const) {
    it(`ends no process where it holds ${what}`, function () {
      this.timeout(60_000);
      const { said, ms, mib } = JSON.parse(execFileSync(process.execPath, ['-e', `
        const { parseManifest } = require(${JSON.stringify(require.resolve('../../src/store/manifest'))});
        const head = '{"packs":[],"${list}":[';
        const text = Buffer.alloc(250_000_000 - (250_000_000 - head.length) % ${unit.length}, ${JSON.stringify(unit)});
        text.fill(${JSON.stringify(unit)}, text.write(head));
        const before = process.resourceUsage().maxRSS;
        const { user } = process.cpuUsage();
        let said;
        try { parseManifest(text); } catch (error) { said = error.code; }
        console.log(JSON.stringify({ said, ms: (process.cpuUsage().user - user) / 1000, mib: (process.resourceUsage().maxRSS - before) / 1024 }));
      `], { encoding: 'utf8' })) as { said: string; ms: number; mib: number };
      assert.equal(said, 'invalid');
      assert.ok(ms < MOST_MS, `${ms} ms`);
      assert.ok(mib < 100, `${mib} MiB`);
    });
  }

  function parsed(text: string): StoredAsset[] | undefined {
    try {
      return parseManifest(Buffer.from(text));
    } catch (error) {
      assert.ok(isArtifactError(error, 'invalid'), String(error));
      return undefined;
    }
  }

  function assertHarmless({ path, size, sha256, pack, offset, link }: StoredAsset): void {
    assert.equal(pathProblem(path), undefined);
    assert.ok(Number.isSafeInteger(size) && size >= 0);
    assert.ok(link !== undefined || /^[0-9a-f]{64}$/.test(sha256 ?? ''));
    assert.ok(pack === undefined || (/^[0-9a-f]{64}$/.test(pack) && Number.isSafeInteger(offset) && offset! >= 0));
  }
});
