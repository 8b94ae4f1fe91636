import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '../../../src/model/call';
import { offline } from '../../../src/model/errors';
import { fillAsTyped } from '../../../src/ui/commands/listAsTyped';
import { until } from '../../support/until';

/** Longer than a list waits for the next key. */
const SETTLED_MS = 400;

describe('a list that is searched as somebody types', () => {
  const names = Array.from({ length: 700 }, (_, index) => `run ${index}`);
  let closing: AbortController;
  let asked: (string | undefined)[];
  let shown: { readonly rows: readonly string[]; readonly problem: unknown }[];
  let listeners: (() => void)[];
  let busy: number;
  let typed: string;

  beforeEach(() => {
    closing = new AbortController();
    [asked, shown, listeners, busy, typed] = [[], [], [], 0, ''];
  });
  afterEach(() => closing.abort());

  const pick = {
    get typed() { return typed; },
    get signal() { return closing.signal; },
    onType: (listener: () => void) => void listeners.push(listener),
    busyWith: async <R>(work: Promise<R>): Promise<R> => {
      busy++;
      try {
        return await work;
      } finally {
        busy--;
      }
    },
  };
  const type = (text: string): void => {
    typed = text;
    listeners.forEach((listener) => listener());
  };
  const last = () => shown.at(-1) ?? assert.fail('nothing is shown');

  async function* named(search: string | undefined, all: readonly string[] = names): AsyncGenerator<string, void, undefined> {
    asked.push(search);
    yield* all.filter((name) => name.includes(search ?? ''));
  }
  const open = (list: (search: string | undefined, call: Call) => AsyncIterable<string> = (search) => named(search)): Promise<void> =>
    fillAsTyped<string>(pick, { list, show: (rows, problem) => shown.push({ rows, problem }) });

  it('shows the first rows as they come, and reads one more to know of others', async () => {
    let given = 0;
    await open(async function* (search) {
      for await (const name of named(search)) {
        given++;
        yield name;
      }
    });
    assert.deepEqual(shown.map(({ rows }) => rows.length), [100, 200, 300, 400, 500, 500]);
    assert.deepEqual([given, busy], [501, 0]);
  });

  it('finds what is beyond them, once for what is typed fast, and shows the first again without a text', async () => {
    await open();
    ['run 6', 'run 69', ' run 699 '].forEach(type);
    await until(() => last().rows.join() === 'run 699', 'it is found');
    assert.deepEqual([asked, busy], [[undefined, 'run 699'], 0]);
    type('');
    assert.equal(last().rows.length, 500);
    await pause(SETTLED_MS);
    assert.equal(asked.length, 2);
  });

  it('finds what was typed before the first rows were there', async () => {
    typed = 'run 650';
    await open();
    await until(() => last().rows.join() === 'run 650', 'it is found');
  });

  it('asks for nothing where all are shown', async () => {
    await open((search) => named(search, names.slice(0, 500)));
    type('run 1');
    await pause(SETTLED_MS);
    assert.deepEqual([asked, last().rows.length, listeners.length], [[undefined], 500, 0]);
  });

  it('does not draw what comes after another key', async () => {
    let answer = (): void => {};
    const open_ = open(async function* (search) {
      if (search === 'run 1') {
        await new Promise<void>((resolve) => answer = resolve);
      }
      yield* named(search);
    });
    await open_;
    type('run 1');
    await pause(SETTLED_MS);
    assert.equal(busy, 1);
    type('run 699');
    await until(() => last().rows.join() === 'run 699', 'it is found');
    answer();
    await until(() => busy === 0, 'the first search has ended');
    assert.equal(last().rows.join(), 'run 699');
  });

  it('says why a search failed beside the first rows, and finds with the next key', async () => {
    await open(async function* (search) {
      if (search === 'run 6') {
        throw offline('train.example');
      }
      yield* named(search);
    });
    type('run 6');
    await until(() => last().problem !== undefined, 'it says so');
    assert.deepEqual([last().rows.length, (last().problem as { code?: string }).code, busy], [500, 'offline', 0]);
    type('run 69');
    await until(() => last().rows[0] === 'run 69', 'it is found');
    assert.deepEqual([last().rows.length, last().problem], [11, undefined]);
  });

  it('fails where the first rows cannot be read, and asks nothing after it was closed', async () => {
    await assert.rejects(open(async function* () {
      yield 'run 0';
      throw offline('train.example');
    }), { code: 'offline' });
    await open();
    type('run 699');
    closing.abort();
    await pause(SETTLED_MS);
    assert.deepEqual(asked, [undefined]);
  });
});
