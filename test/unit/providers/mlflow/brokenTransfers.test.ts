import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { isArtifactError } from '../../../../src/model/errors';
import type { Provider } from '../../../../src/providers/provider';
import type { Fault } from '../../../support/faultServer';
import { faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, bytesOf, logVersion, source } from '../../../support/providers';

const SIZE = 300_000;
const bytes = randomBytes(SIZE);
const digest = createHash('sha256').update(bytes).digest('hex');

describe('bytes on their way to and from MLflow', function () {
  this.timeout(60_000);
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  const ref = { connection: 'mlflow', workspace: 'default', artifact: 'churn', version: '1.0.0' } as const;

  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  const log = (): Promise<unknown> => logVersion(provider, { draft: { workspace: 'default' }, sources: [source('a.bin', bytes)] });

  /** Breaks so many transfers of files, of those of one direction. */
  function breaking(direction: 'GET' | 'PUT', times: number, fault: (index: number) => Fault): void {
    let index = 0;
    mlflow.break((call) => (call === `${direction} artifacts` && index < times ? fault(index++) : undefined));
  }
  const anywhere = (): number => Math.floor(Math.random() * SIZE);

  it('arrive whole through resets at any byte, up and down', async () => {
    for (let round = 0; round < 10; round++) {
      breaking('PUT', 2, () => ({ kind: 'resetUp', after: anywhere() }));
      const made = await logVersion(provider, { draft: { workspace: 'default', artifact: `a${round}` }, sources: [source('a.bin', bytes)] });
      breaking('GET', 3, (index) => (index === 0 ? { kind: 'resetDown', after: 10 } : { kind: 'resetDown', after: anywhere() }));
      assert.equal(createHash('sha256').update(await bytesOf((await mlflow.open()).read({ ...made, path: 'a.bin' }))).digest('hex'), digest);
    }
  });

  const FAULTS: Readonly<Record<string, Fault>> = {
    'a body that ends early': { kind: 'truncated', after: 1_000 },
    'chunks that end early': { kind: 'cutChunks', after: 1_000 },
    'wrong bytes': { kind: 'wrongBytes' },
    'gzip that is none': { kind: 'gzipLie' },
    'another range': { kind: 'wrongRange' },
    'a page of HTML in its place': { kind: 'status', status: 200, body: '<html>'.padEnd(500, 'x') },
    'something of the same length': { kind: 'status', status: 200, body: 'x'.repeat(SIZE) },
    'something longer': { kind: 'status', status: 200, body: 'x'.repeat(SIZE + 1) },
    'nothing': { kind: 'status', status: 200, body: '' },
  };
  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`that come as ${name} are the right ones in the end, or an error`, async () => {
      await log();
      breaking('GET', 100, (index) => (index === 0 ? { kind: 'delay', ms: 1 } : fault));
      const got = await bytesOf((await mlflow.open()).read({ ...ref, path: 'a.bin' })).catch((error: unknown) => error);
      if (Buffer.isBuffer(got)) {
        assert.ok(got.equals(bytes), 'other bytes without a word');
      } else {
        assert.ok(isArtifactError(got), String(got));
      }
    });
  }

  it('of which the server keeps the beginning only make no version', async () => {
    double.damage = (path, body) => (path.endsWith('a.bin') ? body.subarray(0, 1_000) : body);
    await assert.rejects(log(), { code: 'corrupt' });
    assert.deepEqual([...double.models.values()].flatMap(({ versions }) => versions), []);
    assert.deepEqual([double.leftovers(), [...double.files.keys()]], [[], []]);
  });

  it('of a manifest of which the server keeps the beginning make no version that cannot be read', async () => {
    double.damage = (path, body) => (path.endsWith('manifest.json') ? body.subarray(0, 50) : body);
    await assert.rejects(log(), { code: 'corrupt' });
    assert.deepEqual([...double.models.values()].flatMap(({ versions }) => versions), []);
  });

  it('of long metadata of which the server keeps the beginning make no version that cannot be read', async () => {
    double.damage = (path, body) => (path.includes('metadata-') ? body.subarray(0, 50) : body);
    await assert.rejects(logVersion(provider, { draft: { workspace: 'default', metadata: { text: 'x'.repeat(20_000) } } }), { code: 'corrupt' });
    assert.deepEqual([...double.models.values()].flatMap(({ versions }) => versions), []);
  });

  it('go on when the server starts again within them', async () => {
    const until = Date.now() + 1_500;
    mlflow.break(() => (Date.now() < until ? { kind: 'resetUp', after: 0 } : undefined));
    await log();
    assert.equal((await all(provider.assets(ref))).length, 1);
    assert.ok((await bytesOf(provider.read({ ...ref, path: 'a.bin' }))).equals(bytes));
  });
});
