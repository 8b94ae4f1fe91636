import assert from 'node:assert/strict';
import * as path from 'node:path';
import { setTimeout as after_ } from 'node:timers/promises';
import type { RunRef } from '../../src/model/artifact';
import { runFiles } from '../../src/model/runFiles';
import { listAssets } from '../../src/operations/inspect';
import type { Provider } from '../../src/providers/provider';
import { mlflowFolder } from '../../src/ui/mlflowServer/mlflowFolder';
import { answers, freePort, type ServerProcess, startServer } from '../../src/ui/mlflowServer/serverProcess';
import { all, logVersion, mlflowProvider, textOf } from '../support/providers';
import { openPython, pythonOf, type PythonEnvironment } from '../support/python';
import { makeFolder, removeFolder, writeFiles } from '../support/temporaryFolder';

const ways: readonly { readonly what: string; readonly python: PythonEnvironment; readonly trackingUri: string; readonly backend: string }[] = [
  { what: 'a database', python: 'mlflow3', trackingUri: 'sqlite:///mlflow.db', backend: 'sqlite:///mlflow.db' },
  { what: 'a folder of runs', python: 'mlflow3', trackingUri: './mlruns', backend: './mlruns' },
  { what: 'a folder of runs by 2.22', python: 'mlflow2', trackingUri: './mlruns', backend: './mlruns' },
];

for (const { what, python: environment, trackingUri, backend } of ways) {
  describe(`the server of this window for ${what} that Python left`, function () {
    this.timeout(15 * 60_000);
    let folder: string;
    let server: ServerProcess;
    let port: number;
    let provider: Provider;
    let run: RunRef;

    before(async () => {
      folder = makeFolder('runs');
      writeFiles(path.join(folder, 'out'), { 'model/weights.bin': 'weights', 'plot.svg': '<svg/>' });
      const python = await pythonOf(environment);
      const script = openPython(python, { MLFLOW_TRACKING_URI: absolute(trackingUri), MLFLOW_ALLOW_FILE_STORE: 'true', MLFLOW_DISABLE_TELEMETRY: 'true', PYTHONPATH: '' });
      const logged = await script.run<{ readonly run_id: string }>('log_where', { folder, source: path.join(folder, 'out') });
      await script.close();
      const place = await mlflowFolder(folder);
      assert.equal(place?.backend, backend);
      port = await freePort();
      const said: string[] = [];
      server = startServer({ ...place, python, port, onOutput: (text) => said.push(text) });
      let isGone = false;
      void server.ended.then(() => {
        isGone = true;
      });
      while (!await answers(port)) {
        assert.ok(!isGone, said.join(''));
        await after_(100);
      }
      provider = await mlflowProvider({ url: `http://127.0.0.1:${port}`, environment: {} });
      run = { connection: 'mlflow', workspace: 'default', run: logged.run_id };
    });
    after(async () => {
      await provider.dispose();
      await server.stop();
      assert.equal(await answers(port), false);
      removeFolder(folder);
    });

    const absolute = (uri: string): string => (uri.startsWith('sqlite:') ? `sqlite:///${path.join(folder, 'mlflow.db')}` : path.join(folder, 'mlruns'));

    it('shows the runs, and their files can be read', async () => {
      assert.ok((await all(provider.runs!({ connection: 'mlflow', workspace: 'default' }))).some((each) => each.run === run.run));
      assert.deepEqual((await listAssets(provider, runFiles(run))).map((asset) => asset.path), ['model/weights.bin', 'plot.svg']);
      assert.equal(await textOf(provider.read({ ...runFiles(run), path: 'model/weights.bin' })), 'weights');
    });

    it('takes a folder of a run as a version, and new versions', async () => {
      const place = { connection: 'mlflow', workspace: 'default', artifact: 'churn' };
      const registered = await provider.register!({ ...runFiles(run), path: 'model' }, { ...place, type: 'model', version: 'major' });
      assert.equal(await textOf(provider.read({ ...registered, path: 'weights.bin' })), 'weights');
      const logged = await logVersion(provider, { draft: place, files: { 'a.csv': 'a' } });
      assert.deepEqual([registered.version, logged.version], ['1.0.0', '2.0.0']);
      assert.equal(await textOf(provider.read({ ...logged, path: 'a.csv' })), 'a');
    });
  });
}
