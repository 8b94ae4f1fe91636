import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFiles } from '../../support/temporaryFolder';
import { pseudoRandom } from './pseudoRandom';
import { rejectsWith, type Trial } from './trial';

/** Assets that a provider copies into files by itself. */
export function copying(on: Trial): void {
  on.whereOffered(['fetch'], () => {
    it('copies an asset into a new file', async () => {
      const files = { empty: new Uint8Array(), small: pseudoRandom(500), large: pseudoRandom(2_000_000) };
      const version = await on.log(files);
      for (const [each, bytes] of Object.entries(files)) {
        const file = path.join(on.folder(), each);
        const seen: number[] = [];
        await on.provider.fetch!({ ...version, path: each }, file, { onProgress: (progress) => seen.push(progress.bytes) });
        assert.ok(fs.readFileSync(file).equals(bytes));
        assert.ok(seen.every((count, index) => count >= (seen[index - 1] ?? 0) && count <= bytes.length));
      }
      await assert.rejects(on.provider.fetch!({ ...version, path: 'nothing' }, path.join(on.folder(), 'nothing')), rejectsWith('notFound'));
      assert.deepEqual(fs.readdirSync(on.folder()).sort(), ['empty', 'large', 'small']);
    });

    it('never writes over a file, and leaves none when it is stopped', async () => {
      const version = await on.log({ large: pseudoRandom(5_000_000) });
      const [there] = writeFiles(on.folder(), { there: 'mine' });
      await assert.rejects(on.provider.fetch!({ ...version, path: 'large' }, there!));
      assert.equal(fs.readFileSync(there!, 'utf8'), 'mine');
      const controller = new AbortController();
      const fetching = on.provider.fetch!({ ...version, path: 'large' }, path.join(on.folder(), 'new'), { signal: controller.signal });
      controller.abort();
      await assert.rejects(fetching, { name: 'AbortError' });
      // A second one comes after the first has gone home.
      await on.provider.fetch!({ ...version, path: 'large' }, path.join(on.folder(), 'second'));
      assert.deepEqual(fs.readdirSync(on.folder()).sort(), ['second', 'there']);
    });
  });

  on.whereOffered(['fetchAll'], () => {
    const wanted = (paths: readonly string[]): { readonly path: string; readonly part: string; readonly file: string }[] =>
      paths.map((each) => ({ path: each, part: path.join(on.folder(), `${each}.part`), file: path.join(on.folder(), each) }));

    it('copies many assets into files that appear when they are whole', async () => {
      const files = { empty: new Uint8Array(), large: pseudoRandom(2_000_000), one: pseudoRandom(500), same: pseudoRandom(500), two: pseudoRandom(60_000) };
      const version = await on.log(files);
      // What an earlier try left.
      writeFiles(on.folder(), { 'one.part': 'half' });
      assert.deepEqual(await on.provider.fetchAll!(version, wanted(Object.keys(files).reverse()), false), []);
      for (const [each, bytes] of Object.entries(files)) {
        assert.ok(fs.readFileSync(path.join(on.folder(), each)).equals(bytes), each);
      }
      assert.deepEqual(fs.readdirSync(on.folder()).sort(), Object.keys(files));
      await assert.rejects(on.provider.fetchAll!(version, wanted(['nothing']), false), rejectsWith('notFound'));
    });

    it('replaces what stands in the way only where that is meant, and tells of it otherwise', async () => {
      const version = await on.log({ large: pseudoRandom(100_000), small: 'theirs' });
      writeFiles(on.folder(), { large: 'mine', small: 'mine' });
      assert.deepEqual(await on.provider.fetchAll!(version, wanted(['large', 'small']), false).then((taken) => [...taken].sort()), ['large', 'small']);
      assert.deepEqual(['large', 'small'].map((each) => fs.readFileSync(path.join(on.folder(), each), 'utf8')), ['mine', 'mine']);
      assert.deepEqual(await on.provider.fetchAll!(version, wanted(['large', 'small']), true), []);
      assert.equal(fs.readFileSync(path.join(on.folder(), 'small'), 'utf8'), 'theirs');
      assert.deepEqual(fs.readdirSync(on.folder()).sort(), ['large', 'small']);
    });

    it('has come to rest when it is stopped, with whole files alone', async () => {
      const names = Array.from({ length: 200 }, (_, index) => `file-${index}`);
      const content = pseudoRandom(20_000);
      const version = await on.log({ ...Object.fromEntries(names.map((each) => [each, content])), large: pseudoRandom(5_000_000) });
      const controller = new AbortController();
      const fetching = on.provider.fetchAll!(version, wanted([...names, 'large']), false, { signal: controller.signal, onProgress: () => controller.abort() });
      await assert.rejects(fetching, { name: 'AbortError' });
      const there = fs.readdirSync(on.folder());
      assert.ok(there.every((each) => each === 'large' || fs.readFileSync(path.join(on.folder(), each)).equals(content)));
      assert.deepEqual(there.filter((each) => each.endsWith('.part') || each === 'large'), []);
    });
  });
}
