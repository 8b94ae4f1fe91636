import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { Subject } from '../../../src/store/changeFeed';
import { UNWATCHED } from '../../../src/store/work';
import { StoreWatcher } from '../../../src/store/watcher';
import { silentLog } from '../../support/providers';
import { CHURN, commitIn, loggingProcess, storeIn } from '../../support/stores';
import { removeFolder, temporaryFolder } from '../../support/temporaryFolder';

describe('watching a store', () => {
  const folder = temporaryFolder();
  let watcher: StoreWatcher;
  let seen: Subject[];

  beforeEach(() => {
    watcher = new StoreWatcher(folder(), silentLog);
    seen = [];
  });
  afterEach(() => watcher.dispose());

  const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

  async function within(milliseconds: number, is: () => boolean): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!is()) {
      assert.ok(performance.now() < end, `not within ${milliseconds} ms: ${JSON.stringify(seen)}`);
      await pause(10);
    }
  }

  const sawChurn = (): boolean => seen.some(({ workspace, artifact }) => workspace === undefined || (workspace === 'ada' && artifact === 'churn'));
  const start = async (): Promise<() => void> => {
    const stop = watcher.watch((subject) => seen.push(subject));
    // As a window that has been open for a while.
    await pause(300);
    seen = [];
    return stop;
  };

  it('tells what another process logged, within two seconds', async function () {
    this.timeout(20_000);
    storeIn(folder());
    await start();
    await loggingProcess(folder()).outcome;
    await within(2_000, sawChurn);
  });

  it('tells of the first thing that is ever logged', async function () {
    this.timeout(20_000);
    removeFolder(folder());
    await start();
    await loggingProcess(folder()).outcome;
    await within(2_000, sawChurn);
  });

  it('tells of every kind of change, and of which artifact', async () => {
    const store = storeIn(folder());
    commitIn(store, { files: { a: '1' } });
    commitIn(store, { files: { a: '2' } });
    const run = store.startRun('ada', 'train');
    await pause(5);
    await start();
    const changes: readonly (readonly [what: string, change: () => unknown, subject: Subject])[] = [
      ['labels', () => store.label({ ...CHURN, version: '2.0.0' }, { tags: ['x'] }), CHURN],
      ['alias', () => store.label({ ...CHURN, version: '2.0.0' }, { aliases: ['prod'] }), CHURN],
      ['use', () => store.consume({ ...CHURN, version: '2.0.0' }, run), CHURN],
      ['run', () => store.endRun(run, 'finished', UNWATCHED), { workspace: 'ada' }],
      ['name of a run', () => store.renameRun(run, 'best', UNWATCHED), { workspace: 'ada' }],
      ['removal', () => store.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED), CHURN],
    ];
    for (const [what, change, subject] of changes) {
      seen = [];
      change();
      await within(2_000, () => seen.some((each) => each.workspace === subject.workspace && each.artifact === subject.artifact));
      assert.equal(seen.length, 1, what);
    }
  });

  it('tells many changes at once, and all together when it could not follow', async () => {
    const store = storeIn(folder());
    store.changes.announce({ workspace: 'before' });
    await start();
    for (const artifact of ['a', 'b', 'a']) {
      store.changes.announce({ workspace: 'ada', artifact });
    }
    await within(2_000, () => seen.length > 0);
    assert.deepEqual(seen, [{ workspace: 'ada', artifact: 'a' }, { workspace: 'ada', artifact: 'b' }]);
    seen = [];
    for (let index = 0; index < 120; index++) {
      store.changes.announce({ workspace: 'ada', artifact: `many-${index}` });
    }
    await within(2_000, () => seen.length > 0);
    await pause(300);
    const told = new Set(seen.map(({ artifact }) => artifact));
    assert.ok(told.has(undefined) || told.size === 120, JSON.stringify(seen));
  });

  it('works where the system does not tell, by looking', async function () {
    this.timeout(20_000);
    const store = storeIn(folder());
    store.changes.announce({ workspace: 'before' });
    const { watch } = fs;
    const patched: { watch: typeof fs.watch } = fs;
    patched.watch = () => {
      throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
    };
    try {
      await start();
      store.changes.announce(CHURN);
      await within(2_000, sawChurn);
    } finally {
      patched.watch = watch;
    }
  });

  it('tells every listener until that one stops', async () => {
    const store = storeIn(folder());
    store.changes.announce({ workspace: 'before' });
    const others: Subject[] = [];
    const stop = await start();
    const stopOther = watcher.watch((subject) => others.push(subject));
    store.changes.announce(CHURN);
    await within(2_000, () => sawChurn() && others.length > 0);
    stop();
    stop();
    seen = [];
    store.changes.announce(CHURN);
    await within(2_000, () => others.length > 1);
    assert.deepEqual(seen, []);
    stopOther();
    store.changes.announce(CHURN);
    await pause(400);
    assert.deepEqual([seen.length, others.length], [0, 2]);
  });

  it('survives rubbish among the files it looks at', async () => {
    const store = storeIn(folder());
    store.changes.announce({ workspace: 'before' });
    await start();
    fs.writeFileSync(`${store.layout.changes}/rubbish.json`, '{"count":');
    fs.writeFileSync(`${store.layout.changes}/list.json`, '[]');
    fs.mkdirSync(`${store.layout.changes}/folder`);
    store.changes.announce(CHURN);
    await within(2_000, sawChurn);
  });
});
