import assert from 'node:assert/strict';
import { NEWEST_FIRST, type RunRow, type RunSort } from '../../../src/model/runTable';
import { columnsIn, ReadRuns, usualColumns } from '../../../src/operations/readRuns';
import type { RunTable, RunTableQuery } from '../../../src/providers/runTable';

const place = { connection: 'team', workspace: 'ada', experiment: 'e1' };
const row = (run: string, metrics: Readonly<Record<string, number>> = {}, parameters: Readonly<Record<string, string>> = {}, ended?: number): RunRow =>
  ({ ...place, run, name: run, status: 'finished', started: 0, ended, metrics: new Map(Object.entries(metrics)), parameters: new Map(Object.entries(parameters)) });

/** A server with these rows, which it tells in this order; it does not know durations. */
class Server implements RunTable {
  readonly asked: RunTableQuery[] = [];
  given = 0;

  /** Thrown in the place of rows. */
  failure: Error | undefined;

  constructor(public all: readonly RunRow[]) {}

  sorts(column: string): boolean {
    return column !== 'duration';
  }

  async *rows(query: RunTableQuery): AsyncGenerator<RunRow, void, undefined> {
    this.asked.push(query);
    if (this.failure !== undefined) {
      throw this.failure;
    }
    for (const each of this.all) {
      this.given++;
      yield each;
    }
  }
}

const many = (count: number): readonly RunRow[] => Array.from({ length: count }, (_, index) => row(`r${index}`, {}, {}, (index * 7) % 100));

function read(server: Server, sort: RunSort = NEWEST_FIRST, most?: number): ReadRuns {
  return new ReadRuns(server, { ...place, sort }, new AbortController().signal, most);
}

describe('the runs of a table that were read', () => {
  it('are no more than are wanted, and one that tells that there are more', async () => {
    const server = new Server(many(500));
    const runs = read(server);
    await runs.fill(200);
    assert.deepEqual([runs.rows.length, server.given, runs.more], [201, 201, 'yes']);
    await runs.fill(700);
    assert.deepEqual([runs.rows.length, runs.more, server.asked.length], [500, 'no', 1]);
  });

  it('are all of them where there are no more', async () => {
    const runs = read(new Server(many(200)));
    await runs.fill(200);
    assert.deepEqual([runs.rows.length, runs.more], [200, 'no']);
  });

  it('stand there once, though the server tells one again that has moved to the next page', async () => {
    const runs = read(new Server([row('a'), row('b'), row('a', { loss: 1 }), row('c')]));
    await runs.fill(100);
    assert.deepEqual(runs.rows.map(({ run }) => run), ['a', 'b', 'c']);
    assert.equal(runs.rows[0]!.metrics.get('loss'), 1);
  });

  it('are read one wish after the other', async () => {
    const server = new Server(many(50));
    const runs = read(server);
    await Promise.all([runs.fill(10), runs.fill(10), runs.fill(20)]);
    assert.equal(server.given, 21);
  });

  it('are put in order here where the server does not know it', async () => {
    const server = new Server(many(50));
    const runs = read(server, { by: 'duration', descending: true });
    await runs.fill(1000);
    assert.deepEqual([runs.isOrdered, server.asked[0]!.sort], [false, NEWEST_FIRST]);
    const ends = runs.rows.map(({ ended }) => ended!);
    assert.deepEqual(ends, [...ends].sort((a, b) => b - a));
  });

  it('are as many as a table holds, and say that there are more', async () => {
    const runs = read(new Server(many(500)), NEWEST_FIRST, 300);
    await runs.fill(10_000);
    assert.deepEqual([runs.rows.length, runs.more], [300, 'tooMany']);
  });
});

describe('the runs of a table that go on', () => {
  const going = (run: string, loss = 1): RunRow => ({ ...row(run, { loss }), status: 'running' });
  const names = (runs: ReadRuns): string => runs.rows.map(({ run }) => run).join(' ');
  /** A table of these rows of which so many were read. */
  async function follow(rows: readonly RunRow[], count: number, sort?: RunSort) {
    const server = new Server(rows);
    const runs = read(server, sort);
    await runs.fill(count);
    return { server, runs, before: runs.rows };
  }

  it('are read again, with those that began since, and what says the same is the same', async () => {
    const { server, runs, before } = await follow([going('b'), row('a')], 200);
    server.all = [going('c'), row('b', { loss: 0.5 }), row('a')];
    await runs.follow();
    assert.equal(names(runs), 'c b a');
    assert.deepEqual([runs.rows[1]!.status, runs.rows[1]!.metrics.get('loss')], ['finished', 0.5]);
    assert.equal(runs.rows[2], before[1]);
    await runs.follow();
    const after = runs.rows;
    await runs.follow();
    assert.ok(runs.rows.every((each, index) => each === after[index]));
  });

  it('cost a page, however many rows were read below them', async () => {
    const { server, runs, before } = await follow([going('last'), ...many(5_000)], 5_000);
    server.all = [going('new'), going('last', 0.5), ...many(5_000)];
    server.given = 0;
    await runs.follow();
    assert.equal(server.given, 200);
    assert.deepEqual([runs.rows.length, runs.more], [5_002, 'yes']);
    assert.deepEqual(runs.rows.slice(0, 3).map(({ run }) => run), ['new', 'last', 'r0']);
    assert.equal(runs.rows.at(-1), before.at(-1));
    await runs.fill(10_000);
    assert.deepEqual([runs.rows.length, runs.more], [5_002, 'no']);
  });

  it('are read as far as the last of them stands', async () => {
    const rows = many(1_000);
    const { server, runs } = await follow([...rows.slice(0, 700), going('far'), ...rows.slice(700)], 800);
    server.all = [...rows.slice(0, 600), row('far', { loss: 0 }), ...rows.slice(600)];
    server.given = 0;
    await runs.follow();
    assert.deepEqual([server.given, runs.rows.length, runs.rows[600]!.run, runs.rows[600]!.status], [601, 801, 'far', 'finished']);
    assert.equal(new Set(runs.rows.map(({ run }) => run)).size, 801);
  });

  it('leave what was deleted above the last of those that are as they were', async () => {
    const rows = many(1_000);
    const { server, runs } = await follow([going('first'), ...rows], 500);
    server.all = [going('first'), ...rows.slice(0, 50), ...rows.slice(52)];
    await runs.follow();
    assert.deepEqual([runs.rows.length, names(runs).includes(' r50 '), runs.rows[51]!.run], [499, false, 'r52']);
  });

  it('are no longer here once they stand below what was read, and come with more', async () => {
    const rows = many(1_000);
    const { server, runs } = await follow([going('best', 0.1), ...rows], 200);
    server.all = [...rows.slice(0, 500), going('best', 9), ...rows.slice(500)];
    server.given = 0;
    await runs.follow();
    assert.deepEqual([server.given, runs.rows.length, runs.more, names(runs).includes('best')], [201, 201, 'yes', false]);
    await runs.fill(2_000);
    assert.equal(names(runs), server.all.map(({ run }) => run).join(' '));
  });

  it('are gone once they were deleted, where all were read', async () => {
    const { server, runs } = await follow([going('b'), ...many(300)], 1_000);
    server.all = many(300);
    await runs.follow();
    assert.deepEqual([runs.rows.length, runs.more], [300, 'no']);
  });

  it('are put in order here where the server does not know it', async () => {
    const sort = { by: 'duration', descending: true } as const;
    const { server, runs } = await follow([going('now'), ...many(500)], 1_000, sort);
    server.all = [{ ...row('now'), ended: 1_000 }, ...many(500)];
    server.given = 0;
    await runs.follow();
    assert.deepEqual([runs.rows[0]!.run, runs.rows.length, server.given], ['now', 501, 200]);
  });

  it('stay as they were where they cannot be read, and what comes after them is read from where it stood', async () => {
    const { server, runs, before } = await follow([going('b'), ...many(500)], 200);
    server.failure = new Error('no cable');
    await assert.rejects(runs.follow(), /no cable/u);
    assert.deepEqual(runs.rows, before);
    server.failure = undefined;
    const given = server.given;
    await Promise.all([runs.follow(), runs.fill(1_000)]);
    assert.deepEqual([runs.rows.length, runs.more, server.given - given], [501, 'no', 200 + 300]);
  });
});

describe('columns for runs', () => {
  const rows = [
    row('a', { 'loss': 1, 'acc 10': 1, 'acc 9': 1, 'system/cpu': 1 }, { lr: '1', seed: '7' }),
    row('b', { loss: 2, extra: 1 }, { lr: '2', seed: '7' }),
    row('c', { loss: 2 }, { lr: '2', depth: '3' }),
  ];

  it('are what any of them has, in natural order', () => {
    const { metrics, parameters } = columnsIn(rows);
    assert.deepEqual(metrics.map(({ column }) => column), ['metrics.acc 9', 'metrics.acc 10', 'metrics.extra', 'metrics.loss', 'metrics.system/cpu']);
    assert.deepEqual(parameters.map(({ column, rows: count, isConstant }) => [column, count, isConstant]), [['params.depth', 1, false], ['params.lr', 3, false], ['params.seed', 2, false]]);
  });

  it('are at first what most have, and in what they differ', () => {
    assert.deepEqual(usualColumns(rows), [
      'name', 'status', 'started', 'duration', 'metrics.loss', 'metrics.acc 9', 'metrics.acc 10', 'metrics.extra', 'params.lr', 'params.seed', 'params.depth', 'user', 'source',
    ]);
    const same = [row('a', {}, { lr: '1', seed: '7' }), row('b', {}, { lr: '2', seed: '7' })];
    assert.deepEqual(usualColumns(same).filter((column) => column.startsWith('params.')), ['params.lr']);
    assert.deepEqual(usualColumns(same.slice(0, 1)).filter((column) => column.startsWith('params.')), ['params.lr', 'params.seed']);
  });
});
