import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ArtifactRef, ArtifactVersion, AssetRef, RunRef, VersionRef } from '../../src/model/artifact';
import { runFiles } from '../../src/model/runFiles';
import { copyVersion, lookAtPlace, readOriginal } from '../../src/operations/copyVersion';
import { listAssets } from '../../src/operations/inspect';
import type { Provider } from '../../src/providers/provider';
import type { Deployment } from '../support/mlflowServer';
import { bytesOf, localProvider, logVersion, mlflowProvider } from '../support/providers';
import { OtherClient } from '../support/otherClient';
import { type RunningMlflow, runningPython } from '../support/runningMlflow';
import { digestOf } from '../support/shelf';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

const LARGE = randomBytes(3_000_001);
const FILES = { 'data/train.csv': 'x,y\n', 'with space & ?#%41.txt': 'odd', 'Öl/ç.bin': LARGE, 'empty': '' };

/** What goes from one place to another by a verb of ours or by lines of ours. */
export function carrying(way: Deployment, server: RunningMlflow): void {
  describe(`carrying over, MLflow ${way}`, function () {
    this.timeout(60_000);
    const folder = temporaryFolder();
    let mlflow: Provider;
    let store: Provider;
    let place: ArtifactRef;

    beforeEach(async () => {
      mlflow = await mlflowProvider(server());
      store = await localProvider(path.join(folder(), 'store'));
      const workspace = way === 'workspaces' ? 'carried' : (await mlflow.whoAmI()).defaultWorkspace;
      place = { connection: mlflow.connection, workspace, artifact: `carry-${randomUUID().slice(0, 8)}` };
    });
    afterEach(() => Promise.all([mlflow.dispose(), store.dispose()]));

    const logHere = (): Promise<ArtifactVersion> => logVersion(store, {
      draft: { version: '2.1.0', type: 'features', aliases: ['prod', 'v1 eu'], tags: ['customer:1'], metadata: { rows: 3, note: 'n'.repeat(6000) } },
      files: FILES,
      links: [{ path: 'far.parquet', link: 's3://bucket/far', size: 9, metadata: { where: 'far' } }],
    });
    const contents = async (provider: Provider, ref: VersionRef): Promise<readonly object[]> =>
      (await listAssets(provider, ref)).map(({ path: logical, size, sha256, link, metadata }) => ({ logical, size, sha256, link, metadata }));

    describe('a copy', () => {
      it('goes from the store to MLflow and back, and is the same', async () => {
        const first = await logHere();
        const there = await copyVersion(store, mlflow, { original: await readOriginal(store, first), place, version: '2.1.0', aliases: true });
        assert.deepEqual([there.version, there.type, [...there.aliases].sort(), there.tags], ['2.1.0', 'features', ['prod', 'v1 eu'], ['customer:1']]);
        assert.deepEqual(await contents(mlflow, there), await contents(store, first));
        const original = await readOriginal(mlflow, there);
        assert.equal((await lookAtPlace(await readOriginal(store, first), mlflow, place, '2.1.0')).same, true);
        const back = await copyVersion(mlflow, store, { original, place: { ...first, artifact: 'back' }, version: '2.1.0', aliases: true });
        assert.deepEqual(await contents(store, back), await contents(store, first));
        assert.deepEqual(await bytesOf(store.read({ ...back, path: 'Öl/ç.bin' })), LARGE);
        assert.equal(back.metadata['note'], first.metadata['note']);
        assert.equal((back.metadata['copiedFrom'] as { reference: string }).reference, `${place.workspace}/${place.artifact}:2.1.0`);
      });
    });

    describe('a copy from MLflow to MLflow', () => {
      let other: Provider;
      beforeEach(async () => {
        other = await mlflowProvider(server(), { name: 'other' });
      });
      afterEach(() => other.dispose());
      const to = (): ArtifactRef => ({ connection: 'other', workspace: place.workspace, artifact: `${place.artifact}-there` });

      it('is the same, and leads back', async () => {
        const first = await logVersion(mlflow, { draft: { ...place, aliases: ['prod', 'v1 eu'], tags: ['customer:1'], metadata: { note: 'n'.repeat(70_000) } }, files: FILES });
        const there = await copyVersion(mlflow, other, { original: await readOriginal(mlflow, first), place: to(), version: '1.0.0', aliases: true });
        assert.deepEqual([await contents(other, there), there.tags, [...there.aliases].sort(), there.metadata['note']], [await contents(mlflow, first), first.tags, ['prod', 'v1 eu'], first.metadata['note']]);
        assert.equal((there.metadata['copiedFrom'] as { connection: string }).connection, 'mlflow');
        assert.equal(await bytesOf(other.read({ ...there, path: 'Öl/ç.bin' })).then((bytes) => bytes.equals(LARGE)), true);
      });

      if (way !== 'workspaces') {
        it('of what others made, which has no digests, has them, and the same bytes', async () => {
          const client = new OtherClient(server());
          const run = await client.run('0', { name: 'theirs', files: { 'm/data.csv': 'x,y', 'm/deep/weights.bin': 'w'.repeat(100_000) } });
          const files = runFiles({ ...place, run });
          const registered = await mlflow.register!({ ...files, path: 'm' }, { ...place, type: 'model', version: 'major', aliases: ['best'] });
          const original = await readOriginal(mlflow, registered);
          assert.ok([...original.assets.values()].every(({ sha256 }) => sha256 === undefined));
          const there = await copyVersion(mlflow, other, { original, place: to(), version: 'major', aliases: true });
          assert.deepEqual([there.aliases, there.type], [['best'], 'model']);
          assert.deepEqual((await listAssets(other, there)).map(({ path: name, size, sha256 }) => [name, size, sha256]), [
            ['data.csv', 3, digestOf('x,y')], ['deep/weights.bin', 100_000, digestOf('w'.repeat(100_000))],
          ]);
          await assert.rejects(readOriginal(mlflow, files), { code: 'unsupported' });
        });
      }
    });

    describe('Python', () => {
      const python = runningPython(server);

      /** Runs the lines as they are pasted, and gives back what they print last. */
      const run = async (text: string): Promise<string> => (await python().run<readonly string[]>('run_lines', { text, folder: folder() }))[0] ?? '';
      const snippet = (of: VersionRef | AssetRef | RunRef, what: 'load' | 'log'): Promise<string> => mlflow.snippet!(of, what);
      const logThere = (): Promise<ArtifactVersion> => logVersion(mlflow, { draft: { ...place, aliases: ['prod'] }, files: FILES });

      it('loads a version by its number and by its alias', async () => {
        const version = await logThere();
        for (const of of [version, { ...version, version: 'prod' }]) {
          const text = await snippet(of, 'load');
          assert.match(text, of.version === 'prod' ? new RegExp(`models:/${place.artifact}@prod`, 'u') : new RegExp(`models:/${place.artifact}/1"`, 'u'));
          const loaded = await run(text);
          assert.equal(fs.readFileSync(path.join(loaded, 'data/train.csv'), 'utf8'), 'x,y\n');
        }
      });

      it('loads files and folders, whatever their names', async () => {
        const version = await logThere();
        for (const [name, bytes] of Object.entries(FILES)) {
          assert.deepEqual(fs.readFileSync(await run(await snippet({ ...version, path: name }, 'load'))), Buffer.from(bytes), name);
        }
        const loaded = await run(await snippet({ ...version, path: 'Öl' }, 'load'));
        assert.equal(fs.statSync(path.join(loaded, fs.readdirSync(loaded)[0] ?? '')).size, LARGE.length);
      });

      it('logs the next version, which is then there', async () => {
        const version = await logThere();
        writeFiles(path.join(folder(), 'more'), { 'a.txt': 'a', 'b/c.txt': 'c' });
        assert.equal(await run((await snippet(version, 'log')).replace('path/to/folder', 'more')), `${place.artifact} 2`);
        const next = await mlflow.version({ ...place, version: 'Latest' });
        assert.equal(next.version, '2.0.0');
        assert.deepEqual((await listAssets(mlflow, next)).map((asset) => asset.path), ['a.txt', 'b/c.txt']);
      });

      it('logs into a run, and loads what is there', async () => {
        // It makes the workspace, too.
        await logThere();
        const { run: id, workspace } = await mlflow.startRun!({ ...place, name: 'train' });
        const ref: RunRef = { connection: mlflow.connection, workspace, run: id };
        writeFiles(path.join(folder(), 'more'), { 'a.txt': 'a', 'b/c.txt': 'c' });
        await run((await snippet(ref, 'log')).replace('path/to/folder', 'more'));
        assert.deepEqual((await listAssets(mlflow, runFiles(ref))).map((asset) => asset.path), ['a.txt', 'b/c.txt']);
        assert.deepEqual(fs.readdirSync(await run(await snippet(ref, 'load'))).sort(), ['a.txt', 'b']);
        assert.equal(fs.readFileSync(await run(await snippet({ ...runFiles(ref), path: 'b/c.txt' }, 'load')), 'utf8'), 'c');
      });
    });
  });
}
