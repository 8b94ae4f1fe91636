import assert from 'node:assert/strict';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ArtifactRef, ArtifactVersion, Asset } from '../../../src/model/artifact';
import type { Progress } from '../../../src/model/call';
import { isAbort, isArtifactError } from '../../../src/model/errors';
import { runFiles } from '../../../src/model/runFiles';
import { type CopyRequest, copyVersion, lookAtPlace, readOriginal } from '../../../src/operations/copyVersion';
import { listAssets, listVersions } from '../../../src/operations/inspect';
import type { AssetSource, Provider } from '../../../src/providers/provider';
import { all, bytesOf, localProvider, logVersion, source, textOf } from '../../support/providers';
import { filesBelow } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

/** The same provider with other methods in front. */
const changed = (provider: Provider, change: Partial<Provider>): Provider =>
  new Proxy(provider, {
    get: (target, key: keyof Provider) => {
      const value: unknown = change[key] ?? target[key];
      return typeof value === 'function' && change[key] === undefined ? value.bind(target) : value;
    },
  });

describe('copying a version', () => {
  const folder = temporaryFolder();
  const large = Buffer.alloc(300_000, 'large');
  let from: Provider;
  let to: Provider;
  let version: ArtifactVersion;
  let place: ArtifactRef;

  beforeEach(async () => {
    from = await localProvider(path.join(folder(), 'from'), 'from');
    to = await localProvider(path.join(folder(), 'to'), 'to');
    version = await logVersion(from, {
      draft: { version: '2.1.0', type: 'features', aliases: ['prod', 'staging'], tags: ['customer:1'], metadata: { rows: 3 } },
      files: { 'a.csv': 'a', 'train/large.bin': large, 'empty': '' },
      sources: [source('noted.json', '{}', { metadata: { columns: 2 } })],
      links: [{ path: 'far.parquet', link: 's3://bucket/far', size: 9, metadata: { where: 'far' } }],
    });
    place = { connection: 'to', workspace: 'team', artifact: 'churn' };
  });
  afterEach(() => Promise.all([from.dispose(), to.dispose()]));

  const copy = async (request: Partial<CopyRequest> = {}, source = from, signal?: AbortSignal, onProgress?: (progress: Progress) => void): Promise<ArtifactVersion> =>
    copyVersion(source, to, { original: await readOriginal(source, version), place, version: '2.1.0', aliases: true, ...request }, { signal, onProgress });
  const contents = async (provider: Provider, ref: ArtifactVersion): Promise<readonly object[]> =>
    (await listAssets(provider, ref)).map(({ path: logical, size, sha256, link, metadata }) => ({ logical, size, sha256, link, metadata }));

  it('keeps number, type, files, links and the metadata of each', async () => {
    const copied = await copy();
    assert.deepEqual([copied.connection, copied.workspace, copied.version, copied.type], ['to', 'team', '2.1.0', 'features']);
    assert.deepEqual(await contents(to, copied), await contents(from, version));
    assert.deepEqual(await bytesOf(to.read({ ...copied, path: 'train/large.bin' })), large);
  });

  it('brings tags, aliases and metadata along, and says where it came from', async () => {
    const copied = await copy();
    assert.deepEqual([copied.tags, [...copied.aliases].sort()], [['customer:1'], ['prod', 'staging']]);
    assert.deepEqual(copied.metadata, { rows: 3, copiedFrom: { reference: 'ada/churn:2.1.0', connection: 'from' } });
  });

  it('keeps in the metadata what other clients wrote beside the original', async () => {
    const told = { serverTags: { stage: 'gold', rows: 'many' }, description: 'for the board' };
    const copied = await copy({}, changed(from, { version: async (ref, call) => ({ ...await from.version(ref, call), ...told }) }));
    assert.deepEqual({ ...copied.metadata, copiedFrom: undefined }, { stage: 'gold', description: 'for the board', rows: 3, copiedFrom: undefined });
  });

  it('notes the page of the original without name, password and query', async () => {
    const copied = await copy({}, changed(from, { webUrl: () => 'https://ada:secret@example.org/ml/?token=secret#/models/churn' }));
    assert.deepEqual(copied.metadata['copiedFrom'], { reference: 'ada/churn:2.1.0', connection: 'from', url: 'https://example.org/ml/#/models/churn' });
  });

  it('records the run that it is given as the producer', async () => {
    const run = await to.startRun!({ connection: 'to', workspace: 'team', name: 'carry' });
    assert.equal((await copy({ producer: run })).producer?.name, 'carry');
  });

  it('leaves the aliases behind when told', async () => {
    assert.deepEqual((await copy({ aliases: false })).aliases, []);
  });

  it('resolves an alias once', async () => {
    assert.equal((await readOriginal(from, { ...version, version: 'prod' })).version.version, '2.1.0');
  });

  it('goes to another artifact of the same connection', async () => {
    const copied = await copyVersion(from, from, { original: await readOriginal(from, version), place: { ...version, artifact: 'other' }, version: 'major', aliases: true });
    assert.deepEqual([copied.artifact, copied.version], ['other', '1.0.0']);
    assert.equal(await textOf(from.read({ ...copied, path: 'a.csv' })), 'a');
  });

  it('counts the bytes that move', async () => {
    const seen: Progress[] = [];
    await copy({}, from, undefined, (progress) => seen.push(progress));
    const last = seen.at(-1);
    assert.deepEqual([last?.bytes, last?.totalBytes, last?.totalFiles], [300_003, 300_003, 4]);
  });

  it('says that an exact number is taken', async () => {
    await copy();
    await assert.rejects(copy(), (error) => isArtifactError(error, 'alreadyExists'));
  });

  it('cannot be done with the files of a run', async () => {
    await assert.rejects(readOriginal(from, runFiles({ connection: 'from', workspace: 'ada', run: 'r1' })), (error) => isArtifactError(error, 'unsupported') && error.message.includes('run'));
  });

  describe('when bytes are not what their digest says', () => {
    const lying = (content: string): Provider => changed(from, {
      async *read(asset, start, call) {
        yield* asset.path === 'a.csv' ? [Buffer.from(content)] : from.read(asset, start, call);
      },
    });

    for (const [what, content] of [['other bytes', 'b'], ['too few', ''], ['too many', 'aa']] as const) {
      it(`stops at ${what}, names the asset, and nothing stays`, async () => {
        await assert.rejects(copy({}, lying(content)), (error) => isArtifactError(error, 'corrupt') && error.message.includes('a.csv of ada/churn:2.1.0'));
        await assert.rejects(listVersions(to, place), (error) => isArtifactError(error, 'notFound'));
        assert.deepEqual(filesBelow(path.join(folder(), 'to')).filter((file) => file.startsWith('tmp/')), []);
      });
    }

    it('takes away what was written by a back end that reads parts side by side', async () => {
      const parts = changed(to, {
        begin: async (draft, call) => {
          const writer = await to.begin(draft, call);
          return {
            ...bound(writer),
            put: async (assets) => writer.put(await Promise.all(assets.map(inParts))),
          };
        },
      });
      const broken = changed(from, {
        async *read(asset, start = 0, call) {
          for await (const chunk of from.read(asset, start, call)) {
            yield start > 0 && asset.path === 'train/large.bin' ? Buffer.alloc(chunk.length, 'x') : chunk;
          }
        },
      });
      const request = { original: await readOriginal(from, version), place, version: '2.1.0', aliases: true };
      await assert.rejects(copyVersion(broken, parts, request), (error) => isArtifactError(error, 'corrupt') && error.message.includes('large.bin'));
      assert.deepEqual(await listVersions(to, place), []);
      assert.equal((await copyVersion(from, parts, { ...request, version: 'major' })).assets, 5);
    });
  });

  it('reads a file again from the start after the back end tried once', async () => {
    const twice = changed(to, {
      begin: async (draft, call) => {
        const writer = await to.begin(draft, call);
        return {
          ...bound(writer),
          put: (assets) => writer.put(assets.map((asset) => ({
            path: asset.path,
            size: asset.size,
            metadata: asset.metadata,
            async *open() {
              for await (const _ of asset.open()) {
                break;
              }
              yield* asset.open();
            },
          }))),
        };
      },
    });
    const copied = await copyVersion(from, twice, { original: await readOriginal(from, version), place, version: '2.1.0', aliases: true });
    assert.deepEqual(await contents(to, copied), await contents(from, version));
  });

  it('leaves nothing when it is cancelled', async () => {
    const abort = new AbortController();
    const slow = changed(from, {
      async *read(asset, start, call) {
        abort.abort();
        call?.signal?.throwIfAborted();
        yield* from.read(asset, start, call);
      },
    });
    await assert.rejects(copy({}, slow, abort.signal), isAbort);
    await assert.rejects(listVersions(to, place), (error) => isArtifactError(error, 'notFound'));
  });

  describe('looking at the place first', () => {
    const look = async (number = '2.1.0') => lookAtPlace(await readOriginal(from, version), to, place, number);

    it('finds a new artifact free', async () => {
      assert.deepEqual(await look(), { same: false, moves: [] });
    });

    it('knows a copy of the same content by number and digests', async () => {
      await copy();
      const { taken, same } = await look();
      assert.deepEqual([taken?.version, same], ['2.1.0', true]);
    });

    it('tells other content under the same number', async () => {
      await logVersion(to, { draft: { workspace: 'team', version: '2.1.0' }, files: { 'a.csv': 'b' } });
      const { taken, same } = await look();
      assert.deepEqual([taken?.version, same], ['2.1.0', false]);
    });

    it('does not take files without digests for the same', async () => {
      await copy();
      const nameless = changed(from, {
        async *assets(ref, call) {
          for (const asset of await all<Asset>(from.assets(ref, call))) {
            yield { ...asset, sha256: undefined };
          }
        },
      });
      assert.equal((await lookAtPlace(await readOriginal(nameless, version), to, place, '2.1.0')).same, false);
    });

    it('names the aliases that would move, and from where', async () => {
      await logVersion(to, { draft: { workspace: 'team', version: '1.0.0', aliases: ['prod', 'old'] }, files: { 'a.csv': 'b' } });
      assert.deepEqual((await look()).moves, [{ alias: 'prod', version: '1.0.0' }]);
    });

    it('finds any bump free', async () => {
      await copy();
      assert.equal((await look('minor')).taken, undefined);
    });
  });
});

type Writer = Awaited<ReturnType<Provider['begin']>>;

const bound = (writer: Writer): Writer => ({
  put: (assets, call) => writer.put(assets, call),
  link: (links, call) => writer.link(links, call),
  commit: (call) => writer.commit(call),
  abandon: () => writer.abandon(),
});

/** The second half is read before the first. */
async function inParts(asset: AssetSource): Promise<AssetSource> {
  const half = Math.floor(asset.size / 2);
  const second = await bytesOf(asset.open(half));
  const first: Buffer[] = [];
  let length = 0;
  for await (const chunk of asset.open()) {
    first.push(Buffer.from(chunk).subarray(0, half - length));
    length += chunk.length;
    if (length >= half) {
      break;
    }
  }
  return { ...source(asset.path, Buffer.concat([...first, second])), metadata: asset.metadata };
}
