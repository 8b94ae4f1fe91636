import assert from 'node:assert/strict';
import type { ArtifactVersion } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';
import { DEPLOYMENTS } from '../support/mlflowServer';
import { all, logVersion, mlflowProvider, textOf } from '../support/providers';
import { runningMlflow, runningPython } from '../support/runningMlflow';

const TEAM = 'team-blue';
const GUEST = { MLFLOW_TRACKING_USERNAME: 'guest', MLFLOW_TRACKING_PASSWORD: 'guest-horse-12' };

/** Each request costs such a server a third of a second for the password, so this is not the whole contract. */
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

  const asAdministrator = async (path: string, body: unknown): Promise<void> => {
    const { url, environment } = server();
    const user = `${environment['MLFLOW_TRACKING_USERNAME'] ?? ''}:${environment['MLFLOW_TRACKING_PASSWORD'] ?? ''}`;
    const answer = await fetch(`${url}${path}`, {
      method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', Authorization: `Basic ${Buffer.from(user).toString('base64')}` },
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
  };

  const log = (provider: Provider, workspace: string, artifact: string): Promise<ArtifactVersion> =>
    logVersion(provider, { draft: { workspace, artifact, aliases: ['prod'] }, files: { 'a.txt': workspace } });

  before(async () => {
    await asAdministrator('/api/3.0/mlflow/workspaces', { name: TEAM });
    await asAdministrator('/api/2.0/mlflow/users/create', { username: GUEST.MLFLOW_TRACKING_USERNAME, password: GUEST.MLFLOW_TRACKING_PASSWORD });
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
