import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { LATEST } from '../../../src/model/artifact';
import { all, source } from '../../support/providers';
import type { Trial } from './trial';

/** What was logged is listed, whole and in order. */
export function listing(on: Trial): void {
  describe('logging and listing', () => {
    it('lists what was logged', async () => {
      const metadata = { rows: 3, nested: { list: [1, null, 'ü'] } };
      const logged = await on.log({ 'a.csv': 'x,y\n', 'models/m.onnx': 'net' }, { tags: ['clean', 'split:1'], aliases: ['prod'], metadata });
      assert.equal(logged.version, '1.0.0');
      assert.equal(logged.connection, on.provider.connection);
      assert.equal(logged.type, 'dataset');
      assert.equal(logged.assets, 2);
      assert.equal(logged.bytes, 7);
      assert.equal(logged.isLatest, true);
      assert.deepEqual(logged.aliases, ['prod']);
      assert.deepEqual([...logged.tags].sort(), ['clean', 'split:1']);
      assert.deepEqual(logged.metadata, metadata);
      assert.ok(Math.abs(logged.created - Date.now()) < 3_600_000);

      // A list may tell less of a version, and nothing else.
      assert.deepEqual((await all(on.provider.versions(on.artifact))).map((row) => ({ ...logged, ...told(row) })), [logged]);
      assert.deepEqual(await on.provider.version(logged), logged);
      const listed = (await all(on.provider.artifacts({ ...on.artifact }))).find((each) => each.artifact === on.artifact.artifact);
      assert.deepEqual(listed, await on.provider.artifact(on.artifact));
      assert.ok(listed);
      assert.equal(listed.type, 'dataset');
      assert.equal(listed.latest, '1.0.0');
      assert.ok((await all(on.provider.workspaces())).some(({ workspace }) => workspace === on.artifact.workspace));
    });

    it('includes the default workspace among the workspaces', async () => {
      const { defaultWorkspace } = await on.provider.whoAmI();
      assert.ok((await all(on.provider.workspaces())).some(({ workspace }) => workspace === defaultWorkspace));
    });

    it('lists all assets by path, with size, digest and type', async () => {
      const version = await on.log({ 'b/two.csv': '22', 'a.txt': '1', 'b/one.json': '' });
      const assets = await all(on.provider.assets(version));
      assert.deepEqual(assets.map((asset) => asset.path), ['a.txt', 'b/one.json', 'b/two.csv']);
      const [first] = assets;
      assert.ok(first);
      assert.equal(first.kind, 'asset');
      assert.equal(first.size, 1);
      assert.equal(first.type, 'report');
      assert.equal(first.version, '1.0.0');
      assert.equal(first.link, undefined);
      if (first.sha256 !== undefined) {
        assert.equal(first.sha256, createHash('sha256').update('1').digest('hex'));
      }
    });

    it('lists the direct children of a folder, folders first, in natural order', async () => {
      const version = await on.log({ 'f10.txt': '', 'f9.txt': '', 'z/deep/x.txt': '12', 'z/y.txt': '345', 'part10/a': '', 'part9/a': '' });
      const root = await all(on.provider.entries({ ...version, path: '' }));
      assert.deepEqual(root.map((entry) => [entry.kind, entry.path]), [
        ['folder', 'part9'], ['folder', 'part10'], ['folder', 'z'], ['asset', 'f9.txt'], ['asset', 'f10.txt'],
      ]);
      const z = root.find((entry) => entry.path === 'z');
      assert.ok(z?.kind === 'folder' && (z.assets === undefined || z.assets === 2) && (z.bytes === undefined || z.bytes === 5));
      const inside = await all(on.provider.entries({ ...version, path: 'z' }));
      assert.deepEqual(inside.map((entry) => [entry.kind, entry.path]), [['folder', 'z/deep'], ['asset', 'z/y.txt']]);
    });

    it('tells folders apart whose names begin alike', async () => {
      const version = await on.log({ 'a/x': '1', 'a-b/x': '22', 'a.b/x': '', 'ab/x': '', 'a0': '' });
      assert.deepEqual((await all(on.provider.entries({ ...version, path: 'a' }))).map((entry) => entry.path), ['a/x']);
      assert.equal((await all(on.provider.entries({ ...version, path: '' }))).length, 5);
    });

    it('describes one entry by its path', async () => {
      const version = await on.log({ 'a/b.txt': 'abc' });
      const asset = await on.provider.entry({ ...version, path: 'a/b.txt' });
      assert.ok(asset.kind === 'asset' && asset.size === 3);
      assert.equal((await on.provider.entry({ ...version, path: 'a' })).kind, 'folder');
      assert.equal((await on.provider.entry({ ...version, path: '' })).kind, 'folder');
    });

    it('finds artifacts by a part of their name, whatever the case', async () => {
      await on.log({ a: '1' });
      const part = on.artifact.artifact.slice(4).toUpperCase();
      assert.deepEqual(await on.artifactNames(part), [on.artifact.artifact]);
      assert.deepEqual(await on.artifactNames(`${part}-nothing`), []);
    });

    it('lists artifacts in natural order', async () => {
      const { artifact: base } = on.artifact;
      for (const suffix of ['v10', 'v9', 'v1']) {
        await on.log({ a: '1' }, { artifact: `${base}-${suffix}` });
      }
      assert.deepEqual(await on.artifactNames(base), [`${base}-v1`, `${base}-v9`, `${base}-v10`]);
    });

    it('lists versions newest first, by precedence', async () => {
      for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1']) {
        await on.log({ a: version }, { version });
      }
      assert.deepEqual(await on.numbers(), ['2.0.0-rc.1', '1.10.0', '1.9.0', '1.0.0']);
      assert.equal((await on.provider.version({ ...on.artifact, version: LATEST })).version, '2.0.0-rc.1');
    });

    it('keeps a version without assets', async () => {
      const version = await on.log({});
      assert.equal(version.assets, 0);
      assert.deepEqual(await all(on.provider.assets(version)), []);
      assert.deepEqual(await all(on.provider.entries({ ...version, path: '' })), []);
    });

    it('keeps metadata of assets', async () => {
      const version = await on.write({}, async (writer) => {
        await writer.put([source('a.txt', 'a', { metadata: { split: 'train', weights: [0.5] } })]);
        return writer.commit();
      });
      const [asset] = await all(on.provider.assets(version));
      assert.deepEqual(asset?.metadata, { split: 'train', weights: [0.5] });
    });
  });
}

/** The fields that say something. */
const told = <T extends object>(row: T): Partial<T> => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Partial<T>;
