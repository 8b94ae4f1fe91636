import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import type { ArtifactVersion } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';
import { AUTH_OF_TEAM, DEPLOYMENTS, type MlflowServer } from '../support/mlflowServer';
import { all, logVersion, mlflowProvider, source, textOf, writing } from '../support/providers';
import { runningMlflow, runningPython } from '../support/runningMlflow';
import { bytesBothWays } from './mlflowContract';

const TEAM = 'team-blue';
const signInOf = (name: string) => ({ MLFLOW_TRACKING_USERNAME: name, MLFLOW_TRACKING_PASSWORD: `${name}-horse-12` });
const GUEST = signInOf('guest');

async function asAdministrator({ url, environment }: MlflowServer, path: string, body: unknown): Promise<string> {
  const user = `${environment['MLFLOW_TRACKING_USERNAME'] ?? ''}:${environment['MLFLOW_TRACKING_PASSWORD'] ?? ''}`;
  const answer = await fetch(`${url}${path}`, {
    method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', Authorization: `Basic ${Buffer.from(user).toString('base64')}` },
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return await answer.text();
}

const makeUser = ({ MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password }: typeof GUEST, server: MlflowServer): Promise<string> =>
  asAdministrator(server, '/api/2.0/mlflow/users/create', { username, password });

/** The whole contract is kept in a workspace of a server without sign-in; this is who may do what. */
describe('MLflow with sign-in and workspaces', function () {
  this.timeout(180_000);
  const server = runningMlflow(DEPLOYMENTS['workspaces with basic auth']);
  const python = runningPython(server);
  const opened: Provider[] = [];

  const open = async (environment: Readonly<Record<string, string>> = {}, workspace?: string): Promise<Provider> => {
    const { url, environment: admin } = server();
    const provider = await mlflowProvider({ url, environment: { ...admin, ...environment } }, { workspace });
    opened.push(provider);
    return provider;
  };

  const log = (provider: Provider, workspace: string, artifact: string): Promise<ArtifactVersion> =>
    logVersion(provider, { draft: { workspace, artifact, aliases: ['prod'] }, files: { 'a.txt': workspace } });

  before(async () => {
    await asAdministrator(server(), '/api/3.0/mlflow/workspaces', { name: TEAM });
    await makeUser(GUEST, server());
  });
  afterEach(async () => {
    for (const provider of opened.splice(0)) {
      await provider.dispose();
    }
  });

  it('logs, labels and reads as whoever signed in', async () => {
    const provider = await open();
    const version = await log(provider, 'default', 'signed-in');
    assert.deepEqual([version.version, version.aliases], ['1.0.0', ['prod']]);
    assert.equal(await textOf(provider.read({ ...version, version: 'prod', path: 'a.txt' })), 'default');
  });

  it('asks to sign in after a wrong password, and without one', async () => {
    for (const password of ['wrong-horse-12', '']) {
      const provider = await open({ MLFLOW_TRACKING_PASSWORD: password });
      await assert.rejects(all(provider.artifacts({ connection: provider.connection, workspace: 'default' })), (error) => isArtifactError(error, 'signInNeeded'), password);
    }
  });

  it('says what is forbidden to who may only read', async () => {
    const admin = await open();
    const version = await log(admin, 'default', 'of-the-administrator');
    const guest = await open(GUEST);
    await assert.rejects(guest.label!(version, { aliases: ['mine'] }), (error) => isArtifactError(error, 'forbidden') || isArtifactError(error, 'notFound'));
    assert.deepEqual((await admin.version(version)).aliases, ['prod']);
  });

  it('keeps workspaces apart, and begins in the one of the connection', async () => {
    const provider = await open({}, TEAM);
    assert.equal((await provider.whoAmI()).defaultWorkspace, TEAM);
    assert.deepEqual((await all(provider.workspaces())).map(({ workspace }) => workspace), ['default', TEAM]);
    const version = await log(provider, TEAM, 'apart');
    assert.equal(await textOf(provider.read({ ...version, path: 'a.txt' })), TEAM);
    const names = async (workspace: string): Promise<string[]> =>
      (await all(provider.artifacts({ connection: provider.connection, workspace, search: 'apart' }))).map(({ artifact }) => artifact);
    assert.deepEqual([await names(TEAM), await names('default')], [['apart'], []]);
  });

  it('lets Python read the alias of a workspace', async () => {
    await log(await open({}, TEAM), TEAM, 'for-python');
    const { files } = await python().run<{ readonly files: Readonly<Record<string, string>> }>('download_artifacts', { uri: 'models:/for-python@prod', workspace: TEAM });
    assert.ok('a.txt' in files);
  });
});

describe('MLflow for a team, as the README sets it up', function () {
  this.timeout(180_000);
  const server = runningMlflow(DEPLOYMENTS['team']);
  const [ADA, BOB] = [signInOf('ada'), signInOf('bob')];
  const draft = { workspace: 'default', artifact: 'churn' } as const;
  let ada: Provider;
  let bob: Provider;

  before(async () => {
    await makeUser(ADA, server());
    await makeUser(BOB, server());
    ada = await mlflowProvider({ url: server().url, environment: ADA });
    bob = await mlflowProvider({ url: server().url, environment: BOB });
  });
  after(() => Promise.all([ada.dispose(), bob.dispose()]));

  bytesBothWays(server);

  it('has the configuration of the README', () => {
    assert.ok(fs.readFileSync('README.md', 'utf8').includes(AUTH_OF_TEAM));
  });

  it('lets one log and use the next version of what another one began', async () => {
    const first = await logVersion(ada, { draft: { ...draft, aliases: ['prod'] }, files: { 'a.txt': 'from ada' } });
    const run = await bob.startRun!({ connection: bob.connection, workspace: 'default', name: 'train' });
    await bob.consume!(first, run);
    const second = await logVersion(bob, { draft: { ...draft, aliases: ['prod'], producer: run }, files: { 'a.txt': 'from bob' } });
    assert.equal(second.version, '2.0.0');
    assert.equal(await textOf(ada.read({ ...second, version: 'prod', path: 'a.txt' })), 'from bob');
    assert.deepEqual((await bob.label!(first, { aliases: ['first'], tags: ['old'] })).aliases, ['first']);
    assert.deepEqual((await bob.label!(first, { aliases: [] })).aliases, []);
  });

  it('leaves nothing of a log that was given up, and nothing of a version that anybody removes', async () => {
    const version = await logVersion(ada, { draft: { ...draft, artifact: 'gone' }, files: { 'a.txt': 'a' } });
    await writing(bob, { ...draft, artifact: 'gone' }, (writer) => writer.put([source('b.txt', 'b')]));
    await bob.remove!(version);
    assert.deepEqual(await all(ada.versions(version)), []);
    const pending = { experiment_ids: ['0'], filter: "tags.`mlartifacts.upload` = 'pending'", max_results: 10 };
    assert.equal(await asAdministrator(server(), '/api/2.0/mlflow/runs/search', pending), '{}');
  });
});
