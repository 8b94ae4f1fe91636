import assert from 'node:assert/strict';
import { all, bytesOf, source } from '../../support/providers';
import { writeFiles } from '../../support/temporaryFolder';
import { pseudoRandom } from './pseudoRandom';
import type { Trial } from './trial';

/** Bytes come back as they were. */
export function bytes(on: Trial): void {
  describe('bytes', () => {
    const sizes = [0, 1, 65_535, 65_536, 65_537, 1_048_575, 1_048_577, 3_000_001];

    it('come back identical, whatever their number', async () => {
      const files = Object.fromEntries(sizes.map((size) => [`${size}.bin`, pseudoRandom(size)]));
      const version = await on.log(files);
      for (const [each, bytes] of Object.entries(files)) {
        assert.ok((await bytesOf(on.provider.read({ ...version, path: each }))).equals(bytes), each);
      }
      assert.equal(version.bytes, sizes.reduce((sum, size) => sum + size, 0));
    });

    it('come back from the middle on', async () => {
      const files = { 'large.bin': pseudoRandom(2_500_000), 'small.bin': pseudoRandom(1000) };
      const version = await on.log({ ...files, 'other.bin': pseudoRandom(999) });
      for (const [each, bytes] of Object.entries(files)) {
        for (const start of [0, 1, 500, bytes.length - 1, bytes.length]) {
          assert.ok((await bytesOf(on.provider.read({ ...version, path: each }, start))).equals(bytes.subarray(start)), `${each} from ${start}`);
        }
      }
    });

    it('come in pieces that can be left at any time', async () => {
      const version = await on.log({ 'large.bin': pseudoRandom(5_000_000) });
      for await (const piece of on.provider.read({ ...version, path: 'large.bin' })) {
        assert.ok(piece.length > 0);
        break;
      }
      assert.equal((await bytesOf(on.provider.read({ ...version, path: 'large.bin' }, 4_999_999))).length, 1);
    });

    it('come from files of this machine as well as from sources', async () => {
      const [file] = writeFiles(on.folder(), { 'data.bin': pseudoRandom(200_000) });
      const version = await on.write({}, async (writer) => {
        const seen: number[] = [];
        await writer.put(
          [{ ...source('from/file.bin', pseudoRandom(200_000)), file: file! }, source('from/memory.bin', pseudoRandom(70_000), { piece: 1_000 })],
          { onProgress: ({ bytes }) => seen.push(bytes) },
        );
        assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
        assert.equal(seen.at(-1), 270_000);
        return writer.commit();
      });
      assert.ok((await bytesOf(on.provider.read({ ...version, path: 'from/file.bin' }))).equals(pseudoRandom(200_000)));
      assert.ok((await bytesOf(on.provider.read({ ...version, path: 'from/memory.bin' }))).equals(pseudoRandom(70_000)));
    });

    it('have the size that they have, not the one that was announced', async () => {
      const version = await on.write({}, async (writer) => {
        await writer.put([{ ...source('a', 'four'), size: 99 }]);
        return writer.commit();
      });
      assert.equal((await all(on.provider.assets(version)))[0]?.size, 4);
      assert.equal(version.bytes, 4);
    });
  });
}
