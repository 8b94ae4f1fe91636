import assert from 'node:assert/strict';
import { setTimeout as after } from 'node:timers/promises';
import type { Fault } from '../../../support/faultServer';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, draftOf, logVersion, source } from '../../../support/providers';

const files = (count: number): Readonly<Record<string, string>> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`folder-${index % 7}/file-${index}.txt`, `content ${index}`]));
const QUEUE = JSON.stringify({ error_code: 'BAD_REQUEST', message: '(psycopg.OperationalError) QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00' });

describe('an MLflow that is overloaded', function () {
  this.timeout(60_000);
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;

  beforeEach(() => {
    double = new MlflowDouble();
  });
  afterEach(() => mlflow.close());

  it('takes 200 files through a storm in which three of ten calls are refused, with at most 1.6 times the requests', async () => {
    mlflow = await faultyMlflow({ double });
    const calm = await mlflow.open();
    await logVersion(calm, { draft: { workspace: 'default', artifact: 'calm' }, files: files(200) });
    const least = mlflow.requests.length;
    // The same numbers each time, with no period that retries could fall in step with.
    let state = 1;
    const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    // One call is refused four times at most: it is tried six times.
    const refused = new Map<string, number>();
    mlflow.break((_, path) => {
      const times = refused.get(path) ?? 0;
      const isRefused = next() < 0.3 && times < 4;
      refused.set(path, isRefused ? times + 1 : times);
      return isRefused ? { kind: 'status', status: next() < 0.5 ? 503 : 429, headers: { 'retry-after': '0' } } : undefined;
    });
    const made = await logVersion(await mlflow.open(), { draft: { workspace: 'default', artifact: 'stormy' }, files: files(200) });
    mlflow.heal();
    const needed = mlflow.requests.length - least;
    assert.ok(needed <= least * 1.6, `${needed} requests in place of ${least}`);
    assert.deepEqual([made.version, made.assets, (await all(calm.assets(made))).length], ['1.0.0', 200, 200]);
  });

  it('is waited for as long as it asks, by calls that make something too', async () => {
    mlflow = await faultyMlflow({ double });
    const provider = await mlflow.open();
    for (const call of ['POST runs/create', 'POST registered-models/create', 'POST model-versions/create']) {
      const refused = new Set<string>();
      mlflow.break((each) => (each !== call || refused.size > 0 || refused.add(each).size === 0 ? undefined : { kind: 'status', status: 429, headers: { 'retry-after': '1' } }));
      const artifact = call.replaceAll(/\W/gu, '-');
      const began = mlflow.requests.length;
      assert.equal((await logVersion(provider, { draft: { workspace: 'default', artifact }, files: { a: 'a' } })).version, '1.0.0');
      const asked = mlflow.requests.slice(began).filter(({ path, method }) => `${method} ${path}`.includes(call.replace(' ', ' /api/2.0/mlflow/')));
      assert.equal(asked.length, 2, call);
      assert.ok(asked[1]!.at - asked[0]!.at >= 990, call);
    }
  });

  it('whose PostgreSQL has no connection left is asked again', async () => {
    mlflow = await faultyMlflow({ double });
    const provider = await mlflow.open();
    const met = new Set<string>();
    mlflow.break((call): Fault | undefined => (met.has(call) || call.endsWith('artifacts') || met.add(call).size === 0 ? undefined : { kind: 'status', status: 400, body: QUEUE, headers: { 'content-type': 'application/json' } }));
    const made = await logVersion(provider, { draft: { workspace: 'default', aliases: ['prod'] }, files: { a: 'a' } });
    assert.deepEqual([made.version, made.aliases], ['1.0.0', ['prod']]);
    assert.ok(met.has('POST model-versions/create') && met.has('POST runs/create') && met.has('GET registered-models/get'));
  });

  it('is left within 200 ms when a log is cancelled during a wait', async () => {
    mlflow = await faultyMlflow({ double });
    const provider = await mlflow.open();
    for (const call of ['PUT artifacts', 'POST runs/create', 'POST runs/update']) {
      mlflow.break((each) => (each === call ? { kind: 'status', status: 503, headers: { 'retry-after': '15' } } : undefined));
      const controller = new AbortController();
      const writer = await provider.begin(draftOf(provider, { workspace: 'default' }));
      const logging = (async () => {
        await writer.put([source('a.txt', 'a')], { signal: controller.signal });
        await writer.commit({ signal: controller.signal });
      })();
      logging.catch(() => {});
      while (!mlflow.requests.some(({ method, path }) => path.includes(call.split(' ')[1]!) && method === call.split(' ')[0])) {
        await after(10);
      }
      await after(100);
      const cancelled = Date.now();
      controller.abort();
      await assert.rejects(logging, { name: 'AbortError' });
      assert.ok(Date.now() - cancelled < 200, call);
      mlflow.heal();
      await writer.abandon();
      assert.ok(Date.now() - cancelled < 3_000, `${call}: giving up took ${Date.now() - cancelled} ms`);
      assert.deepEqual([double.models.size, double.leftovers()], [0, []], call);
    }
  });

  it('has never more than eight calls at once, whatever is done side by side', async () => {
    mlflow = await faultyMlflow({ double, delay: 15 });
    const provider = await mlflow.open();
    const place = { connection: provider.connection, workspace: 'default' };
    const folders = Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`folder-${index}/a.txt`, 'a']));
    await Promise.all(Array.from({ length: 6 }, (_, index) => logVersion(provider, { draft: { workspace: 'default', artifact: `a${index}` }, files: folders })));
    await Promise.all(Array.from({ length: 6 }, async (_, index) => {
      await all(provider.versions({ ...place, artifact: `a${index}` }));
      await provider.lineage!({ ...place, artifact: `a${index}`, version: '1.0.0' });
    }));
    assert.equal(mlflow.mostAtOnce(), 8);
  });
});
