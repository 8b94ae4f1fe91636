import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { isArtifactError } from '../../../../src/model/errors';
import { pathProblem } from '../../../../src/model/safePath';
import { runFiles } from '../../../../src/model/runFiles';
import type { Provider } from '../../../../src/providers/provider';
import type { Reply } from '../../../support/faultServer';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, bytesOf, logVersion } from '../../../support/providers';

const MIB = 1024 * 1024;
const ok = (body: string | Uint8Array): Reply => ({ headers: { 'content-type': 'application/json' }, body });
const json = (value: unknown): Reply => ok(JSON.stringify(value));

describe('an MLflow that means ill', function () {
  this.timeout(60_000);
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let instead: (call: string, path: string) => Reply | undefined;
  const place = { connection: 'mlflow', workspace: 'default' } as const;
  const ref = { ...place, artifact: 'churn', version: '1.0.0' } as const;

  beforeEach(async () => {
    double = new MlflowDouble();
    instead = () => undefined;
    mlflow = await faultyMlflow({ double, instead: (call, { path }) => instead(call, path) });
    provider = await mlflow.open({ username: 'ada' }, 'wonderland-7');
    await logVersion(provider, { draft: { workspace: 'default', aliases: ['prod'] }, files: { 'a.txt': 'a', 'b/c.txt': 'c' } });
  });
  afterEach(() => mlflow.close());

  const runOf = (): string => [...double.runs.keys()][0] ?? '';
  /** Everything that a person can open, with nothing remembered. */
  const jobs: Readonly<Record<string, (fresh: Provider) => Promise<unknown>>> = {
    whoAmI: (fresh) => fresh.whoAmI(),
    artifacts: (fresh) => all(fresh.artifacts(place)),
    versions: (fresh) => all(fresh.versions(ref)),
    version: (fresh) => fresh.version(ref),
    assets: (fresh) => all(fresh.assets(ref)),
    read: (fresh) => bytesOf(fresh.read({ ...ref, path: 'a.txt' })),
    experiments: (fresh) => all(fresh.experiments!(place)),
    runs: (fresh) => all(fresh.runs!(place)),
    'nested runs': (fresh) => all(fresh.nestedRuns!({ ...place, experiment: '0' })),
    run: (fresh) => fresh.run!({ ...place, run: runOf() }),
    'run files': (fresh) => all(fresh.assets(runFiles({ ...place, run: runOf() }))),
    lineage: (fresh) => fresh.lineage!(ref),
    log: (fresh) => logVersion(fresh, { draft: { workspace: 'default', artifact: randomUUID() }, files: { a: 'a' } }),
    label: (fresh) => fresh.label!(ref, { tags: ['x'] }),
    consume: (fresh) => fresh.consume!(ref, { ...place, run: runOf() }),
  };

  const WRONG: Readonly<Record<string, string>> = {
    'a page of HTML': '<html><body>Internal Server Error</body></html>',
    'JSON that breaks off': '{"registered_models": [{"name": "x"',
    'null': 'null',
    'a list': '[1, 2]',
    'a text': '"text"',
    'numbers where objects are': JSON.stringify({ registered_models: 7, registered_model: 7, model_versions: 7, model_version: 7, runs: 7, run: 7, experiments: 7, experiment: 7, files: 7, workspaces_enabled: 7 }),
    'rows of the wrong kind': JSON.stringify({ registered_models: [null], registered_model: null, model_versions: [[]], model_version: [], runs: ['x'], run: { info: 'x' }, experiments: [{}], experiment: {}, files: [null, 7, { path: 7 }] }),
    'keys of JavaScript': '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    'numbers beyond all bounds': JSON.stringify({
      registered_models: [{ name: 'x', latest_versions: [{ name: 'x', version: '1e308' }] }], registered_model: { name: 'churn', aliases: [{ alias: 'a', version: 'NaN' }] },
      model_versions: [{ name: 'churn', version: '99999999999999999999', creation_timestamp: 'soon' }], runs: [{ info: { run_id: 'x', start_time: 1e300 } }], run: { info: { run_id: 'x', start_time: -1e300 }, data: { metrics: [{ key: 'm', step: 'Infinity' }] } },
      files: [{ path: 'a', file_size: -5 }, { path: 'b', file_size: 1e300 }],
    }),
  };
  const CALLS = [
    'GET server-info', 'GET registered-models/search', 'GET registered-models/get', 'GET model-versions/search', 'GET runs/get', 'POST runs/search', 'POST experiments/search',
    'GET experiments/get-by-name', 'GET artifacts/list', 'POST runs/create', 'POST registered-models/create', 'POST model-versions/create', 'GET artifacts',
  ];

  for (const [name, body] of Object.entries(WRONG)) {
    it(`that answers ${name} is told in one sentence, whatever the call`, async () => {
      await Promise.all(CALLS.map(async (call) => {
        const liar = await faultyMlflow({ double, instead: (each) => (each === call ? ok(body) : undefined) });
        await Promise.all(Object.entries(jobs).map(async ([job, work]) => {
          await work(await liar.open()).catch((error: unknown) => {
            assert.ok(isArtifactError(error), `${job} with ${call}: ${String(error)}`);
            assert.ok(error.message.length < 600 && !error.message.includes('<html>'), `${job} with ${call}: ${error.message}`);
          });
        }));
        assert.ok(liar.requests.some((request) => callOf(request) === call), `${call} was not asked`);
        await liar.close();
      }));
      assert.equal(({} as { polluted?: unknown }).polluted, undefined);
    });
  }

  it('cannot lead a list out of its folder', async () => {
    const evil = ['../up', 'a/../../up', '/etc/passwd', 'C:\\x', '..\\up', '\\\\host\\x', 'a\u0000b', '', '.', 'a//b', 'x'.repeat(MIB), 'elsewhere/a'];
    instead = (call) => (call === 'GET artifacts/list' ? json({ files: [...evil.map((path) => ({ path, file_size: 1 })), { path: 'good.txt', file_size: 1 }] }) : undefined);
    const files = runFiles({ ...place, run: runOf() });
    assert.deepEqual((await all(provider.assets(files))).map(({ path }) => path), ['good.txt']);
    assert.deepEqual((await all(provider.entries({ ...files, path: '' }))).map(({ path }) => path), ['good.txt']);
    assert.ok(mlflow.log.lines.some((line) => line.includes('12 of the files of run') && line.includes(String.raw`"..\\up"`)), mlflow.log.lines.at(-1));
  });

  const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');
  /** The server's own manifest, with the digest that fits to it. */
  function forge(manifest: string | Uint8Array): void {
    double.models.get('churn')?.versions[0]?.tags.set('mlartifacts.manifest', sha256(manifest));
    double.files.set(`0/${runOf()}/artifacts/manifest.json`, Buffer.from(manifest));
  }

  it('cannot forge a list of assets that leads elsewhere, lies about sizes or has an asset twice', async () => {
    const good = { path: 'x', file: 'x', size: 1, sha256: sha256('x') };
    const evil: unknown[] = [
      { ...good, path: '../x' }, { ...good, file: '../../other-run/artifacts/files/x' }, { ...good, path: '/x' }, { ...good, path: 'C:/x' }, { ...good, path: 'a\\x' },
      { ...good, size: -1 }, { ...good, size: 1.5 }, { ...good, size: 1e300 }, { ...good, size: '1' }, { ...good, sha256: 'x' }, { ...good, link: 7 }, { ...good, metadata: [] },
    ];
    const all_ = [...evil.map((each) => JSON.stringify({ format: 1, assets: [each] })), JSON.stringify({ format: 1, assets: [good, good] }), '', 'null', '[]', '{"format":1,"assets":{"length":1e9}}'];
    for (const manifest of all_) {
      forge(manifest);
      await assert.rejects(all((await mlflow.open()).assets(ref)), { code: 'corrupt' }, manifest);
    }
    forge(JSON.stringify({ format: 1, assets: [good], ['__proto__']: { polluted: 1 } }));
    assert.deepEqual((await all((await mlflow.open()).assets(ref))).map(({ path }) => path), ['x']);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  it('cannot fill the memory with a list of assets', async () => {
    const row = '{},'.repeat(1024);
    forge(Buffer.from(`{"format":1,"assets":[${row.repeat(10_000)}{}]}`));
    const began = Date.now();
    const before = process.memoryUsage.rss();
    let most = before;
    const watch = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()); }, 20);
    await assert.rejects(all((await mlflow.open()).assets(ref)), (error) => isArtifactError(error, 'corrupt') || isArtifactError(error, 'serverFault'));
    clearInterval(watch);
    assert.ok(most - before < 512 * MIB, `${Math.round((most - before) / MIB)} MiB`);
    assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`);
  });

  it('cannot keep anybody busy with lists that do not end', async () => {
    let asked = 0;
    const circles = (rows: object): Reply => json({ ...rows, next_page_token: ['a', 'b', 'c'][asked++ % 3] });
    instead = (call) => {
      switch (call) {
        case 'GET registered-models/search':
          return circles({ registered_models: [{ name: 'm' }] });
        case 'GET model-versions/search':
          return circles({ model_versions: [{ name: 'churn', version: '1' }] });
        case 'POST runs/search':
          return circles({ runs: [] });
        case 'GET artifacts/list':
          return circles({ files: [{ path: 'f', file_size: 1 }] });
        default:
          return undefined;
      }
    };
    for (const job of ['artifacts', 'versions', 'runs', 'run files']) {
      asked = 0;
      await jobs[job]!(await mlflow.open()).catch((error: unknown) => assert.ok(isArtifactError(error), String(error)));
      assert.ok(asked > 1 && asked < 20, `${job}: ${asked}`);
    }
  });

  it('cannot keep anybody busy with folders that do not end', async () => {
    let asked = 0;
    instead = (call, path) => {
      const folder = new URL(path, 'http://x').searchParams.get('path') ?? '';
      asked += 1;
      return call === 'GET artifacts/list' ? json({ files: [{ path: folder === '' ? 'deep' : `${folder}/deep`, is_dir: true }] }) : undefined;
    };
    await all((await mlflow.open()).assets(runFiles({ ...place, run: runOf() }))).catch((error: unknown) => assert.ok(isArtifactError(error), String(error)));
    assert.ok(asked < 1_000, String(asked));
  });

  it('shows texts of a megabyte, and keys of JavaScript, as what they are', async () => {
    const long = 'x'.repeat(MIB);
    const tags = [{ key: '__proto__', value: long }, { key: 'constructor', value: '<script>' }];
    instead = (call) => {
      switch (call) {
        case 'GET registered-models/get':
          return json({ registered_model: { name: 'churn', description: long, tags } });
        case 'GET model-versions/search':
          return json({ model_versions: [{ name: 'churn', version: '1', tags, description: long, run_id: runOf() }] });
        default:
          return undefined;
      }
    };
    const [version] = await all((await mlflow.open()).versions(ref));
    assert.deepEqual(Object.keys(version?.serverTags ?? {}).sort(), ['__proto__', 'constructor']);
    assert.equal(({} as { length?: unknown }).length, undefined);
  });

  it('cannot lead a version to files outside of its run', async () => {
    const sources = ['mlflow-artifacts:/0/other/artifacts/x', `mlflow-artifacts:/0/${runOf()}/artifacts/../../other/artifacts`, 'file:///etc', '/etc', 'https://evil.example/x', `runs:/${runOf()}/../../x`, 'runs:/../x'];
    for (const source of sources) {
      const version = { name: 'churn', version: '1', source, run_id: runOf() };
      const lies: Readonly<Record<string, unknown>> = {
        'GET registered-models/get': { registered_model: { name: 'churn', latest_versions: [version] } },
        'GET model-versions/search': { model_versions: [version] },
        'GET model-versions/get': { model_version: version },
      };
      instead = (call) => (call in lies ? json(lies[call]) : undefined);
      const before = mlflow.requests.length;
      await assert.rejects(all((await mlflow.open()).assets(ref)), isArtifactError, source);
      assert.deepEqual(mlflow.requests.slice(before).filter(({ path }) => /\/\.\.|path=[^&]*\.\./u.test(path)), []);
    }
  });

  it('gets no sign-in for another host by a redirect', async () => {
    const other = await faultyMlflow({ double });
    try {
      instead = (call) => (call.startsWith('GET') ? { status: 302, headers: { location: `${other.url}/api/2.0/mlflow/${call.slice(4)}` } } : undefined);
      for (const work of Object.values(jobs)) {
        await work(await mlflow.open({ username: 'ada' }, 'wonderland-7')).catch((error: unknown) => assert.ok(isArtifactError(error), String(error)));
      }
      assert.ok(mlflow.requests.some(({ headers }) => headers.authorization !== undefined));
      assert.ok(other.requests.length > 0);
      assert.ok(other.requests.every(({ headers }) => headers.authorization === undefined));
    } finally {
      await other.close();
    }
  });

  it('finds no secret in what is logged or said, not even when it repeats it', async () => {
    const basic = Buffer.from('ada:wonderland-7').toString('base64');
    const said: string[] = [];
    for (const status of [400, 401, 403, 404, 500, 503]) {
      instead = () => ({ status, headers: { 'content-type': 'application/json', 'retry-after': '0' }, body: `{"detail": "Authorization: Basic ${basic} wonderland-7"}` });
      await Promise.all(Object.values(jobs).map(async (work) => {
        await work(await mlflow.open({ username: 'ada' }, 'wonderland-7')).catch((error: unknown) => {
          assert.ok(isArtifactError(error), String(error));
          said.push(error.message, String(error.cause), error.stack ?? '');
        });
      }));
    }
    const text = [...said, ...mlflow.log.lines].join('\n');
    assert.ok(mlflow.log.lines.length > 50);
    assert.ok(!text.includes('wonderland-7') && !text.includes(basic), 'a secret is there');
  });

  it('gets no path from us that climbs', async () => {
    for (const path of ['../x', 'a/../x', '%2e%2e/x']) {
      await assert.rejects(bytesOf(provider.read({ ...ref, path })), isArtifactError, path);
      assert.ok(path.startsWith('%') || pathProblem(path) !== undefined);
    }
    assert.deepEqual(mlflow.requests.filter((request) => /\.\.|%2e%2e/iu.test(request.path)), []);
  });
});
