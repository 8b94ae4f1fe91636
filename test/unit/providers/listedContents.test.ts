import assert from 'node:assert/strict';
import type { Call } from '../../../src/model/call';
import { type Belief, BRIEF_BELIEF, ListedContents, LONG_BELIEF, NO_BELIEF } from '../../../src/providers/listedContents';
import type { StoredFile, StoredFiles } from '../../../src/providers/storedFiles';
import { textOf } from '../../support/providers';

const SECOND = 1_000;
const FOLDERS = 12;

/** A server on which each list takes a second of a clock that nobody waits for. */
class SlowFiles implements StoredFiles {
  clock = 1_000_000;
  lists = 0;
  readonly signals: (AbortSignal | undefined)[] = [];
  readonly late: StoredFile[] = [];
  hold: Promise<unknown> | undefined;

  async list(folder: string, call?: Call): Promise<readonly StoredFile[]> {
    call?.signal?.throwIfAborted();
    this.lists += 1;
    this.signals.push(call?.signal);
    this.clock += SECOND;
    await this.hold;
    return folder === ''
      ? [...Array.from({ length: FOLDERS }, (_, index) => ({ path: `d${index}`, isFolder: true, size: 0 })), ...this.late]
      : [{ path: `${folder}/a.txt`, isFolder: false, size: 1 }];
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('a');
    await this.hold;
  }
}

describe('files as a server lists them', () => {
  let files: SlowFiles;
  beforeEach(() => {
    files = new SlowFiles();
  });
  const contents = (belief: Belief): ListedContents => new ListedContents(files, '', belief, () => files.clock);

  it('are listed once for all who count, show and fetch them, however long that took, and anew after ten times as long', async () => {
    const listed = contents(LONG_BELIEF);
    assert.equal((await listed.assets()).length, FOLDERS);
    assert.equal(files.lists, FOLDERS + 1);
    files.clock += 60 * SECOND;
    assert.equal(listed.keptUntil > files.clock, true);
    assert.equal((await listed.assets()).length, FOLDERS);
    assert.deepEqual((await listed.assets(undefined, 'd3')).map(({ path }) => path), ['d3/a.txt']);
    assert.equal(files.lists, FOLDERS + 1);
    files.clock += 80 * SECOND;
    await listed.assets();
    assert.equal(files.lists, 2 * (FOLDERS + 1));
  });

  it('that took long to list are believed for ten minutes at most, or as long as that took', () => {
    assert.deepEqual([1, 30, 120, 1_200].map((seconds) => LONG_BELIEF(seconds * SECOND) / SECOND), [10, 300, 600, 1_200]);
  });

  it('of a version whose run goes on are believed for ten seconds after they were listed', async () => {
    const listed = contents(BRIEF_BELIEF);
    await listed.assets();
    files.late.push({ path: 'late.txt', isFolder: false, size: 1 });
    files.clock += 9 * SECOND;
    assert.equal((await listed.assets()).length, FOLDERS);
    files.clock += 2 * SECOND;
    assert.equal((await listed.assets()).length, FOLDERS + 1);
  });

  it('of a run that goes on are listed each time', async () => {
    const listed = contents(NO_BELIEF);
    await listed.assets();
    files.late.push({ path: 'late.txt', isFolder: false, size: 1 });
    assert.equal((await listed.assets()).length, FOLDERS + 1);
    assert.equal(files.lists, 2 * (FOLDERS + 1));
  });

  it('below one folder are listed once, too, and are not taken for those beside it', async () => {
    const listed = contents(LONG_BELIEF);
    assert.deepEqual((await listed.assets(undefined, 'd1')).map(({ path }) => path), ['d1/a.txt']);
    await listed.assets(undefined, 'd1');
    assert.equal(files.lists, 1);
    assert.deepEqual((await listed.assets(undefined, 'd11')).map(({ path }) => path), ['d11/a.txt']);
    assert.equal((await listed.assets()).length, FOLDERS);
  });

  it('are listed once for two who ask at the same moment, of whom one may leave', async () => {
    const listed = contents(LONG_BELIEF);
    const hold = Promise.withResolvers<undefined>();
    files.hold = hold.promise;
    const leaving = new AbortController();
    const [one, other] = [listed.assets({ signal: leaving.signal }), listed.assets({ signal: new AbortController().signal })];
    leaving.abort();
    await assert.rejects(one, { name: 'AbortError' });
    hold.resolve(undefined);
    assert.equal((await other).length, FOLDERS);
    assert.equal(files.lists, FOLDERS + 1);
  });

  it('are listed no further when all who asked have left, and anew for who comes then', async () => {
    const listed = contents(LONG_BELIEF);
    const hold = Promise.withResolvers<undefined>();
    files.hold = hold.promise;
    const leaving = new AbortController();
    const both = [listed.assets({ signal: leaving.signal }), listed.assets({ signal: leaving.signal })];
    leaving.abort();
    await Promise.all(both.map((each) => assert.rejects(each, { name: 'AbortError' })));
    assert.deepEqual(files.signals.map((signal) => signal?.aborted), [true]);
    files.hold = undefined;
    const next = listed.assets();
    hold.resolve(undefined);
    assert.equal((await next).length, FOLDERS);
    assert.equal(files.lists, 1 + FOLDERS + 1);
  });

  it('are kept while one of them is being read, and a moment after', async () => {
    const listed = contents(NO_BELIEF);
    await listed.entries('d1');
    const hold = Promise.withResolvers<undefined>();
    files.hold = hold.promise;
    const reading = textOf(listed.read('d1/a.txt', 0));
    files.clock += 3_600 * SECOND;
    await new Promise(setImmediate);
    assert.equal(listed.keptUntil, Infinity);
    hold.resolve(undefined);
    assert.equal(await reading, 'a');
    assert.equal(listed.keptUntil, files.clock + 10 * SECOND);
    assert.equal(files.lists, 1);
  });
});
