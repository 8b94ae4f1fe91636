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

  constructor(private readonly all: readonly RunRow[]) {}

  sorts(column: string): boolean {
    return column !== 'duration';
  }

  async *rows(query: RunTableQuery): AsyncGenerator<RunRow, void, undefined> {
    this.asked.push(query);
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
