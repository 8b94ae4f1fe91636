import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { isAbort } from '../../src/model/errors';
import { invocationOf } from '../../src/ui/commands/invocation';
import { startMlflowServer } from '../../src/ui/commands/mlflowServer';
import type { Services, StartedServer } from '../../src/ui/services';
import { createTransfers } from '../../src/ui/transfers';
import { createMlflowServers } from '../../src/ui/mlflowServer/mlflowServers';
import { mlflowFolder } from '../../src/ui/mlflowServer/mlflowFolder';
import { lives } from '../support/lives';
import { call } from './verbs';
import { TestConnections, TestKeys, until } from './world';

/*
 * With a server that only looks like MLflow and starts in no time. It needs python3 on the PATH, and `sh`: on Windows servers are
 * ended another way.
 */

const fake = path.resolve(__dirname, '../../../test/fixtures/fakeMlflow');

interface Started {
  readonly verb: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly pids: readonly number[];
  readonly environment: Readonly<Record<string, string | null>>;
}

const started = async ({ url }: { readonly url: string }): Promise<Started> => (await (await fetch(`${url}/started`)).json()) as Started;

describe('a server for a folder with runs of MLflow', () => {
  let folder: string;
  const before = process.env['PYTHONPATH'];

  beforeEach(() => {
    process.env['PYTHONPATH'] = fake;
    process.env['MLFLOW_TRACKING_URI'] = 'http://elsewhere.example';
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'runs-')));
    fs.writeFileSync(path.join(folder, 'mlflow.db'), '');
  });
  afterEach(async () => {
    // The connection that a test has left, if it has.
    await call('stopMlflowServer', `${path.basename(folder)} (MLflow)`).then(undefined, () => undefined);
    delete process.env['MLFLOW_TRACKING_URI'];
    if (before === undefined) {
      delete process.env['PYTHONPATH'];
    } else {
      process.env['PYTHONPATH'] = before;
    }
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const start = (place: string = folder): Thenable<StartedServer> => vscode.commands.executeCommand<StartedServer>('artifacts.startMlflowServer', vscode.Uri.file(place), {});
  const fails = async (code: string, words: RegExp, work: Thenable<unknown>): Promise<void> =>
    assert.rejects(async () => work, (error: Error & { code?: string }) => {
      assert.match(error.message, words);
      assert.equal(error.code, code);
      return true;
    });

  it('runs on the loopback with what the folder holds, as a connection of this window', async () => {
    const server = await start();
    assert.equal(server.connection, `${path.basename(folder)} (MLflow)`);
    const { verb, arguments: given, folder: at, environment } = await started(server);
    assert.deepEqual([verb, given['--host'], given['--workers'], given['--backend-store-uri'], at], ['server', '127.0.0.1', '1', 'sqlite:///mlflow.db', folder]);
    assert.equal(server.url, `http://127.0.0.1:${given['--port']}`);
    assert.deepEqual(environment, { MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_ALLOW_FILE_STORE: 'true', MLFLOW_TRACKING_URI: null });
    await fails('alreadyExists', /./u, call('addConnection', { kind: 'local', name: server.connection, path: folder }));
    assert.deepEqual(vscode.workspace.getConfiguration('artifacts').get('connections'), []);
  });

  it('is the same one when it is asked for again', async () => {
    const [first, second] = await Promise.all([start(), start(path.join(folder, 'mlflow.db'))]);
    assert.deepEqual([second, await start()], [first, first]);
  });

  it('takes the folder of runs, and what is named where both are there', async () => {
    fs.mkdirSync(path.join(folder, 'mlruns', '0'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'mlruns', '0', 'meta.yaml'), 'name: Default');
    assert.equal((await mlflowFolder(folder))?.backend, 'sqlite:///mlflow.db');
    assert.deepEqual(await mlflowFolder(path.join(folder, 'mlruns')), { folder, backend: './mlruns' });
    fs.rmSync(path.join(folder, 'mlflow.db'));
    const server = await start();
    assert.equal((await started(server)).arguments['--backend-store-uri'], './mlruns');
  });

  it('is stopped with all that it started, and its connection goes', async () => {
    const server = await start();
    const { pids } = await started(server);
    await call('stopMlflowServer', server.connection);
    await until(() => !pids.some(lives), 'all processes are gone', 3000);
    await fails('notFound', /connection/u, call('listArtifacts', { connection: server.connection }));
  });

  it('ends when its connection is removed', async () => {
    const server = await start();
    const { pids } = await started(server);
    await call('removeConnection', server.connection);
    await until(() => !pids.some(lives), 'all processes are gone', 3000);
  });

  it('ends with the window', async () => {
    const connections = new TestConnections();
    const servers = createMlflowServers({ connections, contextKeys: new TestKeys() });
    const { pids } = await started(await servers.start({ folder, backend: './mlruns' }, new AbortController().signal));
    servers.dispose();
    await until(() => !pids.some(lives), 'all processes are gone', 3000);
  });

  it('is gone after it crashed, and starts again under the same address', async () => {
    const server = await start();
    const { pids } = await started(server);
    await fetch(`${server.url}/crash`).catch(() => undefined);
    await until(() => !pids.some(lives), 'what it started is gone', 3000);
    assert.deepEqual(await start(), server);
    assert.notDeepEqual((await started(server)).pids, pids);
  });

  it('leaves nothing when its start is cancelled', async () => {
    fs.writeFileSync(path.join(folder, 'slow'), '');
    const servers = createMlflowServers({ connections: new TestConnections(), contextKeys: new TestKeys() });
    const abort = new AbortController();
    const starting = servers.start({ folder, backend: './mlruns' }, abort.signal);
    const file = path.join(folder, 'pids');
    await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8').endsWith(']'), 'the server runs');
    abort.abort();
    await assert.rejects(starting, isAbort);
    const pids = JSON.parse(fs.readFileSync(file, 'utf8')) as number[];
    await until(() => !pids.some(lives), 'all processes are gone', 3000);
    assert.deepEqual(servers.running, []);
    servers.dispose();
  });

  it('says that it did not start', async () => {
    fs.writeFileSync(path.join(folder, 'broken'), '');
    await fails('serverFault', /MLflow did not start/u, start());
  });

  for (const [what, age, words] of [
    ['bring an old database up to date', 'old', /python3? -m mlflow db upgrade sqlite:\/\/\/mlflow\.db/u],
    ['get an MLflow as new as the database', 'new', /python3? -m pip install --upgrade mlflow/u],
  ] as const) {
    it(`says how to ${what}`, async () => {
      fs.writeFileSync(path.join(folder, age), '');
      await fails('invalid', words, start());
    });
  }

  it('says how to install MLflow where the Python of the folder has none', async () => {
    process.env['PYTHONPATH'] = folder;
    await fails('unsupported', /-m pip install mlflow/u, start());
  });

  describe('with a Python of its own', () => {
    let python: string;

    /** Notes that it is used, and is the usual one. */
    const uses = (): readonly string[] => (fs.existsSync(`${python}.used`) ? fs.readFileSync(`${python}.used`, 'utf8').trim().split('\n') : []);

    beforeEach(() => {
      python = path.join(folder, 'an environment', 'bin', 'python');
      fs.mkdirSync(path.dirname(python), { recursive: true });
      fs.writeFileSync(python, '#!/bin/sh\necho "$1 $2" >> "$0.used"\nexec python3 "$@"\n', { mode: 0o755 });
    });
    afterEach(() => {
      delete process.env['CHOSEN_ENVIRONMENT'];
      delete process.env['CHOSEN_EXECUTABLE'];
    });

    async function withSetting(value: string, work: () => Promise<void>): Promise<void> {
      const [root] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(root);
      const settings = path.join(root.uri.fsPath, '.vscode', 'settings.json');
      const before = fs.existsSync(settings) ? fs.readFileSync(settings, 'utf8') : undefined;
      const setting = (): unknown => vscode.workspace.getConfiguration('python').get('defaultInterpreterPath');
      fs.mkdirSync(path.dirname(settings), { recursive: true });
      fs.writeFileSync(settings, JSON.stringify({ ...JSON.parse(before ?? '{}') as object, 'python.defaultInterpreterPath': value }));
      try {
        await until(() => setting() === value, 'the setting is read');
        await work();
      } finally {
        if (before === undefined) {
          fs.rmSync(settings);
        } else {
          fs.writeFileSync(settings, before);
        }
        await until(() => setting() !== value, 'the setting is gone');
      }
    }
    const runs = async (): Promise<void> => {
      await start();
      assert.ok(uses().includes('-m mlflow'), uses().join());
    };

    it('is run by the one that the setting names', async () => {
      process.env['OF_A_TEST'] = path.dirname(python);
      await withSetting('${env:OF_A_TEST}/python', runs);
      delete process.env['OF_A_TEST'];
    });

    it('says when the one that the setting names is missing', () =>
      withSetting('${env:HOME}/no such/python', () => fails('unsupported', /Python was not found \(.*\/no such\/python\)/u, start())));

    it('is run by the one that the Python extension has chosen, whatever the setting names', async () => {
      process.env['CHOSEN_ENVIRONMENT'] = path.dirname(path.dirname(python));
      process.env['CHOSEN_EXECUTABLE'] = python;
      await withSetting('${env:HOME}/no such/python', runs);
    });

    it('is run by the path of the environment where the Python extension knows no executable', async () => {
      process.env['CHOSEN_ENVIRONMENT'] = python;
      await runs();
    });
  });

  it('is shown in the view, opened, for a person who started it, and not for code', async () => {
    const revealed: unknown[] = [];
    const transfers = createTransfers(new TestKeys());
    const services = {
      transfers, mlflowServers: { start: async () => ({ connection: 'runs (MLflow)', url: 'http://127.0.0.1:5000' }) }, tree: { reveal: async (...what: unknown[]) => revealed.push(...what) },
    } as unknown as Services;
    await startMlflowServer(services, invocationOf([vscode.Uri.file(folder), {}], 'subject'));
    assert.deepEqual(revealed, []);
    await startMlflowServer(services, invocationOf([vscode.Uri.file(folder), [vscode.Uri.file(folder)]], 'subject'));
    assert.deepEqual(revealed, [{ connection: 'runs (MLflow)' }, { focus: true }]);
    transfers.dispose();
  });

  it('says that a folder has no runs', async () => {
    fs.rmSync(path.join(folder, 'mlflow.db'));
    await fails('invalid', /neither a file mlflow\.db nor a folder mlruns/u, start());
  });
});
