import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isArtifactError } from '../../../src/model/errors';
import { StoreWorkers } from '../../../src/store/storeWorkers';
import { WorkerThread } from '../../../src/store/workerThread';
import { workerFile } from '../../support/providers';
import { CHURN, commitIn, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

const crashing = path.join(__dirname, '../../support/crashingWorker.js');
const noAccess = (error: unknown): boolean => isArtifactError(error, 'noAccess');

describe('a worker thread', () => {
  const folder = temporaryFolder();
  const threads: WorkerThread[] = [];
  const thread = (file = workerFile, idleMs = 60_000): WorkerThread => {
    const made = new WorkerThread(file, idleMs);
    threads.push(made);
    return made;
  };
  afterEach(() => Promise.all(threads.splice(0).map((each) => each.dispose())));

  /** A call of the crashing worker, which takes any name. */
  const behave = (worker: WorkerThread, behaviour: string, signal?: AbortSignal): Promise<unknown> =>
    worker.call('workspaces', { store: '', behaviour } as { readonly store: string }, { signal });

  it('is started by the first call', async () => {
    const worker = thread();
    assert.equal(worker.started, false);
    assert.deepEqual(await worker.call('workspaces', { store: folder() }), []);
    assert.equal(worker.started, true);
  });

  it('gives errors back with their code', async () => {
    const worker = thread();
    await assert.rejects(worker.call('artifact', { store: folder(), name: CHURN }), (error) => isArtifactError(error, 'notFound') && error.details === 'artifact ada/churn');
    await assert.rejects(worker.call('artifact', { store: folder(), name: undefined as never }), noAccess);
    assert.deepEqual(await worker.call('workspaces', { store: folder() }), []);
  });

  for (const crash of ['throw', 'exit']) {
    it(`that ends by itself (${crash}) fails what waits, and starts again for the next call`, async () => {
      const worker = thread(crashing);
      assert.equal(await behave(worker, 'fine'), 'fine');
      const waiting = [behave(worker, 'silence'), behave(worker, crash)];
      for (const call of waiting) {
        await assert.rejects(call, noAccess);
      }
      assert.equal(worker.load, 0);
      assert.equal(await behave(worker, 'fine again'), 'fine again');
    });
  }

  it('fails what waits when its file is missing', async () => {
    await assert.rejects(behave(thread(path.join(folder(), 'nothing.js')), 'fine'), noAccess);
  });

  it('lets a caller go within a tick, whatever it is doing', async () => {
    const worker = thread(crashing);
    const controller = new AbortController();
    let failure: unknown;
    behave(worker, 'silence', controller.signal).catch((error: unknown) => {
      failure = error;
    });
    await behave(worker, 'fine');
    const reason = new Error('because');
    controller.abort(reason);
    await setImmediate();
    assert.equal(failure, reason);
    assert.equal(worker.load, 0);
  });

  it('fails what waits when it is disposed of', async () => {
    const worker = thread(crashing);
    const waiting = behave(worker, 'silence');
    const failed = assert.rejects(waiting, noAccess);
    await worker.dispose();
    await failed;
  });

  it('ends when it has been idle, and not while somebody holds it', async () => {
    const worker = thread(crashing, 50);
    const release = worker.hold();
    await behave(worker, 'fine');
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(worker.started, true);
    release();
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(worker.started, false);
    assert.equal(await behave(worker, 'fine'), 'fine');
  });

  it('closes a stream that is left early, and sends no more than is asked for', async () => {
    const store = storeIn(folder());
    for (let index = 0; index < 250; index++) {
      commitIn(store, { draft: { artifact: `a${index}` } });
      if (index === 5) {
        break;
      }
    }
    const worker = thread();
    for await (const chunk of worker.stream('artifacts', { store: folder(), workspace: 'ada', search: '' })) {
      assert.equal(chunk.length, 6);
      break;
    }
    assert.equal(worker.load, 0);
  });

  it('keeps no process alive when it has nothing to do', () => {
    const script = `
      const { WorkerThread } = require(${JSON.stringify(path.join(__dirname, '../../../src/store/workerThread.js'))});
      new WorkerThread(${JSON.stringify(workerFile)}, 60000).call('workspaces', { store: ${JSON.stringify(folder())} }).then((found) => console.log(found.length));`;
    const { status, stdout } = spawnSync(process.execPath, ['-e', script], { timeout: 20_000, encoding: 'utf8' });
    assert.deepEqual([status, stdout.trim()], [0, '0']);
  }).timeout(30_000);
});

describe('the worker threads of a store', () => {
  it('give each job the thread that has least to do, up to three', async () => {
    const workers = new StoreWorkers(crashing);
    const first = workers.job();
    assert.equal(workers.job(), first);
    const releases = [first.hold()];
    const second = workers.job();
    assert.notEqual(second, first);
    assert.notEqual(second, workers.queries);
    releases.push(second.hold(), workers.job().hold());
    releases.push(workers.job().hold());
    assert.equal(new Set([workers.job(), first, second]).size, 2);
    releases.forEach((release) => release());
    await workers.dispose();
  });
});
