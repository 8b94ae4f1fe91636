import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type ArtifactRef, type ArtifactVersion, LATEST, type RunRef } from '../../src/model/artifact';
import type { Call } from '../../src/model/call';
import type { Change } from '../../src/model/change';
import { type ErrorCode, isArtifactError } from '../../src/model/errors';
import { runNodeId, versionNodeId } from '../../src/model/lineage';
import type { AssetSource, Provider, VersionDraft, VersionWriter } from '../../src/providers/provider';
import { all, bytesOf, source, textOf } from '../support/providers';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

/** A provider on a place of its own, or on one that others use too: the suite takes names that nobody else has. */
export interface Subject {
  readonly provider: Provider;
  /** Whether the server keeps the number of a version that was given up for good. */
  readonly keepsNumbers?: boolean;
  /** Ends what stands behind the provider; the provider itself is disposed before. */
  close?(): Promise<void>;
}

const OPTIONAL_METHODS = [
  'consume', 'endRun', 'experiments', 'fetch', 'fetchAll', 'label', 'lineage', 'loggedModels', 'metricHistory', 'register', 'removal', 'remove', 'run', 'runs', 'snippet',
  'startRun', 'upkeep', 'watch', 'webUrl',
] as const satisfies readonly (keyof Provider)[];

/** What a back end may leave out; `keep` is its writer's. */
export type Offer = typeof OPTIONAL_METHODS[number] | 'keep';

const rejectsWith = (code: ErrorCode) => (error: unknown): boolean => {
  assert.ok(isArtifactError(error), `an ArtifactError, not ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return true;
};

const NAMES = [
  'plain.txt',
  'folder/inside.txt',
  'folder/deeper/still/inside.txt',
  'with space.txt',
  'Ünïcödé/数据.csv',
  'emoji 🦜/🎉.json',
  'e\u0301-decomposed.txt',
  '\u00e9-composed.txt',
  'percent%2e%2e.txt',
  'hash#and?query&plus+semi;.txt',
  "quote'and\"double.txt",
  'CON.txt',
  'trailing.',
  'UPPER.txt',
  'upper.txt',
  '-dash.txt',
  '.hidden',
  'col:on.txt',
  `${'long'.repeat(60)}.txt`,
];

/** What every provider keeps: one suite, run against each. Of what it may leave out it has `offers`, and nothing else. */
export function providerContract(name: string, offers: readonly Offer[], open: () => Promise<Subject>): void {
  describe(`a provider: ${name}`, function () {
    this.timeout(30_000);
    let subject: Subject;
    let provider: Provider;
    let artifact: ArtifactRef;

    beforeEach(async () => {
      subject = await open();
      ({ provider } = subject);
      const { defaultWorkspace } = await provider.whoAmI();
      artifact = newArtifact(defaultWorkspace);
    });

    afterEach(async () => {
      await provider.dispose();
      await subject.close?.();
    });

    const newArtifact = (workspace: string): ArtifactRef => ({ connection: provider.connection, workspace, artifact: `contract-${randomUUID().slice(0, 8)}` });

    async function write<T>(draft: Partial<VersionDraft>, work: (writer: VersionWriter) => Promise<T>): Promise<T> {
      const writer = await provider.begin({ ...artifact, type: 'dataset', version: 'major', ...draft });
      try {
        return await work(writer);
      } finally {
        await writer.abandon();
      }
    }

    const log = (files: Readonly<Record<string, string | Uint8Array>>, draft: Partial<VersionDraft> = {}): Promise<ArtifactVersion> =>
      write(draft, async (writer) => {
        await writer.put(Object.entries(files).map(([each, content]) => source(each, content)));
        return writer.commit();
      });

    const numbers = async (ref: ArtifactRef = artifact): Promise<string[]> => (await all(provider.versions(ref))).map(({ version }) => version);

    const artifactNames = async (search?: string): Promise<string[]> =>
      (await all(provider.artifacts({ connection: provider.connection, workspace: artifact.workspace, search }))).map((each) => each.artifact);

    describe('logging and listing', () => {
      it('lists what was logged', async () => {
        const metadata = { rows: 3, nested: { list: [1, null, 'ü'] } };
        const logged = await log({ 'a.csv': 'x,y\n', 'models/m.onnx': 'net' }, { tags: ['clean', 'split:1'], aliases: ['prod'], metadata });
        assert.equal(logged.version, '1.0.0');
        assert.equal(logged.connection, provider.connection);
        assert.equal(logged.type, 'dataset');
        assert.equal(logged.assets, 2);
        assert.equal(logged.bytes, 7);
        assert.equal(logged.isLatest, true);
        assert.deepEqual(logged.aliases, ['prod']);
        assert.deepEqual([...logged.tags].sort(), ['clean', 'split:1']);
        assert.deepEqual(logged.metadata, metadata);
        assert.ok(Math.abs(logged.created - Date.now()) < 3_600_000);

        // A list may tell less of a version, and nothing else.
        assert.deepEqual((await all(provider.versions(artifact))).map((row) => ({ ...logged, ...told(row) })), [logged]);
        assert.deepEqual(await provider.version(logged), logged);
        const listed = (await all(provider.artifacts({ ...artifact }))).find((each) => each.artifact === artifact.artifact);
        assert.deepEqual(listed, await provider.artifact(artifact));
        assert.ok(listed);
        assert.equal(listed.type, 'dataset');
        assert.equal(listed.latest, '1.0.0');
        assert.ok((await all(provider.workspaces())).some(({ workspace }) => workspace === artifact.workspace));
      });

      it('includes the default workspace among the workspaces', async () => {
        const { defaultWorkspace } = await provider.whoAmI();
        assert.ok((await all(provider.workspaces())).some(({ workspace }) => workspace === defaultWorkspace));
      });

      it('lists all assets by path, with size, digest and type', async () => {
        const version = await log({ 'b/two.csv': '22', 'a.txt': '1', 'b/one.json': '' });
        const assets = await all(provider.assets(version));
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
        const version = await log({ 'f10.txt': '', 'f9.txt': '', 'z/deep/x.txt': '12', 'z/y.txt': '345', 'part10/a': '', 'part9/a': '' });
        const root = await all(provider.entries({ ...version, path: '' }));
        assert.deepEqual(root.map((entry) => [entry.kind, entry.path]), [
          ['folder', 'part9'], ['folder', 'part10'], ['folder', 'z'], ['asset', 'f9.txt'], ['asset', 'f10.txt'],
        ]);
        const z = root.find((entry) => entry.path === 'z');
        assert.ok(z?.kind === 'folder' && (z.assets === undefined || z.assets === 2) && (z.bytes === undefined || z.bytes === 5));
        const inside = await all(provider.entries({ ...version, path: 'z' }));
        assert.deepEqual(inside.map((entry) => [entry.kind, entry.path]), [['folder', 'z/deep'], ['asset', 'z/y.txt']]);
      });

      it('tells folders apart whose names begin alike', async () => {
        const version = await log({ 'a/x': '1', 'a-b/x': '22', 'a.b/x': '', 'ab/x': '', 'a0': '' });
        assert.deepEqual((await all(provider.entries({ ...version, path: 'a' }))).map((entry) => entry.path), ['a/x']);
        assert.equal((await all(provider.entries({ ...version, path: '' }))).length, 5);
      });

      it('describes one entry by its path', async () => {
        const version = await log({ 'a/b.txt': 'abc' });
        const asset = await provider.entry({ ...version, path: 'a/b.txt' });
        assert.ok(asset.kind === 'asset' && asset.size === 3);
        assert.equal((await provider.entry({ ...version, path: 'a' })).kind, 'folder');
        assert.equal((await provider.entry({ ...version, path: '' })).kind, 'folder');
      });

      it('finds artifacts by a part of their name, whatever the case', async () => {
        await log({ a: '1' });
        const part = artifact.artifact.slice(4).toUpperCase();
        assert.deepEqual(await artifactNames(part), [artifact.artifact]);
        assert.deepEqual(await artifactNames(`${part}-nothing`), []);
      });

      it('lists artifacts in natural order', async () => {
        const { artifact: base } = artifact;
        for (const suffix of ['v10', 'v9', 'v1']) {
          await log({ a: '1' }, { artifact: `${base}-${suffix}` });
        }
        assert.deepEqual(await artifactNames(base), [`${base}-v1`, `${base}-v9`, `${base}-v10`]);
      });

      it('lists versions newest first, by precedence', async () => {
        for (const version of ['1.0.0', '1.10.0', '1.9.0', '2.0.0-rc.1']) {
          await log({ a: version }, { version });
        }
        assert.deepEqual(await numbers(), ['2.0.0-rc.1', '1.10.0', '1.9.0', '1.0.0']);
        assert.equal((await provider.version({ ...artifact, version: LATEST })).version, '2.0.0-rc.1');
      });

      it('keeps a version without assets', async () => {
        const version = await log({});
        assert.equal(version.assets, 0);
        assert.deepEqual(await all(provider.assets(version)), []);
        assert.deepEqual(await all(provider.entries({ ...version, path: '' })), []);
      });

      it('keeps metadata of assets', async () => {
        const version = await write({}, async (writer) => {
          await writer.put([source('a.txt', 'a', { metadata: { split: 'train', weights: [0.5] } })]);
          return writer.commit();
        });
        const [asset] = await all(provider.assets(version));
        assert.deepEqual(asset?.metadata, { split: 'train', weights: [0.5] });
      });
    });

    describe('two phases', () => {
      it('keeps a version invisible before commit', async () => {
        await write({}, async (writer) => {
          await writer.put([source('a.txt', 'a')]);
          assert.deepEqual(await artifactNames(artifact.artifact), []);
          await assert.rejects(provider.version({ ...artifact, version: '1.0.0' }), rejectsWith('notFound'));
          await writer.commit();
        });
        assert.deepEqual(await numbers(), ['1.0.0']);
      });

      it('has no trace of a version after abandon', async () => {
        await write({}, (writer) => writer.put([source('a.txt', 'a')]));
        assert.deepEqual(await artifactNames(artifact.artifact), []);
        await assert.rejects(provider.artifact(artifact), rejectsWith('notFound'));
        await assert.rejects(all(provider.versions(artifact)), rejectsWith('notFound'));
        const next = subject.keepsNumbers === true ? { major: '2.0.0', minor: '1.1.0', patch: '1.0.1' } : { major: '1.0.0', minor: '1.0.0', patch: '1.0.0' };
        assert.deepEqual(await provider.nextVersions(artifact), next);
      });

      it('lets abandon follow commit, and anything follow abandon but writing', async () => {
        const writer = await provider.begin({ ...artifact, type: 'dataset', version: 'major' });
        await writer.commit();
        await writer.abandon();
        await writer.abandon();
        assert.deepEqual(await numbers(), ['1.0.0']);
        await assert.rejects(writer.put([source('a', 'a')]));
        await assert.rejects(writer.commit());
      });

      it('refuses one path twice in a version', async () => {
        await write({}, async (writer) => {
          await writer.put([source('a', '1')]);
          await assert.rejects(writer.put([source('a', '2')]), rejectsWith('alreadyExists'));
          await assert.rejects(writer.link([{ path: 'a', link: 's3://x' }]), rejectsWith('alreadyExists'));
        });
      });

      it('refuses paths that lead elsewhere', async () => {
        for (const path of ['../a', '/a', 'a//b', 'a/../b', 'C:/a', 'a\\b', '', 'a\nb']) {
          await write({}, async (writer) => {
            await assert.rejects(writer.put([source(path, '1')]), rejectsWith('unsafePath'), path);
          });
        }
      });

      it('keeps no version when a source fails', async () => {
        const failing: AssetSource = {
          ...source('b', 'bb'),
          async *open() {
            yield new Uint8Array(1);
            throw new Error('the disk was unplugged');
          },
        };
        await assert.rejects(write({}, async (writer) => {
          await writer.put([source('a', 'a'), failing]);
          await writer.commit();
        }), /unplugged/);
        await assert.rejects(provider.artifact(artifact), rejectsWith('notFound'));
      });
    });

    describe('numbers', () => {
      it('begins with 1.0.0, then takes the next of what is asked for', async () => {
        assert.deepEqual(await provider.nextVersions(artifact), { major: '1.0.0', minor: '1.0.0', patch: '1.0.0' });
        await log({ a: '1' }, { version: 'patch' });
        assert.deepEqual(await provider.nextVersions(artifact), { major: '2.0.0', minor: '1.1.0', patch: '1.0.1' });
        await log({ a: '2' }, { version: 'minor' });
        await log({ a: '3' }, { version: 'patch' });
        await log({ a: '4' }, { version: 'major' });
        assert.deepEqual(await numbers(), ['2.0.0', '1.1.1', '1.1.0', '1.0.0']);
      });

      it('refuses a number that exists', async () => {
        await log({ a: '1' }, { version: '1.2.3' });
        await assert.rejects(log({ a: '2' }, { version: '1.2.3' }), rejectsWith('alreadyExists'));
        assert.equal(await textOf(provider.read({ ...artifact, version: '1.2.3', path: 'a' })), '1');
      });

      it('gives a number to one of two writers that ask for it at once', async () => {
        const attempts = await Promise.allSettled(['one', 'two', 'three'].map((text) => log({ a: text, b: text }, { version: '3.0.0' })));
        const won = attempts.filter((attempt) => attempt.status === 'fulfilled');
        assert.equal(won.length, 1);
        for (const attempt of attempts) {
          assert.ok(attempt.status === 'fulfilled' || rejectsWith('alreadyExists')(attempt.reason));
        }
        const text = await textOf(provider.read({ ...artifact, version: '3.0.0', path: 'a' }));
        assert.equal(text, ['one', 'two', 'three'][attempts.findIndex((attempt) => attempt.status === 'fulfilled')]);
        assert.equal(await textOf(provider.read({ ...artifact, version: '3.0.0', path: 'b' })), text);
      });

      it('gives each of several writers a number of its own', async () => {
        const versions = await Promise.all(['one', 'two', 'three', 'four'].map((text) => log({ a: text })));
        assert.deepEqual(versions.map(({ version }) => version).sort(), ['1.0.0', '2.0.0', '3.0.0', '4.0.0']);
        assert.deepEqual(await numbers(), ['4.0.0', '3.0.0', '2.0.0', '1.0.0']);
      });

      it('refuses what is no number', async () => {
        for (const version of ['v1', '1.0', 'latest', '', '1.0.0+build', '1.0.0/../2']) {
          await assert.rejects(log({ a: '1' }, { version }), rejectsWith('invalid'), version);
        }
      });
    });

    describe('bytes', () => {
      const sizes = [0, 1, 65_535, 65_536, 65_537, 1_048_575, 1_048_577, 3_000_001];

      it('come back identical, whatever their number', async () => {
        const files = Object.fromEntries(sizes.map((size) => [`${size}.bin`, pseudoRandom(size)]));
        const version = await log(files);
        for (const [each, bytes] of Object.entries(files)) {
          assert.ok((await bytesOf(provider.read({ ...version, path: each }))).equals(bytes), each);
        }
        assert.equal(version.bytes, sizes.reduce((sum, size) => sum + size, 0));
      });

      it('come back from the middle on', async () => {
        const files = { 'large.bin': pseudoRandom(2_500_000), 'small.bin': pseudoRandom(1000) };
        const version = await log({ ...files, 'other.bin': pseudoRandom(999) });
        for (const [each, bytes] of Object.entries(files)) {
          for (const start of [0, 1, 500, bytes.length - 1, bytes.length]) {
            assert.ok((await bytesOf(provider.read({ ...version, path: each }, start))).equals(bytes.subarray(start)), `${each} from ${start}`);
          }
        }
      });

      it('come in pieces that can be left at any time', async () => {
        const version = await log({ 'large.bin': pseudoRandom(5_000_000) });
        for await (const piece of provider.read({ ...version, path: 'large.bin' })) {
          assert.ok(piece.length > 0);
          break;
        }
        assert.equal((await bytesOf(provider.read({ ...version, path: 'large.bin' }, 4_999_999))).length, 1);
      });

      it('come from files of this machine as well as from sources', async () => {
        const [file] = writeFiles(folder(), { 'data.bin': pseudoRandom(200_000) });
        const version = await write({}, async (writer) => {
          const seen: number[] = [];
          await writer.put(
            [{ ...source('from/file.bin', pseudoRandom(200_000)), file: file! }, source('from/memory.bin', pseudoRandom(70_000), { piece: 1_000 })],
            { onProgress: ({ bytes }) => seen.push(bytes) },
          );
          assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
          assert.equal(seen.at(-1), 270_000);
          return writer.commit();
        });
        assert.ok((await bytesOf(provider.read({ ...version, path: 'from/file.bin' }))).equals(pseudoRandom(200_000)));
        assert.ok((await bytesOf(provider.read({ ...version, path: 'from/memory.bin' }))).equals(pseudoRandom(70_000)));
      });

      it('have the size that they have, not the one that was announced', async () => {
        const version = await write({}, async (writer) => {
          await writer.put([{ ...source('a', 'four'), size: 99 }]);
          return writer.commit();
        });
        assert.equal((await all(provider.assets(version)))[0]?.size, 4);
        assert.equal(version.bytes, 4);
      });
    });

    describe('names', () => {
      it('of assets come back as they were', async () => {
        const version = await log(Object.fromEntries(NAMES.map((each, index) => [each, `content ${index}`])));
        assert.deepEqual((await all(provider.assets(version))).map((asset) => asset.path), [...NAMES].sort());
        for (const [index, each] of NAMES.entries()) {
          assert.equal(await textOf(provider.read({ ...version, path: each })), `content ${index}`, each);
        }
      });

      it('of artifacts, aliases and tags come back as they were', async () => {
        for (const each of ['Ünïcödé 数据', '🦜'.repeat(40), 'CON', 'trailing.', 'a%41', '-x', 'Case', 'case', "it's #1?"]) {
          const ref = { ...artifact, artifact: `${each}${artifact.artifact}` };
          const version = await log({ a: each }, { artifact: ref.artifact, aliases: [each], tags: [each] });
          assert.ok((await artifactNames(ref.artifact)).includes(ref.artifact), each);
          assert.deepEqual([version.artifact, version.aliases, version.tags], [ref.artifact, [each], [each]]);
          assert.equal(await textOf(provider.read({ ...ref, version: each, path: 'a' })), each);
        }
      });

      it('that cannot be are refused with a sentence', async () => {
        for (const draft of [
          { artifact: '' }, { artifact: 'a/b' }, { artifact: 'a:b' }, { artifact: 'a\nb' }, { artifact: '..' }, { artifact: 'x'.repeat(300) }, { artifact: ' a' },
          { workspace: '' }, { workspace: '../a' }, { aliases: ['latest'] }, { aliases: ['1.0.0'] }, { aliases: [''] }, { tags: ['a\nb'] },
        ]) {
          await assert.rejects(log({ a: '1' }, draft), rejectsWith('invalid'), JSON.stringify(draft));
        }
      });
    });

    describe('remote assets', () => {
      it('keep their link and have no bytes here', async () => {
        const link = 's3://bucket/key with space?x=1#<ü>';
        const version = await write({}, async (writer) => {
          await writer.put([source('a.txt', 'abc')]);
          await writer.link([{ path: 'remote/data.parquet', link, size: 1_000_000_000, metadata: { etag: 'x' } }, { path: 'remote/other', link: 'anything' }]);
          return writer.commit();
        });
        assert.equal(version.assets, 3);
        assert.equal(version.bytes, 3);
        const remote = await provider.entry({ ...version, path: 'remote/data.parquet' });
        assert.ok(remote.kind === 'asset');
        assert.deepEqual([remote.link, remote.size, remote.metadata, remote.type], [link, 1_000_000_000, { etag: 'x' }, 'data']);
        await assert.rejects(all(provider.read({ ...version, path: 'remote/other' })), rejectsWith('unsupported'));
      });
    });

    describe('what is missing', () => {
      it('is notFound', async () => {
        const nothing = newArtifact(artifact.workspace);
        await assert.rejects(provider.artifact(nothing), rejectsWith('notFound'));
        await assert.rejects(all(provider.versions(nothing)), rejectsWith('notFound'));
        await assert.rejects(provider.version({ ...nothing, version: LATEST }), rejectsWith('notFound'));
        const version = await log({ 'a/b': '1' });
        for (const number of ['9.9.9', 'no-such-alias', 'v1', '']) {
          await assert.rejects(provider.version({ ...artifact, version: number }), rejectsWith('notFound'), number);
          await assert.rejects(all(provider.assets({ ...artifact, version: number })), rejectsWith('notFound'), number);
        }
        for (const path of ['nothing', 'a/b/c', 'a/', '../a', 'A/B']) {
          await assert.rejects(provider.entry({ ...version, path }), rejectsWith('notFound'), path);
          await assert.rejects(all(provider.entries({ ...version, path })), rejectsWith('notFound'), path);
          await assert.rejects(all(provider.read({ ...version, path })), rejectsWith('notFound'), path);
        }
        await assert.rejects(all(provider.read({ ...version, path: 'a' })), rejectsWith('notFound'));
      });

      it('is an empty list where a workspace has nothing', async () => {
        assert.deepEqual(await all(provider.artifacts({ connection: provider.connection, workspace: `nobody-${randomUUID()}` })), []);
      });
    });

    describe('aliases', () => {
      it('agree with the exact number and with Latest', async () => {
        const version = await log({ a: '1' }, { aliases: ['prod', 'Ünï'] });
        for (const number of ['1.0.0', 'prod', 'Ünï', LATEST, 'latest']) {
          assert.deepEqual(await provider.version({ ...artifact, version: number }), version, number);
          assert.equal(await textOf(provider.read({ ...artifact, version: number, path: 'a' })), '1');
          assert.equal((await all(provider.assets({ ...artifact, version: number })))[0]?.version, '1.0.0');
          assert.equal((await all(provider.entries({ ...artifact, version: number, path: '' })))[0]?.version, '1.0.0');
          assert.equal((await provider.entry({ ...artifact, version: number, path: 'a' })).version, '1.0.0');
        }
      });

      it('move when another version takes them', async () => {
        await log({ a: '1' }, { aliases: ['prod', 'first'] });
        const second = await log({ a: '2' }, { aliases: ['prod'] });
        assert.deepEqual(second.aliases, ['prod']);
        assert.deepEqual((await provider.version({ ...artifact, version: '1.0.0' })).aliases, ['first']);
        assert.equal((await provider.version({ ...artifact, version: 'prod' })).version, '2.0.0');
        assert.equal((await provider.version({ ...artifact, version: '1.0.0' })).isLatest, false);
      });

      it('belong to one artifact', async () => {
        await log({ a: '1' }, { aliases: ['prod'] });
        const other = newArtifact(artifact.workspace);
        await log({ a: '2' }, { artifact: other.artifact });
        await assert.rejects(provider.version({ ...other, version: 'prod' }), rejectsWith('notFound'));
      });
    });

    describe('an aborted signal', () => {
      const reason = new DOMException('enough', 'AbortError');
      const aborted: Call = { signal: AbortSignal.abort(reason) };
      const isReason = (error: unknown): boolean => error === reason;

      it('stops every method before it begins', async () => {
        const version = await log({ a: '1' });
        for (const attempt of [
          () => all(provider.workspaces(aborted)),
          () => all(provider.artifacts({ ...artifact }, aborted)),
          () => provider.artifact(artifact, aborted),
          () => all(provider.versions(artifact, aborted)),
          () => provider.version(version, aborted),
          () => provider.nextVersions(artifact, aborted),
          () => all(provider.entries({ ...version, path: '' }, aborted)),
          () => provider.entry({ ...version, path: 'a' }, aborted),
          () => all(provider.assets(version, aborted)),
          () => all(provider.read({ ...version, path: 'a' }, 0, aborted)),
          () => provider.begin({ ...artifact, type: 'dataset', version: 'major' }, aborted),
        ]) {
          await assert.rejects(attempt, isReason, String(attempt));
        }
      });

      it('stops within a tick what has begun', async () => {
        const version = await log(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.txt`, `${index}`])));
        const bytes = await log({ 'large.bin': pseudoRandom(5_000_000) });
        const attempts: readonly ((call: Call) => Promise<unknown>)[] = [
          (call) => provider.version(version, call),
          (call) => all(provider.assets(version, call)),
          (call) => all(provider.entries({ ...version, path: '' }, call)),
          (call) => all(provider.read({ ...bytes, path: 'large.bin' }, 0, call)),
          (call) => provider.begin({ ...artifact, type: 'dataset', version: 'major' }, call),
        ];
        for (const attempt of attempts) {
          const controller = new AbortController();
          const outcome = settled(attempt({ signal: controller.signal }));
          controller.abort(reason);
          await setImmediate();
          assert.deepEqual(outcome.state, { failed: reason }, String(attempt));
        }
      });

      it('stops a stream in the middle', async () => {
        const version = await log({ 'large.bin': pseudoRandom(8_000_000) });
        const controller = new AbortController();
        let seen = 0;
        await assert.rejects(async () => {
          for await (const piece of provider.read({ ...version, path: 'large.bin' }, 0, { signal: controller.signal })) {
            seen += piece.length;
            controller.abort(reason);
          }
        }, isReason);
        assert.ok(seen < 8_000_000);
      });

      it('stops a log and leaves no version', async () => {
        const controller = new AbortController();
        await assert.rejects(write({}, async (writer) => {
          const endless: AssetSource = {
            path: 'endless',
            size: 1,
            async *open() {
              for (;;) {
                yield new Uint8Array(100_000);
                await setImmediate();
              }
            },
          };
          await writer.put([endless], { signal: controller.signal, onProgress: () => controller.abort(reason) });
        }), isReason);
        await assert.rejects(provider.artifact(artifact), rejectsWith('notFound'));
      });

      it('stops a commit, or comes too late for it', async () => {
        const controller = new AbortController();
        const outcome = await write({}, async (writer) => {
          await writer.put([source('a', '1')]);
          const commit = writer.commit({ signal: controller.signal }).then(() => 'committed', (error: unknown) => error);
          controller.abort(reason);
          return commit;
        });
        const there = await provider.artifact(artifact).then(() => true, () => false);
        assert.ok(there ? outcome === 'committed' : outcome === reason);
      });
    });

    const whereOffered = (needed: readonly Offer[], tests: () => void): void => {
      if (needed.every((offer) => offers.includes(offer))) {
        describe(`optional: ${needed.join(', ')}`, tests);
      }
    };
    const folder = temporaryFolder();

    it('offers what it is known to offer', async () => {
      const methods = OPTIONAL_METHODS.filter((method) => provider[method] !== undefined);
      const keeps = await write({}, async (writer) => writer.keep !== undefined);
      assert.deepEqual([...methods, ...(keeps ? ['keep'] : [])].sort(), [...offers].sort());
    });

    whereOffered(['fetch'], () => {
      it('copies an asset into a new file', async () => {
        const files = { empty: new Uint8Array(), small: pseudoRandom(500), large: pseudoRandom(2_000_000) };
        const version = await log(files);
        for (const [each, bytes] of Object.entries(files)) {
          const file = path.join(folder(), each);
          const seen: number[] = [];
          await provider.fetch!({ ...version, path: each }, file, { onProgress: (progress) => seen.push(progress.bytes) });
          assert.ok(fs.readFileSync(file).equals(bytes));
          assert.ok(seen.every((count, index) => count >= (seen[index - 1] ?? 0) && count <= bytes.length));
        }
        await assert.rejects(provider.fetch!({ ...version, path: 'nothing' }, path.join(folder(), 'nothing')), rejectsWith('notFound'));
        assert.deepEqual(fs.readdirSync(folder()).sort(), ['empty', 'large', 'small']);
      });

      it('never writes over a file, and leaves none when it is stopped', async () => {
        const version = await log({ large: pseudoRandom(5_000_000) });
        const [there] = writeFiles(folder(), { there: 'mine' });
        await assert.rejects(provider.fetch!({ ...version, path: 'large' }, there!));
        assert.equal(fs.readFileSync(there!, 'utf8'), 'mine');
        const controller = new AbortController();
        const fetching = provider.fetch!({ ...version, path: 'large' }, path.join(folder(), 'new'), { signal: controller.signal });
        controller.abort();
        await assert.rejects(fetching, { name: 'AbortError' });
        // A second one comes after the first has gone home.
        await provider.fetch!({ ...version, path: 'large' }, path.join(folder(), 'second'));
        assert.deepEqual(fs.readdirSync(folder()).sort(), ['second', 'there']);
      });
    });

    whereOffered(['fetchAll'], () => {
      const wanted = (paths: readonly string[]): { readonly path: string; readonly part: string; readonly file: string }[] =>
        paths.map((each) => ({ path: each, part: path.join(folder(), `${each}.part`), file: path.join(folder(), each) }));

      it('copies many assets into files that appear when they are whole', async () => {
        const files = { empty: new Uint8Array(), large: pseudoRandom(2_000_000), one: pseudoRandom(500), same: pseudoRandom(500), two: pseudoRandom(60_000) };
        const version = await log(files);
        // What an earlier try left.
        writeFiles(folder(), { 'one.part': 'half' });
        assert.deepEqual(await provider.fetchAll!(version, wanted(Object.keys(files).reverse()), false), []);
        for (const [each, bytes] of Object.entries(files)) {
          assert.ok(fs.readFileSync(path.join(folder(), each)).equals(bytes), each);
        }
        assert.deepEqual(fs.readdirSync(folder()).sort(), Object.keys(files));
        await assert.rejects(provider.fetchAll!(version, wanted(['nothing']), false), rejectsWith('notFound'));
      });

      it('replaces what stands in the way only where that is meant, and tells of it otherwise', async () => {
        const version = await log({ large: pseudoRandom(100_000), small: 'theirs' });
        writeFiles(folder(), { large: 'mine', small: 'mine' });
        assert.deepEqual(await provider.fetchAll!(version, wanted(['large', 'small']), false).then((taken) => [...taken].sort()), ['large', 'small']);
        assert.deepEqual(['large', 'small'].map((each) => fs.readFileSync(path.join(folder(), each), 'utf8')), ['mine', 'mine']);
        assert.deepEqual(await provider.fetchAll!(version, wanted(['large', 'small']), true), []);
        assert.equal(fs.readFileSync(path.join(folder(), 'small'), 'utf8'), 'theirs');
        assert.deepEqual(fs.readdirSync(folder()).sort(), ['large', 'small']);
      });

      it('has come to rest when it is stopped, with whole files alone', async () => {
        const names = Array.from({ length: 200 }, (_, index) => `file-${index}`);
        const content = pseudoRandom(20_000);
        const version = await log({ ...Object.fromEntries(names.map((each) => [each, content])), large: pseudoRandom(5_000_000) });
        const controller = new AbortController();
        const fetching = provider.fetchAll!(version, wanted([...names, 'large']), false, { signal: controller.signal, onProgress: () => controller.abort() });
        await assert.rejects(fetching, { name: 'AbortError' });
        const there = fs.readdirSync(folder());
        assert.ok(there.every((each) => each === 'large' || fs.readFileSync(path.join(folder(), each)).equals(content)));
        assert.deepEqual(there.filter((each) => each.endsWith('.part') || each === 'large'), []);
      });
    });

    whereOffered(['keep'], () => {
      it('takes over assets of an earlier version', async () => {
        const first = await log({ 'a.txt': 'a', 'large.bin': pseudoRandom(200_000), 'changed.txt': 'old' });
        const second = await write({ version: 'minor' }, async (writer) => {
          await writer.keep!(first, ['a.txt', 'large.bin']);
          await assert.rejects(writer.put([source('a.txt', 'x')]), rejectsWith('alreadyExists'));
          await assert.rejects(writer.keep!(first, ['nothing']), rejectsWith('notFound'));
          await writer.put([source('changed.txt', 'new')]);
          return writer.commit();
        });
        assert.equal(second.version, '1.1.0');
        assert.equal(await textOf(provider.read({ ...second, path: 'a.txt' })), 'a');
        assert.equal(await textOf(provider.read({ ...second, path: 'changed.txt' })), 'new');
        assert.ok((await bytesOf(provider.read({ ...second, path: 'large.bin' }))).equals(pseudoRandom(200_000)));
      });
    });

    whereOffered(['label'], () => {
      it('changes aliases, tags and metadata, and only what is named', async () => {
        const first = await log({ a: '1' }, { aliases: ['prod'], tags: ['x'], metadata: { a: 1 } });
        const second = await log({ a: '2' });
        assert.deepEqual((await provider.label!(second, { aliases: ['prod', 'best'] })).aliases, ['best', 'prod']);
        assert.deepEqual((await provider.version(first)).aliases, []);
        assert.deepEqual((await provider.label!(first, { tags: ['y', 'y', 'z'] })).tags, ['y', 'z']);
        assert.deepEqual((await provider.version(first)).metadata, { a: 1 });
        const changed = await provider.label!({ ...artifact, version: 'best' }, { metadata: { b: { c: [1] } } });
        assert.equal(changed.version, '2.0.0');
        assert.deepEqual(changed.metadata, { b: { c: [1] } });
        assert.deepEqual(changed.aliases, ['best', 'prod']);
        assert.deepEqual((await provider.label!(second, { aliases: [] })).aliases, []);
        await assert.rejects(provider.version({ ...artifact, version: 'best' }), rejectsWith('notFound'));
        await assert.rejects(provider.label!(second, { aliases: ['Latest'] }), rejectsWith('invalid'));
        await assert.rejects(provider.label!({ ...artifact, version: '7.0.0' }, { tags: [] }), rejectsWith('notFound'));
      });
    });

    const startRun = (runName: string): Promise<RunRef> => provider.startRun!({ connection: provider.connection, workspace: artifact.workspace, name: runName });
    const prepareRef = ({ connection, workspace, run }: RunRef): RunRef => ({ connection, workspace, run });

    whereOffered(['startRun', 'runs'], () => {
      it('start, end and are listed newest first', async () => {
        const first = await startRun('prepare 1/2: data');
        await new Promise((resolve) => setTimeout(resolve, 5));
        const second = await startRun('train');
        await provider.endRun?.(first, 'failed');
        const runs = (await all(provider.runs!(artifact))).filter(({ run }) => run === first.run || run === second.run);
        assert.deepEqual(runs.map((run) => [run.name, run.status]), [['train', 'running'], ['prepare 1/2: data', provider.endRun === undefined ? 'running' : 'failed']]);
        assert.ok(provider.endRun === undefined || runs[1]?.ended !== undefined);
        if (provider.endRun !== undefined) {
          await assert.rejects(provider.endRun({ ...first, run: 'no-such-run' }, 'failed'), rejectsWith('notFound'));
        }
      });
    });

    whereOffered(['startRun', 'run'], () => {
      it('are told one by one, as they stand now', async () => {
        const started = await startRun('train');
        const details = await provider.run!(started);
        assert.deepEqual([details.run, details.workspace, details.name, details.status], [started.run, artifact.workspace, 'train', 'running']);
        assert.deepEqual([details.metrics, details.parameters], [[], {}]);
        await provider.endRun?.(started, 'finished');
        assert.equal((await provider.run!(started)).status, provider.endRun === undefined ? 'running' : 'finished');
        await assert.rejects(provider.run!({ ...started, run: 'no-such-run' }), rejectsWith('notFound'));
      });
    });

    whereOffered(['startRun', 'runs', 'experiments'], () => {
      it('are found below their experiment, by a part of the name, whatever the case', async () => {
        const started = await startRun('Train anew');
        const { experiment } = (await all(provider.runs!(artifact))).find(({ run }) => run === started.run) ?? {};
        const found = (await all(provider.experiments!(artifact))).find((each) => each.experiment === experiment);
        assert.ok(found !== undefined && found.name !== '');
        const search = found.name.slice(1).toUpperCase();
        assert.ok((await all(provider.experiments!({ ...artifact, search }))).some((each) => each.experiment === experiment));
        assert.deepEqual(await all(provider.experiments!({ ...artifact, search: `${search}-nothing` })), []);
        assert.ok((await all(provider.runs!({ ...found, search: 'AIN AN' }))).some(({ run }) => run === started.run));
        assert.deepEqual(await all(provider.runs!({ ...found, search: 'nobody' })), []);
      });
    });

    whereOffered(['snippet'], () => {
      it('hands out lines of Python for a version and a file of it, that name what they load', async () => {
        const version = await log({ 'folder/a.txt': '1' }, { aliases: ['prod'] });
        for (const of of [version, { ...version, version: 'prod' }, { ...version, path: 'folder/a.txt' }, { ...version, path: 'folder' }]) {
          const text = await provider.snippet!(of, 'load');
          assert.ok(text.includes(artifact.artifact) && !('path' in of && !text.includes('folder')), text);
          // Whole lines, of which none is cut.
          assert.match(text, /^(?:import|from) .*[^\\]\n$/su);
        }
      });
    });

    whereOffered(['webUrl', 'startRun', 'run'], () => {
      it('knows the page of a version and of a run that were seen, without anything secret in it', async () => {
        const version = await log({ a: '1' });
        const run = await startRun('train');
        await provider.run!(run);
        for (const url of [provider.webUrl!(version), provider.webUrl!(run)].map((text) => new URL(text ?? 'none:'))) {
          assert.deepEqual([url.protocol.startsWith('http'), url.username, url.password], [true, '', '']);
        }
        assert.equal(provider.webUrl!({ ...version, version: '9.0.0' }), undefined);
      });
    });

    whereOffered(['startRun', 'consume', 'lineage'], () => {
      it('tell what a run made and used, in both directions', async () => {
        const prepare = await startRun('prepare');
        const train = await startRun('train');
        const data = await log({ a: '1' }, { producer: prepare });
        assert.deepEqual(data.producer, { ...prepareRef(prepare), name: 'prepare' });
        const modelName = `${artifact.artifact}-model`;
        await provider.consume!({ ...artifact, version: LATEST }, train);
        await provider.consume!(data, train);
        const model = await log({ m: '1' }, { artifact: modelName, type: 'model', producer: train });

        const around = await provider.lineage!({ ...artifact, version: LATEST });
        const [dataId, modelId, prepareId, trainId] = [versionNodeId(data), versionNodeId(model), runNodeId(prepare), runNodeId(train)];
        assert.equal(around.focus, dataId);
        // Where uses are listed run by run only, the version does not know of them.
        const isTold = provider.usesUnlisted !== true;
        assert.deepEqual(around.nodes.map(({ id }) => id).sort(), [dataId, prepareId, ...(isTold ? [trainId] : [])].sort());
        assert.deepEqual(around.edges, [
          { from: prepareId, to: dataId, relation: 'produced' }, ...(isTold ? [{ from: dataId, to: trainId, relation: 'consumed' }] : []),
        ]);
        assert.deepEqual(around.expanded, [dataId]);
        assert.deepEqual(around.cut, { upstream: [], downstream: isTold ? [trainId] : [] });

        const further = await provider.lineage!(train);
        assert.equal(further.focus, trainId);
        assert.deepEqual(further.edges, [{ from: dataId, to: trainId, relation: 'consumed' }, { from: trainId, to: modelId, relation: 'produced' }]);
        assert.deepEqual(further.cut, { upstream: [dataId], downstream: [] });
        const node = further.nodes.find(({ id }) => id === modelId);
        assert.ok(node?.kind === 'version' && node.type === 'model' && node.deleted === undefined);
        assert.equal(further.nodes.find(({ id }) => id === trainId)?.kind, 'run');
        await assert.rejects(provider.consume!(data, { ...train, run: 'no-such-run' }), rejectsWith('notFound'));
        await assert.rejects(provider.consume!({ ...artifact, version: '9.0.0' }, train), rejectsWith('notFound'));
        await assert.rejects(provider.lineage!({ ...artifact, version: '9.0.0' }), rejectsWith('notFound'));
      });

      it('are not touched by browsing', async () => {
        const version = await log({ a: '1' });
        await textOf(provider.read({ ...version, path: 'a' }));
        await all(provider.entries({ ...version, path: '' }));
        assert.deepEqual((await provider.lineage!(version)).edges.filter(({ relation }) => relation === 'consumed'), []);
      });
    });

    whereOffered(['remove'], () => {
      it('deletes a version for good, after saying what goes', async () => {
        const run = await provider.startRun?.({ connection: provider.connection, workspace: artifact.workspace, name: 'user' });
        const shared = pseudoRandom(150_000);
        const own = pseudoRandom(100_000).reverse();
        await log({ shared }, { version: '1.0.0' });
        const second = await log({ shared, own }, { version: '2.0.0', aliases: ['prod', 'old'] });
        // Where assets can be kept, versions share what is the same.
        const freed = own.length + (await write({ version: 'patch' }, async (writer) => (writer.keep === undefined ? shared.length : 0)));
        // A server may let nobody delete files, and then says so before.
        const isFreed = (bytes: number): void => assert.ok(bytes === freed || bytes === 0, `${bytes} bytes instead of ${freed}`);
        if (run !== undefined) {
          await provider.consume?.(second, run);
        }
        const removal = await provider.removal?.(second);
        if (removal !== undefined) {
          assert.deepEqual([...removal.aliases].sort(), ['old', 'prod']);
          assert.deepEqual(removal.consumers.map((consumer) => consumer.run), run === undefined || provider.consume === undefined ? [] : [run.run]);
          isFreed(removal.bytesFreed);
        }
        const removed = await provider.remove!({ ...artifact, version: 'prod' });
        isFreed(removed.bytesFreed);
        assert.equal(removed.bytesFreed, removal?.bytesFreed ?? removed.bytesFreed);

        assert.deepEqual(await numbers(), ['1.0.0']);
        assert.equal((await provider.version({ ...artifact, version: LATEST })).version, '1.0.0');
        for (const version of ['2.0.0', 'prod', 'old']) {
          await assert.rejects(provider.version({ ...artifact, version }), rejectsWith('notFound'), version);
        }
        await assert.rejects(provider.remove!(second), rejectsWith('notFound'));
        assert.ok((await bytesOf(provider.read({ ...artifact, version: '1.0.0', path: 'shared' }))).equals(shared));
        await assert.rejects(log({ a: '1' }, { version: '2.0.0' }), rejectsWith('alreadyExists'));
        assert.equal((await provider.nextVersions(artifact)).major, '3.0.0');
        assert.equal((await log({ a: '1' })).version, '3.0.0');
        if (run !== undefined && provider.lineage !== undefined && provider.consume !== undefined) {
          const node = (await provider.lineage(run)).nodes.find(({ id }) => id === versionNodeId(second));
          assert.ok(node?.kind === 'version' && node.deleted === true);
        }
      });

      it('leaves the artifact when its last version goes', async () => {
        await provider.remove!(await log({ a: '1' }));
        assert.equal((await provider.artifact(artifact)).latest, undefined);
        assert.deepEqual(await numbers(), []);
        assert.deepEqual(await provider.nextVersions(artifact), { major: '2.0.0', minor: '1.1.0', patch: '1.0.1' });
      });
    });

    whereOffered(['watch'], () => {
      it('tells of changes until it is stopped', async () => {
        const seen: Change[] = [];
        const stop = provider.watch!((change) => seen.push(change));
        try {
          await log({ a: '1' });
          const isOurs = (change: Change): boolean =>
            change.connection === provider.connection && (change.workspace ?? artifact.workspace) === artifact.workspace && (change.artifact ?? artifact.artifact) === artifact.artifact;
          const until = Date.now() + 2_000;
          while (!seen.some(isOurs) && Date.now() < until) {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
          assert.ok(seen.some(isOurs), 'a change within two seconds');
        } finally {
          stop();
          stop();
        }
        await new Promise((resolve) => setTimeout(resolve, 300));
        const before = seen.length;
        await log({ a: '2' });
        await new Promise((resolve) => setTimeout(resolve, 500));
        assert.equal(seen.length, before);
      });
    });
  });
}

/** The fields that say something. */
const told = <T extends object>(row: T): Partial<T> => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Partial<T>;

/** The same bytes for the same size; no two sizes share a part. */
function pseudoRandom(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = (size ^ 0x9e3779b9) >>> 0;
  for (let index = 0; index < size; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 0xff;
  }
  return bytes;
}

type State<T> = { readonly waiting: true } | { readonly done: T } | { readonly failed: unknown };

function settled<T>(promise: Promise<T>): { readonly state: State<T> } {
  const outcome: { state: State<T> } = { state: { waiting: true } };
  promise.then((done) => { outcome.state = { done }; }, (failed: unknown) => { outcome.state = { failed }; });
  return outcome;
}
