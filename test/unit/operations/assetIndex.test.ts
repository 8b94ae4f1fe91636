import * as assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asset } from '../../../src/model/artifact';
import type { AssetPage, AssetQuery } from '../../../src/model/assetPage';
import { assetType } from '../../../src/model/assetType';
import { isAbort, notFound } from '../../../src/model/errors';
import { AssetIndex, AssetIndexes } from '../../../src/operations/assetIndex';

const all: AssetQuery = { filter: '', sort: 'name', descending: false };

function asset(path: string, size = 1): Asset {
  return { kind: 'asset', connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0', path, size, type: assetType(path) };
}

async function* iterate(assets: readonly Asset[]): AsyncGenerator<Asset> {
  yield* assets;
}

function numbered(count: number): Asset[] {
  return Array.from({ length: count }, (_, index) => asset(`part-${String(index).padStart(6, '0')}.csv`, (index * 7919) % 1000));
}

async function loaded(index: AssetIndex): Promise<AssetIndex> {
  await index.page(all, 0);
  if (!index.complete && !index.failure) {
    await new Promise<void>(resolve => {
      index.onGrowth(() => {
        if (index.complete || index.failure) {
          resolve();
        }
      });
    });
  }
  return index;
}

const indexOf = (...assets: Asset[]): Promise<AssetIndex> => loaded(new AssetIndex(() => iterate(assets)));
const paths = (page: AssetPage): string[] => page.rows.map(row => row.path);

describe('the index of a version’s assets', () => {
  it('gives a page of the rows in the order of the provider', async () => {
    const page = await (await indexOf(asset('a'), asset('b'), asset('c'))).page(all, 1, 1);
    assert.deepEqual(page, {
      query: all, first: 1, matched: 3, total: 3, complete: true,
      rows: [{ path: 'b', size: 1, type: 'unknown', sha256: undefined, link: undefined }],
    });
  });

  it('gives at most 500 rows', async () => {
    const page = await (await indexOf(...numbered(2000))).page(all, 0, 10_000);
    assert.equal(page.rows.length, 500);
    assert.equal(page.matched, 2000);
  });

  it('answers a page behind the end with the last row', async () => {
    const page = await (await indexOf(asset('a'), asset('b'))).page(all, 900);
    assert.deepEqual([page.first, paths(page)], [1, ['b']]);
  });

  it('keeps what contains the filter, in any case', async () => {
    const page = await (await indexOf(asset('Train/a.csv'), asset('test/b.csv'))).page({ ...all, filter: 'tRAIN' }, 0);
    assert.deepEqual([page.matched, page.total, paths(page)], [1, 2, ['Train/a.csv']]);
  });

  it('turns names around', async () => {
    const page = await (await indexOf(asset('a'), asset('b'), asset('c'))).page({ ...all, descending: true }, 1);
    assert.deepEqual(paths(page), ['b', 'a']);
  });

  it('sorts by size and keeps equal ones in the order of their names', async () => {
    const index = await indexOf(asset('a', 5), asset('b', 9), asset('c', 5));
    assert.deepEqual(paths(await index.page({ ...all, sort: 'size' }, 0)), ['a', 'c', 'b']);
    assert.deepEqual(paths(await index.page({ ...all, sort: 'size', descending: true }, 0)), ['b', 'a', 'c']);
  });

  it('sorts by type', async () => {
    const page = await (await indexOf(asset('a.txt'), asset('b.csv'), asset('c.py'))).page({ ...all, sort: 'type' }, 0);
    assert.deepEqual(paths(page), ['c.py', 'b.csv', 'a.txt']);
  });

  it('sorts a long list as a plain sort would', async () => {
    const assets = numbered(10_000);
    const page = await (await indexOf(...assets)).page({ ...all, sort: 'size' }, 9_600);
    const expected = [...assets].sort((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1)).slice(9_600).map(each => each.path);
    assert.deepEqual(paths(page), expected);
  });

  it('shows first rows while the rest is still on its way', async () => {
    let go: () => void = () => undefined;
    const rest = new Promise<void>(resolve => {
      go = resolve;
    });
    const index = new AssetIndex(async function* () {
      yield* numbered(200);
      await rest;
      yield asset('z');
    });
    await new Promise<void>(resolve => index.onGrowth(resolve));
    const early = await index.page(all, 0);
    assert.deepEqual([early.matched, early.complete], [200, false]);
    go();
    const late = await (await loaded(index)).page(all, 0);
    assert.deepEqual([late.matched, late.complete], [201, true]);
  });

  it('has the first page before anybody asks, and reads the rest when somebody does', async () => {
    let read = 0;
    const index = new AssetIndex(async function* () {
      for (const each of numbered(1200)) {
        read++;
        yield each;
      }
    });
    await sleep(50);
    assert.deepEqual([index.size, read], [500, 500]);
    const first = await index.page(all, 0);
    assert.deepEqual([first.rows.length, first.complete], [500, false]);
    const rest = await (await loaded(index)).page(all, 1100);
    assert.deepEqual([rest.rows.length, rest.total, rest.rows[0]?.path], [100, 1200, 'part-001100.csv']);
  });

  it('knows a short list without being asked', async () => {
    const index = new AssetIndex(() => iterate(numbered(10)));
    await sleep(20);
    assert.ok(index.complete);
  });

  it('finds what came later under the same filter', async () => {
    let go: () => void = () => undefined;
    const rest = new Promise<void>(resolve => {
      go = resolve;
    });
    const index = new AssetIndex(async function* () {
      yield* numbered(200);
      await rest;
      yield asset('part-z.csv');
      yield asset('other.csv');
    });
    await new Promise<void>(resolve => index.onGrowth(resolve));
    const query = { ...all, filter: 'part-' };
    await index.page(query, 0);
    go();
    const page = await (await loaded(index)).page(query, 199);
    assert.deepEqual(paths(page), ['part-000199.csv', 'part-z.csv']);
  });

  it('keeps the reason when loading fails', async () => {
    const index = await loaded(new AssetIndex(async function* () {
      yield asset('a');
      throw notFound('version 1.0.0 of ada/churn');
    }));
    assert.equal(index.failure?.message, 'Not found: version 1.0.0 of ada/churn');
    assert.equal(index.complete, false);
  });

  it('stops the provider when it is left before the end', async () => {
    let ended = false;
    const index = new AssetIndex(async function* ({ signal }) {
      try {
        for (let number = 0; ; number++) {
          signal?.throwIfAborted();
          yield asset(`${number}`);
        }
      } finally {
        ended = true;
      }
    });
    await index.page(all, 0);
    await sleep(20);
    index.leave();
    await loaded(index);
    assert.ok(ended);
    assert.ok(isAbort(index.failure));
  });

  it('stops a search that nobody waits for', async () => {
    const index = await indexOf(...numbered(50_000));
    const abort = new AbortController();
    const page = index.page({ ...all, sort: 'size' }, 0, 500, { signal: abort.signal });
    abort.abort();
    await assert.rejects(page, isAbort);
  });

  it('never holds the event loop for long, with 100,000 assets', async function () {
    this.timeout(20_000);
    const assets = numbered(100_000);
    // Processor time, as the clock also counts what other programs take.
    const used = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    let longest = 0;
    let last = used();
    const timer = setInterval(() => {
      longest = Math.max(longest, used() - last);
      last = used();
    }, 1);
    try {
      const index = await indexOf(...assets);
      await index.page({ ...all, sort: 'size' }, 0);
      await index.page({ filter: '99', sort: 'type', descending: true }, 0);
    } finally {
      clearInterval(timer);
    }
    // The promise is 20 ms; collecting garbage beside it counts too.
    assert.ok(longest < 60, `${longest} ms`);
  });
});

describe('the indexes used last', () => {
  it('load a version once', () => {
    const indexes = new AssetIndexes();
    let loads = 0;
    const load = (): AsyncIterable<Asset> => {
      loads++;
      return iterate([]);
    };
    assert.equal(indexes.get('a', load), indexes.get('a', load));
    assert.equal(loads, 1);
  });

  it('forget the one that was used longest ago', () => {
    const indexes = new AssetIndexes(2);
    const first = indexes.get('a', () => iterate([]));
    const second = indexes.get('b', () => iterate([]));
    indexes.get('a', () => iterate([]));
    indexes.get('c', () => iterate([]));
    assert.equal(indexes.get('a', () => iterate([])), first);
    assert.notEqual(indexes.get('b', () => iterate([])), second);
  });

  it('load again what failed', async () => {
    const indexes = new AssetIndexes();
    const failed = await loaded(indexes.get('a', async function* () {
      yield asset('a');
      throw notFound('it');
    }));
    assert.notEqual(indexes.get('a', () => iterate([])), failed);
  });
});
