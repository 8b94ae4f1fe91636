import * as assert from 'node:assert/strict';
import type { Asset, VersionRef } from '../../../src/model/artifact';
import { isAbort } from '../../../src/model/errors';
import { compareVersions } from '../../../src/operations/compareVersions';

const ref = (version: string): VersionRef => ({ connection: 'local', workspace: 'ada', artifact: 'churn', version });

type Content = Partial<Pick<Asset, 'size' | 'sha256' | 'link'>>;

/** A provider of versions 1.0.0 and 2.0.0. */
function holding(before: Record<string, Content>, after: Record<string, Content>) {
  return {
    async* assets(version: VersionRef): AsyncGenerator<Asset> {
      for (const [path, content] of Object.entries(version.version === '1.0.0' ? before : after)) {
        yield { kind: 'asset', ...version, path, size: 1, type: 'unknown', ...content };
      }
    },
  };
}

async function compared(before: Record<string, Content>, after: Record<string, Content>) {
  const comparison = await compareVersions(holding(before, after), ref('1.0.0'), ref('2.0.0'));
  return {
    added: comparison.added.map(asset => asset.path),
    removed: comparison.removed.map(asset => asset.path),
    changed: comparison.changed.map(each => each.after.path),
    same: comparison.same.map(asset => asset.path),
  };
}

describe('comparing two versions', () => {
  it('tells added, removed, changed and equal paths apart', async () => {
    assert.deepEqual(
      await compared(
        { 'gone.csv': {}, 'grew.csv': { sha256: 'aa' }, 'same.csv': { sha256: 'cc' } },
        { 'grew.csv': { sha256: 'bb' }, 'new.csv': {}, 'same.csv': { sha256: 'cc' } },
      ),
      { added: ['new.csv'], removed: ['gone.csv'], changed: ['grew.csv'], same: ['same.csv'] },
    );
  });

  it('goes by size where a back end knows no digests', async () => {
    const result = await compared({ a: { size: 1 }, b: { size: 1 } }, { a: { size: 2 }, b: { size: 1 } });
    assert.deepEqual([result.changed, result.same], [['a'], ['b']]);
  });

  it('sees a remote asset that points elsewhere as changed', async () => {
    const result = await compared({ a: { link: 's3://one' }, b: { link: 's3://two' } }, { a: { link: 's3://other' }, b: { link: 's3://two' } });
    assert.deepEqual([result.changed, result.same], [['a'], ['b']]);
  });

  it('shows both sides of a change', async () => {
    const { changed } = await compareVersions(holding({ a: { sha256: 'aa' } }, { a: { sha256: 'bb' } }), ref('1.0.0'), ref('2.0.0'));
    assert.deepEqual(changed.map(({ before, after }) => [before.version, before.sha256, after.version, after.sha256]), [['1.0.0', 'aa', '2.0.0', 'bb']]);
  });

  it('stops when it is cancelled', async () => {
    const endless = {
      async* assets(version: VersionRef): AsyncGenerator<Asset> {
        for (let number = 0; ; number++) {
          yield { kind: 'asset', ...version, path: `${number}`, size: 1, type: 'unknown' };
        }
      },
    };
    const abort = new AbortController();
    const work = compareVersions(endless, ref('1.0.0'), ref('2.0.0'), { signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await assert.rejects(work, isAbort);
  });
});
