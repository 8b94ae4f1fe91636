import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import { Store } from '../../src/store/store';
import type { Provider } from '../../src/providers/provider';
import { exportTo } from '../support/archives';
import { all, draftOf, localProvider, logVersion, source } from '../support/providers';
import { commitIn, largeBytes, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';

describe('a store of a later format', () => {
  const folder = memoryFolder();
  const root = (): string => path.join(folder(), 'store');
  let provider: Provider;
  beforeEach(() => {
    const store = storeIn(root());
    const { run } = store.startRun('ada', 'training');
    commitIn(store, { files: { 'large.bin': largeBytes(1), 'small.txt': 'small' }, draft: { aliases: ['best'], producer: { workspace: 'ada', run } } });
    exportTo(new Store(root()), path.join(folder(), 'archive.tar'), [{ workspace: 'ada' }]);
  });
  afterEach(() => provider.dispose());

  /** As a later version of the extension would. */
  function renew(): void {
    const format = path.join(root(), 'format.json');
    fs.writeFileSync(format, fs.readFileSync(format, 'utf8').replace('"format":1', '"format":2'));
  }

  /** Every file and folder with its time, and what is in it. */
  const everything = (): unknown => ['', ...fs.readdirSync(root(), { recursive: true, encoding: 'utf8' }).sort()].map((name) => {
    const place = path.join(root(), name);
    const status = fs.statSync(place);
    return [name, status.mtimeMs, status.isDirectory() ? '' : fs.readFileSync(place, 'latin1')];
  });

  async function assertUntouched(asks: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
    const before = everything();
    for (const [what, ask] of Object.entries(asks)) {
      await assert.rejects(ask, (error) => isArtifactError(error, 'unsupported'), what);
      assert.deepEqual(everything(), before, what);
    }
  }

  function everyAsk(): Readonly<Record<string, () => Promise<unknown>>> {
    const { connection, upkeep } = provider;
    const ada = { connection, workspace: 'ada' };
    const version = { ...ada, artifact: 'churn', version: '1.0.0' };
    const run = { ...ada, run: fs.readdirSync(path.join(root(), 'runs'))[0]!.replace('.json', '') };
    return {
      workspaces: () => all(provider.workspaces()),
      artifacts: () => all(provider.artifacts(ada)),
      versions: () => all(provider.versions(version)),
      read: () => all(provider.read({ ...version, path: 'small.txt' })),
      download: () => provider.fetchAll!(version, [{ path: 'large.bin', part: path.join(folder(), 'part'), file: path.join(folder(), 'file') }], true),
      log: () => logVersion(provider, { files: { a: 'x' } }),
      label: () => provider.label!(version, { aliases: ['other'], tags: ['other'] }),
      remove: () => provider.remove!(version),
      startRun: () => provider.startRun!({ ...ada, name: 'other' }),
      endRun: () => provider.endRun!(run, 'failed'),
      consume: () => provider.consume!(version, run),
      lineage: () => provider.lineage!(version),
      verify: () => upkeep!.verify(),
      reclaimable: () => upkeep!.reclaimable(),
      free: () => upkeep!.free(),
      export: () => upkeep!.export([version], path.join(folder(), 'other.tar')),
      import: () => upkeep!.openArchive(path.join(folder(), 'archive.tar')),
    };
  }

  it('is refused and left as it is, whatever is asked of it', async () => {
    provider = await localProvider(root());
    renew();
    await assertUntouched(everyAsk());
  });

  it('is refused and left as it is by who has it open while it is renewed', async () => {
    provider = await localProvider(root());
    for (const ask of ['artifacts', 'reclaimable', 'verify', 'download']) {
      await everyAsk()[ask]!();
    }
    const writer = await provider.begin(draftOf(provider));
    await writer.put([source('a', 'x')]);
    renew();
    await assertUntouched({ ...everyAsk(), commit: () => writer.commit() });
    await writer.abandon();
  });

  it('is refused and left as it is by an import that is under way', async () => {
    commitIn(storeIn(root()), { files: { a: 'a' } });
    exportTo(new Store(root()), path.join(folder(), 'more.tar'), [{ workspace: 'ada' }]);
    fs.rmSync(root(), { recursive: true });
    commitIn(storeIn(root()), { draft: { artifact: 'other' }, files: { a: 'a' } });
    provider = await localProvider(root());
    const archive = await provider.upkeep!.openArchive(path.join(folder(), 'more.tar'));
    renew();
    await assertUntouched({ bring: () => archive.bring() });
    await archive.close();
  });
});
