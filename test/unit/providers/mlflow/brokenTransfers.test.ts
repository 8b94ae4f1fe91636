import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { VersionRef } from '../../../../src/model/artifact';
import { isArtifactError } from '../../../../src/model/errors';
import { runFiles } from '../../../../src/model/runFiles';
import { downloadVersion } from '../../../../src/operations/downloadVersion';
import type { Provider } from '../../../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../../../src/store/localFiles';
import { chance, scaled, tell } from '../../../faults/harness/scale';
import type { Fault } from '../../../support/faultServer';
import { callOf, faultyMlflow, type FaultyMlflow } from '../../../support/faultyMlflow';
import { MlflowDouble } from '../../../support/mlflowDouble';
import { all, logVersion, source, workerFile } from '../../../support/providers';
import { temporaryFolder } from '../../../support/temporaryFolder';

const SIZE = 300_000;
const bytes = randomBytes(SIZE);

describe('bytes on their way to and from MLflow', function () {
  this.timeout(scaled(60_000, 1_800_000));
  const folder = temporaryFolder();
  let double: MlflowDouble;
  let mlflow: FaultyMlflow;
  let provider: Provider;
  let files: LocalFiles;

  before(() => {
    files = createLocalFiles({ workerFile });
  });
  after(() => files.dispose());
  beforeEach(async () => {
    double = new MlflowDouble();
    mlflow = await faultyMlflow({ double, patience: { pause: 10 } });
    provider = await mlflow.open();
  });
  afterEach(() => mlflow.close());

  const log = (artifact = 'churn'): Promise<VersionRef> => logVersion(provider, { draft: { workspace: 'default', artifact }, sources: [source('a.bin', bytes)] });
  const file = (): string => path.join(folder(), 'a.bin');
  /** By somebody who remembers nothing. */
  async function download(version: VersionRef): Promise<void> {
    await downloadVersion({ provider: await mlflow.open(), files }, { version, folder: folder(), conflicts: 'fail' });
  }
  /** The whole of it under its name, and nothing beside it. */
  function isThere(of: string): void {
    assert.ok(fs.readFileSync(file()).equals(bytes), of);
    assert.deepEqual(fs.readdirSync(folder()), ['a.bin'], of);
    fs.rmSync(file());
  }
  const stored = (): readonly Buffer[] => [...double.files].flatMap(([at, content]) => (at.endsWith('/a.bin') ? [content] : []));

  /** Breaks so many transfers of files, of those of one direction. */
  function breaking(direction: 'GET' | 'PUT', times: number, fault: (index: number) => Fault): void {
    let index = 0;
    mlflow.break((call) => (call === `${direction} artifacts` && index < times ? fault(index++) : undefined));
  }

  it('arrive whole through resets at any byte, up and down', async () => {
    const random = chance(6);
    const anywhere = (): number => Math.floor(random() * SIZE);
    const rounds = scaled(15, 500);
    let resets = 0;
    for (let round = 0; round < rounds; round++) {
      breaking('PUT', 1 + round % 2, () => {
        resets += 1;
        return { kind: 'resetUp', after: anywhere() };
      });
      const made = await log(`a${round}`);
      assert.ok(stored().every((content) => content.equals(bytes)), `round ${round}`);
      breaking('GET', 3, (index) => {
        resets += 1;
        return index === 0 ? { kind: 'resetDown', after: 10 } : { kind: index === 1 ? 'resetDown' : 'truncated', after: anywhere() };
      });
      await download(made);
      isThere(`round ${round}`);
      double.files.clear();
    }
    tell(`${resets} connections were reset within ${rounds} uploads and downloads: all whole`);
  });

  /** What is told where each answer is like this, and after how many; nothing is told where the right bytes come in the end. */
  const FAULTS: Readonly<Record<string, readonly [fault: Fault, told?: string, asked?: number]>> = {
    'a body that ends early': [{ kind: 'truncated', after: 0 }, 'offline', 4],
    'a body that ends early, a little later each time': [{ kind: 'truncated', after: 20_000 }],
    'chunks that end early': [{ kind: 'cutChunks', after: 0 }, 'offline', 4],
    'a body without its length': [{ kind: 'unsaidLength' }],
    'wrong bytes': [{ kind: 'wrongBytes' }, 'corrupt', 2],
    'gzip that is none': [{ kind: 'gzipLie' }],
    'another range': [{ kind: 'wrongRange' }, 'serverFault', 1],
    'a page of HTML in their place': [{ kind: 'status', status: 200, body: '<html>'.padEnd(500, 'x') }, 'corrupt', 6],
    'something of the same length': [{ kind: 'status', status: 200, body: 'x'.repeat(SIZE) }, 'corrupt', 2],
    'something longer': [{ kind: 'status', status: 200, body: 'x'.repeat(SIZE + 1) }, 'corrupt', 1],
    'nothing': [{ kind: 'status', status: 200, body: '' }, 'corrupt', 4],
    'a head that does not end': [{ kind: 'endlessHead' }, 'serverFault', 1],
  };
  /** From the second file on: the manifest comes first, as it should. */
  async function downloadThrough(fault: (index: number) => Fault): Promise<{ readonly error?: unknown; readonly asked: number }> {
    const version = await log();
    breaking('GET', Infinity, (index) => (index === 0 ? { kind: 'delay', ms: 1 } : fault(index)));
    const before_ = mlflow.requests.length;
    const error: unknown = await download(version).catch((failed: unknown) => failed);
    return { error, asked: mlflow.requests.slice(before_).filter((request) => callOf(request) === 'GET artifacts').length - 1 };
  }

  for (const [name, [fault, told, most = 0]] of Object.entries(FAULTS)) {
    it(`that come as ${name} are ${told === undefined ? 'the right ones in the end' : 'told by the name of their asset, and make no file'}`, async () => {
      const { error, asked } = await downloadThrough(() => fault);
      if (told === undefined) {
        assert.equal(error, undefined);
        isThere(name);
        return;
      }
      assert.ok(isArtifactError(error), String(error));
      assert.deepEqual([error.code, error.message.includes('a.bin'), asked], [told, true, most], error.message);
      assert.ok(fs.readdirSync(folder()).every((each) => each.endsWith('.part')));
      mlflow.heal();
      await download({ connection: 'mlflow', workspace: 'default', artifact: 'churn', version: '1.0.0' });
      isThere(name);
    });
  }

  it('are those of the moment where a run goes on writing to them', async () => {
    const run = await provider.startRun!({ connection: 'mlflow', workspace: 'default', name: 'goes on' });
    const log_ = `0/${run.run}/artifacts/a.bin`;
    for (const now of [bytes, bytes.subarray(0, 50)]) {
      double.files.set(log_, Buffer.from('begun'));
      mlflow.break((call) => {
        if (call === 'GET artifacts') {
          double.files.set(log_, now);
        }
        return undefined;
      });
      await downloadVersion({ provider: await mlflow.open(), files }, { version: runFiles(run), folder: folder(), conflicts: 'overwrite' });
      assert.ok(fs.readFileSync(file()).equals(now));
    }
  });

  it('that come wrong once are fetched once more', async () => {
    const { error, asked } = await downloadThrough((index) => (index === 1 ? { kind: 'wrongBytes' } : { kind: 'delay', ms: 1 }));
    assert.deepEqual([error, asked], [undefined, 2]);
    isThere('wrong once');
  });

  it('that come from the beginning where a part was asked for are the right ones', async () => {
    const { error } = await downloadThrough((index) => (index === 1 ? { kind: 'resetDown', after: 100_000 } : { kind: 'ignoredRange' }));
    assert.equal(error, undefined);
    assert.ok(mlflow.requests.some(({ headers }) => headers.range !== undefined));
    isThere('from the beginning');
  });

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
    await assert.rejects(logVersion(provider, { draft: { workspace: 'default', metadata: { text: 'x'.repeat(60_000) } } }), { code: 'corrupt' });
    assert.deepEqual([...double.models.values()].flatMap(({ versions }) => versions), []);
  });

  it('go on when the server starts again within them, up and down', async () => {
    const random = chance(12);
    const rounds = scaled(6, 100);
    for (let round = 0; round < rounds; round++) {
      for (const [direction, transfer] of [
        ['PUT', () => log(`a${round}`)], ['GET', () => download({ connection: 'mlflow', workspace: 'default', artifact: `a${round}`, version: '1.0.0' })],
      ] as const) {
        let restarted: Promise<void> | undefined;
        mlflow.break((call, at) => {
          if (call === `${direction} artifacts` && at.endsWith('a.bin')) {
            restarted ??= pause(random() * 5).then(() => mlflow.restart(random() * 100));
            // Answered after the server has gone.
            return { kind: 'delay', ms: 20 };
          }
          return undefined;
        });
        await transfer().finally(() => restarted);
        assert.ok(restarted !== undefined);
      }
      isThere(`round ${round}`);
      assert.equal((await all(provider.versions({ connection: 'mlflow', workspace: 'default', artifact: `a${round}` }))).length, 1);
    }
    assert.deepEqual(double.leftovers(), []);
    tell(`${2 * rounds} transfers through as many restarts: all whole, no version twice`);
  });
});
