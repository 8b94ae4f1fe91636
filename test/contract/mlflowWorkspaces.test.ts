import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ArtifactVersion, RunRef } from '../../src/model/artifact';
import { isArtifactError } from '../../src/model/errors';
import type { Provider } from '../../src/providers/provider';
import { faultyMlflow } from '../support/faultyMlflow';
import { DEPLOYMENTS } from '../support/mlflowServer';
import { all, logVersion, mlflowProvider, textOf } from '../support/providers';
import { runningMlflow } from '../support/runningMlflow';
import { carrying } from './mlflowCarry';
import { MLFLOW_OFFERS } from './mlflowContract';
import { providerContract } from './providerContract';

const TEAM = 'team';

describe('MLflow with workspaces', function () {
  this.timeout(60_000);
  const server = runningMlflow(DEPLOYMENTS['workspaces']);
  let provider: Provider;

  before(async () => {
    const body = JSON.stringify({ name: TEAM });
    assert.ok((await fetch(`${server().url}/api/3.0/mlflow/workspaces`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })).ok);
  });
  beforeEach(async () => {
    provider = await mlflowProvider(server(), { workspace: TEAM });
  });
  afterEach(() => provider.dispose());

  providerContract('MLflow in a workspace', MLFLOW_OFFERS, async () => ({ provider: await mlflowProvider(server(), { workspace: TEAM }) }));
  carrying('workspaces', server);

  const startRun = async (workspace: string): Promise<RunRef> => {
    const { connection, run } = await provider.startRun!({ connection: provider.connection, workspace, name: 'train' });
    return { connection, workspace, run };
  };
  const log = (producer?: RunRef): Promise<ArtifactVersion> =>
    logVersion(provider, { draft: { workspace: TEAM, artifact: `apart-${randomUUID().slice(0, 8)}`, producer }, files: { 'a.txt': 'a' } });

  it('takes a run for what happens in its own workspace, and says so where it is of another one', async () => {
    assert.equal(provider.runsApart, true);
    const [mine, theirs] = [await startRun(TEAM), await startRun('default')];
    const version = await log(mine);
    await provider.consume!(version, mine);
    assert.equal((await provider.lineage!(version)).edges.length, 2);
    const isTold = (error: unknown): boolean => isArtifactError(error, 'invalid') && error.message.includes('workspaces apart');
    await assert.rejects(log(theirs), isTold);
    await assert.rejects(provider.consume!(version, theirs), isTold);
  });

  it('has pages that name their workspace, as the browser may be in another one', async () => {
    for (const workspace of [TEAM, 'default']) {
      const run = await startRun(workspace);
      const version = await logVersion(provider, { draft: { workspace, artifact: 'paged' }, files: { a: 'a' } });
      const details = await provider.run!(run);
      assert.equal(provider.webUrl!(version), `${server().url}/#/models/paged/versions/1?workspace=${workspace}`);
      const [experiment] = await all(provider.experiments!({ connection: provider.connection, workspace, search: 'default' }));
      assert.equal(provider.webUrl!(experiment!), `${server().url}/#/experiments/${experiment!.experiment}?workspace=${workspace}`);
      assert.equal(provider.webUrl!(await provider.artifact(version)), `${server().url}/#/models/paged?workspace=${workspace}`);
      assert.equal(provider.webUrl!({ connection: provider.connection }), `${server().url}/`);
      assert.equal(provider.webUrl!(run), `${server().url}/#/experiments/${details.experiment ?? ''}/runs/${run.run}?workspace=${workspace}`);
      await provider.consume!(version, run);
      const answer = await fetch(`${server().url}/api/2.0/mlflow/runs/get?run_id=${run.run}`, { headers: { 'X-MLFLOW-WORKSPACE': workspace } });
      assert.match(await answer.text(), new RegExp(`versions/1\\?workspace=${workspace}`, 'u'));
    }
  });

  it('is asked with the token of the connection, whatever is asked', async () => {
    const watched = await faultyMlflow({ before: server().url });
    const signedIn = await watched.open({ workspace: TEAM }, 'a-token');
    const version = await logVersion(signedIn, { draft: { workspace: TEAM, artifact: 'by-token' }, files: { a: 'a' } });
    assert.equal(await textOf(signedIn.read({ ...version, path: 'a' })), 'a');
    assert.deepEqual([...new Set(watched.requests.map(({ headers }) => headers.authorization))], ['Bearer a-token']);
    await watched.close();
  });
});
