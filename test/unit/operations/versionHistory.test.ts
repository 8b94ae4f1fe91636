import * as assert from 'node:assert/strict';
import type { ArtifactVersion, Asset, VersionRef } from '../../../src/model/artifact';
import { VersionHistory } from '../../../src/operations/versionHistory';

const artifact = { connection: 'local', workspace: 'ada', artifact: 'churn' };

/** Versions by number, each with its digests by path; every asset has ten bytes. */
function holding(versions: Record<string, Record<string, string>>) {
  const reads: string[] = [];
  return {
    reads,
    async* versions(): AsyncGenerator<ArtifactVersion> {
      for (const [version, contents] of Object.entries(versions)) {
        const assets = Object.keys(contents).length;
        yield { ...artifact, version, type: 'dataset', aliases: [], isLatest: false, tags: [], metadata: {}, assets, bytes: assets * 10, created: 0 };
      }
    },
    async* assets({ version }: VersionRef): AsyncGenerator<Asset> {
      reads.push(version);
      for (const [path, sha256] of Object.entries(versions[version] ?? {})) {
        yield { kind: 'asset', ...artifact, version, path, size: 10, type: 'unknown', sha256, ...(sha256 === '' ? { link: 's3://x' } : {}) };
      }
    },
  };
}

describe('the history of an artifact', () => {
  it('lists versions newest first, by number', async () => {
    const history = new VersionHistory(holding({ '2.0.0': {}, '10.0.0': {}, '1.0.0': {} }), artifact);
    assert.deepEqual((await history.versions()).map(each => each.version), ['10.0.0', '2.0.0', '1.0.0']);
  });

  it('counts what a version added, removed and changed', async () => {
    const history = new VersionHistory(holding({
      '2.0.0': { kept: 'aa', changed: 'bb', new1: 'cc', new2: 'dd' },
      '1.0.0': { kept: 'aa', changed: 'xx', gone: 'yy' },
    }), artifact);
    const [second, first] = await history.versions();
    assert.deepEqual(await history.change(second!, first), { added: 2, removed: 1, changed: 1, bytes: 30 });
  });

  it('sees everything as added in the first version, without reading it', async () => {
    const provider = holding({ '1.0.0': { a: 'aa', b: 'bb' } });
    const history = new VersionHistory(provider, artifact);
    const [first] = await history.versions();
    assert.deepEqual(await history.change(first!, undefined), { added: 2, removed: 0, changed: 0, bytes: 20 });
    assert.deepEqual(provider.reads, []);
  });

  it('counts no bytes of remote assets', async () => {
    const history = new VersionHistory(holding({ '2.0.0': { a: 'aa', far: '' }, '1.0.0': { a: 'aa' } }), artifact);
    const [second, first] = await history.versions();
    assert.deepEqual(await history.change(second!, first), { added: 1, removed: 0, changed: 0, bytes: 0 });
  });

  it('reads each version once on the way down the list', async () => {
    const provider = holding({ '3.0.0': {}, '2.0.0': {}, '1.0.0': {} });
    const history = new VersionHistory(provider, artifact);
    const [third, second, first] = await history.versions();
    await history.change(third!, second);
    await history.change(second!, first);
    await history.change(third!, second);
    assert.deepEqual(provider.reads, ['3.0.0', '2.0.0', '1.0.0']);
  });
});
