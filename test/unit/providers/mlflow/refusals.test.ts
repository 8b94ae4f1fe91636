import assert from 'node:assert/strict';
import type { Provider } from '../../../../src/providers/provider';
import type { Reply, Seen } from '../../../support/faultServer';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, bytesOf, logVersion } from '../../../support/providers';

const place = { connection: 'mlflow', workspace: 'default' } as const;

describe('what MLflow refuses in a way of its own', () => {
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let instead: (call: string, seen: Seen) => Reply | undefined;

  beforeEach(async () => {
    double = new MlflowDouble();
    instead = () => undefined;
    mlflow = await faultyMlflow({ double, instead: (call, seen) => instead(call, seen), patience: { pause: 5 } });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  it('a host name that it does not know is told with what helps, at the first answer', async () => {
    instead = () => ({ status: 403, headers: { 'content-type': 'text/plain' }, body: 'Invalid Host header - possible DNS rebinding attack detected' });
    const jobs: readonly ((fresh: Provider) => Promise<unknown>)[] = [
      (fresh) => all(fresh.artifacts(place)), (fresh) => fresh.version({ ...place, artifact: 'a', version: '1.0.0' }), (fresh) => logVersion(fresh, { draft: { workspace: 'default' }, files: { a: 'a' } }),
    ];
    for (const job of jobs) {
      await assert.rejects(async () => job(await mlflow.open()), { code: 'forbidden', details: /--allowed-hosts/u });
    }
    assert.ok(mlflow.requests.length <= 9, `${mlflow.requests.length} requests`);
  });

  it('a workspace is not named to a server that has none', async () => {
    instead = (_, { headers }) => (headers['x-mlflow-workspace'] === undefined ? undefined : { status: 500, body: '{"error_code": "FEATURE_DISABLED", "message": "Workspaces are not enabled"}' });
    const version = await logVersion(provider, { draft: { workspace: 'default' }, files: { 'a.txt': 'a' } });
    assert.equal(String(await bytesOf(provider.read({ ...version, path: 'a.txt' }))), 'a');
    assert.equal((await all(provider.artifacts(place))).length, 1);
    const elsewhere = await mlflow.open({ workspace: 'team' });
    await assert.rejects(logVersion(elsewhere, { draft: { workspace: 'team' }, files: { a: 'a' } }), { code: 'unsupported', message: /--enable-workspaces/u });
  });

  for (const [status, body] of [[404, '<!doctype html>'], [405, '<!doctype html>'], [501, '{"error_code": "NOT_IMPLEMENTED", "message": "no"}']] as const) {
    it(`a route that it does not have, with ${status}, is one that nobody needs: what it can do, and logged models`, async () => {
      instead = (call) => (/server-info$|logged-models/u.test(call) ? { status, body } : undefined);
      const version = await logVersion(provider, { draft: { workspace: 'default' }, files: { 'a.txt': 'a' } });
      assert.equal(String(await bytesOf(provider.read({ ...version, path: 'a.txt' }))), 'a');
      assert.deepEqual(await all(provider.loggedModels!({ ...place, experiment: '0' })), []);
    });
  }

  it('a prompt stands among its models, is no artifact, and keeps its name', async () => {
    const tags = new Map([['mlflow.prompt.is_prompt', 'true']]);
    double.models.set('greeting', { name: 'greeting', tags, aliases: new Map(), made: 1, versions: [{ version: '1', source: 'dummy-source', run: '', tags }] });
    assert.deepEqual(await all(provider.artifacts({ ...place, search: 'greet' })), []);
    await assert.rejects(provider.artifact({ ...place, artifact: 'greeting' }), { code: 'notFound' });
    await assert.rejects(all(provider.versions({ ...place, artifact: 'greeting' })), { code: 'notFound' });
    await assert.rejects(logVersion(provider, { draft: { workspace: 'default', artifact: 'greeting' }, files: { a: 'a' } }), { code: 'alreadyExists' });
    assert.equal(double.models.get('greeting')?.versions.length, 1);
    assert.deepEqual(double.leftovers(), []);
  });

  it('a file that it fails to take makes no version, and is sent once', async () => {
    mlflow.break((call) => (call === 'PUT artifacts' ? { kind: 'status', status: 500, body: 'Internal Server Error' } : undefined));
    await assert.rejects(logVersion(provider, { draft: { workspace: 'default' }, files: { 'a.txt': 'a' } }), { code: 'serverFault', details: /a\.txt/u });
    assert.equal(mlflow.requests.filter(({ method }) => method === 'PUT').length, 1);
    assert.deepEqual(await all(provider.artifacts(place)), []);
    assert.deepEqual(double.leftovers(), []);
  });

  it('a digest beyond 36 characters is not sent, and who used the version is found all the same', async () => {

    const version = await logVersion(provider, { draft: { workspace: 'default', version: `1.0.0-${'long'.repeat(12)}` }, files: { a: 'a' } });
    const run = await provider.startRun!({ ...place, name: 'user' });
    await provider.consume!(version, run);
    const digests = [...double.runs.values()].flatMap(({ inputs }) => inputs.map((input) => String((input['dataset'] as { digest?: unknown }).digest)));
    assert.ok(digests.length > 0 && digests.every(({ length }) => length <= 36), digests.join(' '));
    const { nodes } = await provider.lineage!(version);
    assert.ok(nodes.some((node) => node.kind === 'run' && node.ref.run === run.run), JSON.stringify(nodes));
  });
});
