import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isArtifactError } from '../../../src/model/errors';
import { byPath, fileThatIsFolder, formatManifest, parseManifest as parseBytes, type StoredAsset } from '../../../src/store/manifest';

const SHA = 'a'.repeat(64);
const PACK = 'b'.repeat(64);

const asset = (path: string, more: Partial<StoredAsset> = {}): StoredAsset => ({ path, size: 1, sha256: SHA, ...more });

const parseManifest = (text: string): StoredAsset[] => parseBytes(Buffer.from(text));

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

  describe('of many megabytes', () => {
    const many = Array.from({ length: 30_000 }, (_, index) => asset(`${String(index).padStart(6, '0')}.png`, { pack: PACK, offset: index }));
    const text = formatManifest(many);

    it('comes back as it was written, in any layout of JSON', () => {
      assert.ok(text.length > 3_000_000);
      const { packs, assets } = JSON.parse(text) as { packs: unknown; assets: unknown };
      for (const layout of [text, JSON.stringify({ packs, assets }), JSON.stringify({ assets, packs }, null, 2), text.replaceAll('\n', '\r\n'), text.replace('{', '{"later":["assets",{"assets":[]}],')]) {
        assert.deepEqual(parseManifest(layout), many);
      }
      const noted = many.map((each) => ({ ...each, metadata: { 'a,[{"': ['\\', '"assets":['] } }));
      assert.deepEqual(parseManifest(formatManifest(noted)), noted);
    });

    it('is refused where a single character is too many', () => {
      for (const layout of [text, text.replaceAll('\n', '')]) {
        const end = layout.lastIndexOf(']');
        for (const wrong of [`${layout.slice(0, end)},${layout.slice(end)}`, `${layout.slice(0, end)}]${layout.slice(end)}`, layout.replace(/\},/u, '},,'), layout.slice(0, -2)]) {
          refused(wrong);
        }
      }
    });

    it('is refused where it holds more than any list of files can', () => {
      const rows = (row: string, times: number): string => `{"packs":[],"assets":[${`${row},`.repeat(times)}${row}]}`;
      const one = (metadata: string): string => rows(`{"path":"a","size":1,"link":"x","metadata":{"a":[${metadata}]}}`, 0);
      for (const bomb of [rows('1', 1_000_000), rows('{}', 1_000_000), `{"packs":[${'{},'.repeat(2_000_000)}1],"assets":[]}`, one(`${'[],'.repeat(1_100_000)}1`), one('"x",'.repeat(5_000_000)), one(`${'['.repeat(1_100)}${']'.repeat(1_100)}`)]) {
        refused(bomb);
      }
      assert.throws(() => formatManifest([asset('a', { metadata: { a: 'x'.repeat(18 * 1024 * 1024), b: [1] } })]), (error) => isArtifactError(error, 'invalid'));
    });
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
