import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { faultServer, type FaultServer, type Reply, type Seen } from '../support/faultServer';
import { call } from './verbs';

const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** Answers as an MLflow server on which nothing is logged, to whoever sends `authorization` where that is given. */
function emptyMlflow(authorization?: string) {
  return ({ path: target, headers }: Seen): Reply => {
    if (target.startsWith('/api/3.0/mlflow/server-info')) {
      return json({ store_type: 'SqlStore', workspaces_enabled: false });
    }
    return authorization === undefined || headers.authorization === authorization ? json({}) : { status: 401, body: 'You are not authenticated.' };
  };
}

const json = (value: unknown): Reply => ({ headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) });

const configured = () => vscode.workspace.getConfiguration('artifacts');
const written = (): unknown => configured().inspect('connections')?.globalValue ?? [];

async function fails(code: string, work: Thenable<unknown>): Promise<void> {
  await assert.rejects(async () => work, (error: { code?: string }) => {
    assert.equal(error.code, code);
    return true;
  });
}

describe('connections to MLflow servers, by argument', () => {
  const name = 'double';
  let servers: FaultServer[];

  /** One that answers by `answer`, and is gone after the test. */
  async function server(answer: (seen: Seen) => Reply = emptyMlflow()): Promise<FaultServer> {
    const made = await faultServer({ answer });
    servers.push(made);
    return made;
  }
  const authorizations = ({ requests }: FaultServer): (string | undefined)[] => [...new Set(requests.map(({ headers }) => headers.authorization))];
  const list = (connection: string | undefined = name) => call('listArtifacts', { connection });

  beforeEach(() => {
    servers = [];
  });
  afterEach(async () => {
    for (const each of [name, 'other']) {
      await Promise.resolve(call('removeConnection', each)).catch(() => undefined);
    }
    await configured().update('connections', undefined, vscode.ConfigurationTarget.Workspace);
    await configured().update('defaultConnection', undefined, vscode.ConfigurationTarget.Global);
    await Promise.all(servers.map((each) => each.close()));
  });

  it('artifacts.addConnection keeps user name and address in the settings, and the password apart', async () => {
    const { url, requests } = await server(emptyMlflow(basic('ada', 'pä:ss')));
    const settings = await call('addConnection', { kind: 'mlflow', name, url: `${url}/`, username: 'ada', secret: 'pä:ss', experiment: 'Nightly' });
    assert.deepEqual(settings, { kind: 'mlflow', name, url, username: 'ada', experiment: 'Nightly' });
    assert.deepEqual(written(), [settings]);
    assert.equal(requests.length, 0, 'nobody is there to be told how it went');
    assert.deepEqual(await list(), []);
  });

  it('artifacts.addConnection takes a token', async () => {
    const double = await server(emptyMlflow('Bearer t0ken'));
    await call('addConnection', { kind: 'mlflow', name, url: double.url, secret: 't0ken' });
    assert.deepEqual(await list(), []);
    assert.deepEqual(authorizations(double), ['Bearer t0ken']);
  });

  it('artifacts.addConnection takes the workspace that new artifacts go to', async () => {
    const { url } = await server();
    assert.deepEqual(await call('addConnection', { kind: 'mlflow', name, url, workspace: 'vision' }), { kind: 'mlflow', name, url, workspace: 'vision' });
  });

  it('artifacts.addConnection refuses what cannot be used, before anything is written', async () => {
    for (const wrong of [
      { url: 'mlflow.example' }, { url: 'http://ada:pw@mlflow.example' }, { url: 'http://127.0.0.1:1', path: '/a' }, { url: 'http://127.0.0.1:1', username: 'a:b' },
      { url: 'http://127.0.0.1:1', secret: 'two\nlines' }, { url: 'http://127.0.0.1:1', secret: '' }, { url: 'http://127.0.0.1:1', name: 'a/b' },
    ]) {
      await fails('invalid', call('addConnection', { kind: 'mlflow', name, ...wrong }));
    }
    await fails('alreadyExists', call('addConnection', { kind: 'mlflow', name: 'local', url: 'http://127.0.0.1:1', secret: 't' }));
    assert.deepEqual(written(), []);
  });

  it('artifacts.addConnection and artifacts.signIn ask nothing before a secret travels unencrypted when told not to', async () => {
    const url = 'http://mlflow.invalid:5000';
    assert.deepEqual(await call('addConnection', { kind: 'mlflow', name, url, secret: 't0ken', confirm: false }), { kind: 'mlflow', name, url });
    assert.deepEqual(await call('signIn', name, { secret: 'other', confirm: false }), { connection: name });
  });

  it('artifacts.addConnection says nothing of a secret when it fails', async () => {
    await assert.rejects(async () => call('addConnection', { kind: 'mlflow', name: 'local', url: 'http://127.0.0.1:1', secret: 's3cret' }), (error: Error) => !String(error.stack).includes('s3cret'));
  });

  it('artifacts.signIn lets in who was refused, under the name that the settings then have', async () => {
    const { url } = await server(emptyMlflow(basic('ada', 'pw')));
    await call('addConnection', { kind: 'mlflow', name, url });
    await fails('signInNeeded', list());
    assert.deepEqual(await call('signIn', name, { username: 'ada', secret: 'pw' }), { connection: name, username: 'ada' });
    assert.deepEqual(await list(), []);
    assert.deepEqual(written(), [{ kind: 'mlflow', name, url, username: 'ada' }]);
  });

  it('artifacts.signIn takes a new password for the user of the settings', async () => {
    const { url } = await server(emptyMlflow(basic('ada', 'new')));
    await call('addConnection', { kind: 'mlflow', name, url, username: 'ada', secret: 'old' });
    await fails('signInNeeded', list());
    await call('signIn', name, { secret: 'new' });
    assert.deepEqual(await list(), []);
  });

  it('artifacts.signIn knows which connections have a door', async () => {
    await fails('invalid', call('signIn', 'local', { secret: 'x' }));
    await fails('notFound', call('signIn', 'nobody', { secret: 'x' }));
  });

  it('artifacts.removeConnection forgets the secret too', async () => {
    const double = await server();
    await call('addConnection', { kind: 'mlflow', name, url: double.url, secret: 't0ken' });
    await call('removeConnection', name);
    await fails('notFound', list());
    await call('addConnection', { kind: 'mlflow', name, url: double.url });
    await list();
    assert.deepEqual(authorizations(double), [undefined]);
  });

  it('artifacts.setDefaultConnection decides what is meant when none is named', async () => {
    const double = await server();
    await call('addConnection', { kind: 'mlflow', name, url: double.url });
    await call('setDefaultConnection', name);
    assert.deepEqual(await call('listArtifacts', {}), []);
    assert.ok(double.requests.length > 0);
    await call('removeConnection', name);
    assert.equal(configured().inspect('defaultConnection')?.globalValue, undefined);
    await fails('notFound', call('setDefaultConnection', 'nobody'));
  });

  it('a secret does not follow an address that is changed in the settings', async () => {
    const [first, second] = [await server(), await server()];
    await call('addConnection', { kind: 'mlflow', name, url: first.url, secret: 't0ken' });
    await list();
    await configured().update('connections', [{ kind: 'mlflow', name, url: second.url }], vscode.ConfigurationTarget.Global);
    await list();
    assert.deepEqual([authorizations(first), authorizations(second)], [['Bearer t0ken'], [undefined]]);
  });

  it('a workspace names connections for a team, never one of the user’s at another address', async () => {
    const [mine, theirs, others] = [await server(), await server(), await server()];
    await call('addConnection', { kind: 'mlflow', name, url: mine.url, secret: 't0ken' });
    await configured().update('connections', [
      { kind: 'mlflow', name, url: theirs.url, secret: 'planted' }, { kind: 'mlflow', name: 'other', url: others.url },
    ], vscode.ConfigurationTarget.Workspace);
    await list();
    await list('other');
    assert.deepEqual([authorizations(mine), theirs.requests.length, authorizations(others)], [['Bearer t0ken'], 0, [undefined]]);
  });

  it('a person signs in to the connection of a workspace without changing the settings of the team', async () => {
    const { url } = await server(emptyMlflow(basic('ada', 'pw')));
    await configured().update('connections', [{ kind: 'mlflow', name: 'other', url }], vscode.ConfigurationTarget.Workspace);
    await call('signIn', 'other', { username: 'ada', secret: 'pw' });
    assert.deepEqual(await list('other'), []);
    assert.deepEqual(configured().inspect('connections')?.workspaceValue, [{ kind: 'mlflow', name: 'other', url }]);
    assert.deepEqual(written(), []);
  });

  it('what a server or the way to it gets wrong is told by its code', async () => {
    const closed = await faultServer();
    await closed.close();
    const refusing = await server(() => ({ status: 403, body: 'Invalid Host header - possible DNS rebinding attack detected' }));
    for (const [url, code] of [[closed.url, 'offline'], [refusing.url, 'forbidden']] as const) {
      await call('addConnection', { kind: 'mlflow', name, url });
      await fails(code, list());
      await call('removeConnection', name);
    }
  });
});
