import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type { ArtifactVersion, RunRef, VersionRef } from '../../src/model/artifact';
import { runFiles } from '../../src/model/runFiles';
import type { Provider } from '../../src/providers/provider';
import type { Deployment } from '../support/mlflowServer';
import { all, bytesOf, mlflowProvider, source, writing } from '../support/providers';
import { type RunningMlflow, runningPython } from '../support/runningMlflow';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

/** Contents that Python and we have to agree on. Names are those that Python itself can carry over every server. */
const FILES: Readonly<Record<string, Buffer>> = {
  'data/train.csv': Buffer.from('x,y\n1,2\n'),
  'data/deep/er/part-0.bin': randomBytes(300_000),
  'weights.bin': randomBytes(3_000_001),
  'with space & more.txt': Buffer.from('text'),
  '.hidden': Buffer.from('h'),
  'empty': Buffer.alloc(0),
};

interface Logged {
  readonly run_id: string;
  readonly artifact_uri: string;
}

interface Downloaded {
  readonly files: Readonly<Record<string, string>>;
}

interface Model {
  readonly run_id: string;
  readonly model_uri: string;
  readonly model_id: string | null;
  readonly version: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const digestsOf = (files: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));

async function readAll(provider: Provider, version: VersionRef): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const asset of await all(provider.assets(version))) {
    const bytes = await bytesOf(provider.read(asset));
    assert.equal(bytes.length, asset.size, asset.path);
    digests[asset.path] = sha256(bytes);
  }
  return digests;
}

export function interop(way: Deployment, server: RunningMlflow): void {
  describe(`Python and we on one MLflow, ${way}`, function () {
    this.timeout(120_000);
    const python = runningPython(server);
    const folder = temporaryFolder();
    let provider: Provider;
    let workspace: string;

    before(async () => {
      provider = await mlflowProvider(server());
      ({ defaultWorkspace: workspace } = await provider.whoAmI());
    });
    after(() => provider.dispose());

    const fresh = (): string => `interop-${randomUUID().slice(0, 8)}`;
    const artifactOf = (artifact: string): Omit<VersionRef, 'version'> => ({ connection: provider.connection, workspace, artifact });

    const log = (artifact: string, files: Readonly<Record<string, Uint8Array>>, aliases: readonly string[] = []): Promise<ArtifactVersion> =>
      writing(provider, { ...artifactOf(artifact), aliases }, async (writer) => {
        await writer.put(Object.entries(files).map(([name, bytes]) => source(name, bytes)));
        return writer.commit();
      });

    const download = (uri: string): Promise<Downloaded> => python().run<Downloaded>('download_artifacts', { uri });

    async function logWithPython(files: Readonly<Record<string, Uint8Array>>): Promise<Logged> {
      writeFiles(path.join(folder(), 'logged'), files);
      return python().run<Logged>('log_artifacts', { folder: path.join(folder(), 'logged') });
    }

    it('Python reads what we logged, by number and by alias, with identical bytes', async () => {
      const artifact = fresh();
      await log(artifact, FILES, ['prod']);
      const expected = digestsOf(FILES);
      for (const uri of [`models:/${artifact}/1`, `models:/${artifact}@prod`]) {
        const { files } = await download(uri);
        assert.deepEqual(files, { ...files, ...expected }, uri);
      }
    });

    it('Python follows an alias that we moved', async () => {
      const artifact = fresh();
      await log(artifact, { 'a.txt': Buffer.from('one') }, ['prod']);
      const second = await log(artifact, { 'a.txt': Buffer.from('two') });
      await provider.label?.(second, { aliases: ['prod'] });
      assert.equal((await download(`models:/${artifact}@prod`)).files['a.txt'], sha256(Buffer.from('two')));
    });

    it('we browse and read a folder that Python logged into a run', async () => {
      const { run_id: run } = await logWithPython(FILES);
      const files = runFiles({ connection: provider.connection, workspace, run });
      assert.deepEqual((await all(provider.entries({ ...files, path: '' }))).map((entry) => [entry.kind, entry.path]), [
        ['folder', 'data'], ['asset', '.hidden'], ['asset', 'empty'], ['asset', 'weights.bin'], ['asset', 'with space & more.txt'],
      ]);
      assert.deepEqual(await readAll(provider, files), digestsOf(FILES));
    });

    it('we browse and read versions that Python made, by number and by alias', async () => {
      const artifact = fresh();
      const { run_id } = await logWithPython(FILES);
      await python().run('create_version', { name: artifact, run_id, artifact_path: 'data', alias: 'best', tags: { team: 'blue' } });
      const [version, ...others] = await all(provider.versions(artifactOf(artifact)));
      assert.ok(version);
      assert.deepEqual(others, []);
      assert.deepEqual([version.version, version.aliases, version.type], ['1.0.0', ['best'], 'model']);
      const expected = digestsOf({ 'train.csv': FILES['data/train.csv']!, 'deep/er/part-0.bin': FILES['data/deep/er/part-0.bin']! });
      assert.deepEqual(await readAll(provider, { ...artifactOf(artifact), version: 'best' }), expected);
    });

    it('we browse and read a model that Python logged and registered', async () => {
      const artifact = fresh();
      const model = await python().run<Model>('log_model', { registered: artifact });
      const version = await provider.version({ ...artifactOf(artifact), version: '1.0.0' });
      const { files } = await download(model.model_uri);
      assert.ok('MLmodel' in files);
      const ours = await readAll(provider, version);
      // What Python adds while it downloads is not on the server.
      assert.deepEqual(Object.fromEntries(Object.keys(ours).map((name) => [name, files[name]])), ours);
      assert.ok('MLmodel' in ours);
    });

    it('we browse and read a model that Python registered later, with its alias', async () => {
      const artifact = fresh();
      const model = await python().run<Model>('log_model');
      await python().run('register_model', { uri: model.model_uri, name: artifact, alias: 'champion' });
      assert.ok('MLmodel' in await readAll(provider, { ...artifactOf(artifact), version: 'champion' }));
    });

    if (way !== '2.22') {
      it('a model that Python logged stands between the run that made it, the run that used it, and the version that was registered', async () => {
        const artifact = fresh();
        const model = await python().run<Model>('log_model', { registered: artifact });
        const { run_id: user } = await python().run<{ readonly run_id: string }>('use_model', { model_id: model.model_id, name: 'evaluate' });
        const at = { connection: provider.connection, workspace };
        const edgesAround = async (of: VersionRef | RunRef): Promise<readonly string[]> => {
          const { nodes, edges } = await provider.lineage!(of);
          const names = new Map(nodes.map((node) => [node.id, node.kind === 'run' ? node.ref.run : node.kind === 'version' ? node.ref.artifact : node.name]));
          return edges.map(({ from, to, relation }) => `${names.get(from)} ${relation} ${names.get(to)}`).sort();
        };
        const made = `${model.run_id} produced ${model.model_id}`;
        const used = `${model.model_id} consumed ${user}`;
        const registered = `${model.model_id} produced ${artifact}`;
        assert.deepEqual(await edgesAround({ ...at, run: model.model_id! }), [made, used, registered].sort());
        assert.deepEqual(await edgesAround({ ...at, run: model.run_id }), [made]);
        assert.deepEqual(await edgesAround({ ...at, run: user }), [used]);
        assert.deepEqual(await edgesAround({ ...artifactOf(artifact), version: '1.0.0' }), [registered]);
      });
    }

    it('we browse a search of hyper-parameters from its run down to what Python nested in it, and back up', async () => {
      const experiment = fresh();
      const made = await python().run<Readonly<Record<'experiment' | 'sweep' | 'last' | 'fold', string>>>('nested_runs', { experiment, trials: 3 });
      const place = { connection: provider.connection, workspace, experiment: made.experiment };
      const below = async (parent?: string): Promise<readonly string[]> => (await all(provider.nestedRuns!({ ...place, parent }))).map(({ name }) => name);
      assert.deepEqual(await below(made.sweep), ['depth 2', 'depth 1', 'depth 0']);
      assert.deepEqual([await below(made.last), await below(made.fold)], [['fold'], []]);
      assert.deepEqual(await below(), ['fold', 'depth 2', 'depth 1', 'depth 0']);
      assert.deepEqual((await provider.run!({ ...place, run: made.fold })).parent, { connection: place.connection, workspace, run: made.last, name: 'depth 2' });
    });

    it('tags and a description that Python sets show beside what we wrote, on versions of ours and of theirs, and after an edit', async () => {
      const artifact = fresh();
      await log(artifact, { 'a.txt': Buffer.from('ours') });
      const { run_id } = await logWithPython({ 'a.txt': Buffer.from('theirs') });
      await python().run('create_version', { name: artifact, run_id, tags: { stage: 'gold' } });
      const tag = (version: string, version_tags: Readonly<Record<string, string>>): Promise<unknown> =>
        python().run('set_tags', { name: artifact, version, model_tags: { owner: 'ada' }, version_tags, description: `by a colleague, ${version}` });
      await tag('1', { validated: 'yes' });
      await provider.label?.({ ...artifactOf(artifact), version: '1.0.0' }, { metadata: { rows: 3 } });
      await provider.label?.({ ...artifactOf(artifact), version: '2.0.0' }, { metadata: { rows: 4 } });
      await tag('2', { stage: 'red' });
      assert.deepEqual((await all(provider.versions(artifactOf(artifact)))).map(({ metadata, serverTags, description }) => ({ metadata, serverTags, description })), [
        { metadata: { rows: 4 }, serverTags: { stage: 'red' }, description: 'by a colleague, 2' },
        { metadata: { rows: 3 }, serverTags: { validated: 'yes' }, description: 'by a colleague, 1' },
      ]);
      assert.deepEqual((await provider.artifact(artifactOf(artifact))).serverTags, { owner: 'ada' });
    });

    it('every version tells the name by which Python opens it', async () => {
      const artifact = fresh();
      await log(artifact, { 'a.txt': Buffer.from('ours') });
      const { run_id } = await logWithPython({ 'a.txt': Buffer.from('theirs') });
      await python().run('create_version', { name: artifact, run_id });
      const names = (await all(provider.versions(artifactOf(artifact)))).map(({ serverName }) => serverName);
      assert.deepEqual(names, [`models:/${artifact}/2`, `models:/${artifact}/1`]);
      for (const uri of names) {
        assert.deepEqual(Object.keys((await python().run<{ files: object }>('download_artifacts', { uri })).files).filter((path) => path.endsWith('a.txt')), ['a.txt']);
      }
    });

    it('numbers of both go on from each other', async () => {
      const artifact = fresh();
      await log(artifact, { 'a.txt': Buffer.from('ours') });
      const { run_id } = await logWithPython({ 'a.txt': Buffer.from('theirs') });
      await python().run('create_version', { name: artifact, run_id });
      await log(artifact, { 'a.txt': Buffer.from('ours again') });
      assert.deepEqual((await all(provider.versions(artifactOf(artifact)))).map(({ version }) => version), ['3.0.0', '2.0.0', '1.0.0']);
    });
  });
}
