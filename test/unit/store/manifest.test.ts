import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isArtifactError } from '../../../src/model/errors';
import { byPath, fileThatIsFolder, formatManifest, parseManifest, type StoredAsset } from '../../../src/store/manifest';

const SHA = 'a'.repeat(64);
const PACK = 'b'.repeat(64);

const asset = (path: string, more: Partial<StoredAsset> = {}): StoredAsset => ({ path, size: 1, sha256: SHA, ...more });

const refused = (text: string): void => {
  assert.throws(() => parseManifest(text), (error) => isArtifactError(error, 'invalid'), text.slice(0, 100));
};

describe('a manifest', () => {
  it('comes back as it was written', () => {
    const assets: StoredAsset[] = [
      asset('a.txt'),
      asset('b/c d.bin', { pack: PACK, offset: 12, metadata: { split: 'train' } }),
      asset('b/d.bin', { pack: 'c'.repeat(64), offset: 0 }),
      { path: 'r', size: 0, link: 's3://x"\n' },
      asset('ü/🦜'),
    ].sort(byPath);
    assert.deepEqual(parseManifest(formatManifest(assets)), assets);
    assert.deepEqual(parseManifest(formatManifest([])), []);
  });

  it('is one asset a line', () => {
    assert.equal(formatManifest([asset('a'), asset('b')]).split('\n').filter((line) => line.startsWith('{"path"')).length, 2);
  });

  for (const path of ['../a', 'a/../../b', '/etc/passwd', 'C:/a', 'c:a', 'a\\b', '..\\a', '//host/a', 'a//b', './a', 'a/.', 'a\u0000b', 'a\nb', '', 'a/', 'x'.repeat(256), `${'y/'.repeat(2100)}y`, '\ud800']) {
    it(`with the path ${JSON.stringify(path.slice(0, 30))} is refused`, () => {
      refused(`{"packs":[],"assets":[${JSON.stringify(asset(path))}]}`);
    });
  }

  it('with anything out of shape is refused', () => {
    for (const row of [
      '1', 'null', '[]', '{}', '{"path":1}', `{"path":"a","size":-1,"sha256":"${SHA}"}`, `{"path":"a","size":1.5,"sha256":"${SHA}"}`, `{"path":"a","size":1e30,"sha256":"${SHA}"}`,
      '{"path":"a","size":1}', '{"path":"a","size":1,"sha256":"../x"}', `{"path":"a","size":1,"sha256":"${SHA.toUpperCase()}"}`, `{"path":"a","size":1,"sha256":"${SHA}","pack":0,"offset":0}`,
      `{"path":"a","size":1,"sha256":"${SHA}","pack":-1,"offset":0}`, `{"path":"a","size":1,"sha256":"${SHA}","metadata":[]}`, `{"path":"a","size":1,"link":5}`,
    ]) {
      refused(`{"packs":[],"assets":[${row}]}`);
    }
    refused(`{"packs":["x"],"assets":[]}`);
    refused(`{"packs":["${PACK}"],"assets":[{"path":"a","size":1,"sha256":"${SHA}","pack":0}]}`);
    refused('{"assets":[]}');
    refused('[]');
    refused('');
    refused('{"packs":[],"assets":{"length":1e9}}');
  });

  it('with a path twice or out of order is refused', () => {
    for (const paths of [['a', 'a'], ['b', 'a']]) {
      refused(JSON.stringify({ packs: [], assets: paths.map((path) => asset(path)) }));
    }
  });

  it('with one path as a file and a folder is refused', () => {
    refused(JSON.stringify({ packs: [], assets: [asset('a'), asset('a-b'), asset('a/b/c')] }));
    refused(JSON.stringify({ packs: [], assets: [asset('a/b'), asset('a/b/c/d')] }));
    assert.equal(fileThatIsFolder([asset('a'), asset('a-b'), asset('ab/c')]), undefined);
  });

  it('takes no harm from names that objects have of themselves', () => {
    const text = `{"packs":[],"assets":[{"path":"__proto__/x","size":1,"sha256":"${SHA}","__proto__":{"link":"x"},"metadata":{"__proto__":{"polluted":true},"constructor":1}}],"__proto__":{"packs":1}}`;
    const [parsed] = parseManifest(text);
    assert.ok(parsed);
    assert.equal(parsed.link, undefined);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    assert.equal(JSON.stringify(parsed.metadata), '{"__proto__":{"polluted":true},"constructor":1}');
  });

  it('is refused or read, whatever it says, and never crashes', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (packs, assets) => {
      try {
        parseManifest(JSON.stringify({ packs, assets }));
      } catch (error) {
        assert.ok(isArtifactError(error, 'invalid'));
      }
    }));
  });
});
