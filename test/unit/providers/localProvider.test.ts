import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as path from 'node:path';
import type { VersionRef } from '../../../src/model/artifact';
import type { Provider } from '../../../src/providers/provider';
import { all, draftOf, localProvider, logVersion, source, textOf } from '../../support/providers';
import { CHURN, filesBelow, largeBytes } from '../../support/stores';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';
import { writeLargeVersion } from '../../support/largeVersion';

describe('the embedded store as a provider', () => {
  const folder = temporaryFolder();
  const root = (): string => path.join(folder(), 'store');
  let provider: Provider;

  beforeEach(async () => {
    provider = await localProvider(root());
  });
  afterEach(() => provider.dispose());

  it('leaves no file of a log that is cancelled while a worker copies', async () => {
    const [file] = writeFiles(folder(), { 'large.bin': largeBytes(1, 60_000_000) });
    const writer = await provider.begin(draftOf(provider));
    const controller = new AbortController();
    await assert.rejects(
      writer.put([{ ...source('large.bin', ''), file: file! }], { signal: controller.signal, onProgress: ({ bytes }) => { if (bytes > 0) { controller.abort(); } } }),
      { name: 'AbortError' },
    );
    await writer.abandon();
    assert.deepEqual(filesBelow(root()).filter((name) => !name.startsWith('changes/')), ['format.json', 'locks/spare']);
  });

  it('answers questions while a log is under way', async () => {
    await logVersion(provider, { files: { a: '1' } });
    const files = Array.from({ length: 8 }, (_, index) => writeFiles(folder(), { [`large-${index}.bin`]: largeBytes(index, 20_000_000) })[0]!);
    const writer = await provider.begin(draftOf(provider));
    const state = { ended: false };
    const ask = async (): Promise<string> => textOf(provider.read({ connection: 'local', ...CHURN, version: '1.0.0', path: 'a' }));
    await ask();
    const putting = writer.put(files.map((file) => ({ ...source(path.basename(file), ''), file }))).finally(() => { state.ended = true; });
    assert.equal(await ask(), '1');
    assert.equal(state.ended, false, 'the answer did not wait for the log');
    await putting;
    await writer.abandon();
  }).timeout(30_000);

  it('takes thousands of small assets from files, memory and an earlier version together', async () => {
    const names = Array.from({ length: 2_500 }, (_, index) => `part${index % 7}/file ${index}.txt`);
    const files = writeFiles(path.join(folder(), 'source'), Object.fromEntries(names.map((name) => [name, name])));
    const first = await logVersion(provider, { sources: names.map((name, index) => ({ ...source(name, ''), file: files[index]! })) });
    assert.deepEqual([first.assets, first.bytes], [2_500, names.join('').length]);
    const writer = await provider.begin(draftOf(provider, { version: 'patch' }));
    await writer.keep!(first, names.slice(0, 2_400));
    await writer.put(names.slice(2_400).map((name) => source(name, `new ${name}`)));
    const second = await writer.commit();
    assert.deepEqual([second.version, second.assets], ['1.0.1', 2_500]);
    assert.deepEqual((await all(provider.assets(second))).map((asset) => asset.path), [...names].sort());
    assert.equal(await textOf(provider.read({ ...second, path: names[5]! })), names[5]);
    assert.equal(await textOf(provider.read({ ...second, path: names[2_450]! })), `new ${names[2_450]!}`);
  }).timeout(30_000);

  it('shows the first rows of 100,000 assets without holding the event loop', async () => {
    const ref: VersionRef = { connection: 'local', ...CHURN, version: '1.0.0' };
    writeLargeVersion(root(), ref, 100_000);
    const first = async (): Promise<number> => {
      const start = performance.now();
      let rows = 0;
      for await (const entry of provider.entries({ ...ref, path: '' })) {
        assert.equal(entry.kind, 'asset');
        if (++rows === 500) {
          break;
        }
      }
      return performance.now() - start;
    };
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    const cold = await first();
    const warm = await first();
    const start = performance.now();
    const assets = await all(provider.assets(ref));
    const whole = performance.now() - start;
    lag.disable();
    assert.equal(assets.length, 100_000);
    // Figures for people: how fast a machine is, is nothing to assert.
    console.log(`      100,000 assets in one folder: first 500 rows after ${cold.toFixed(0)} ms, again after ${warm.toFixed(0)} ms; all assets after ${whole.toFixed(0)} ms; loop lag p99 ${(lag.percentile(99) / 1e6).toFixed(0)} ms`);
  }).timeout(60_000);
});
