import * as assert from 'node:assert/strict';
import { type ChosenRun, chooseRun } from '../../src/ui/commands/chooseRun';
import type { Choice, OpenPick, Prompts } from '../../src/ui/prompts';
import type { Provider } from '../../src/providers/provider';
import { MemoryProvider } from '../support/memoryProvider';
import { MemoryServer } from '../support/memoryServer';
import { until } from './world';

/** The list of runs, with the test in the place of whoever types. */
async function openList(provider: Provider) {
  const closing = new AbortController();
  const listeners: (() => void)[] = [];
  let rows: readonly Choice<ChosenRun>[] = [];
  let typed = '';
  const pick: OpenPick<ChosenRun> = {
    show: (shown) => {
      rows = shown;
    },
    title: '', placeholder: '', busy: false,
    busyWith: (work) => work,
    get typed() { return typed; },
    onType: (listener) => void listeners.push(listener),
    signal: closing.signal,
  };
  const prompts = {
    pick: async (_: object, fill: (open: OpenPick<ChosenRun>) => Promise<void>) => {
      await fill(pick);
      return 'none';
    },
  } as unknown as Prompts;
  await chooseRun(prompts, provider, 'ada', undefined);
  return {
    names: () => rows.flatMap(({ value }) => (typeof value === 'object' ? [value.name] : [])),
    type: (text: string) => {
      typed = text;
      listeners.forEach((listener) => listener());
    },
    close: () => closing.abort(),
  };
}

describe('the list of runs to make active', () => {
  let server: MemoryServer;

  beforeEach(() => {
    server = new MemoryServer();
    const churn = server.experiment('churn');
    server.keep(churn, 'the first one');
    for (let index = 0; index < 600; index++) {
      server.keep(churn, `run ${index}`);
    }
  });

  it('shows the newest, and finds the others on the server as somebody types', async () => {
    const list = await openList(server);
    assert.deepEqual([list.names().length, list.names()[0]], [500, 'run 599']);
    list.type('first');
    await until(() => list.names().join() === 'the first one', 'it is found');
    list.type('');
    assert.equal(list.names().length, 500);
    list.close();
  });

  it('asks once when somebody types fast, and nothing after it was closed', async () => {
    const list = await openList(server);
    server.asked.length = 0;
    ['f', 'fi', 'first'].forEach((text) => list.type(text));
    await until(() => list.names().length === 1, 'it is found');
    assert.deepEqual(server.asked, ['runs  first']);
    list.type('run 1');
    list.close();
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.deepEqual(server.asked, ['runs  first']);
  });

  it('does not ask a back end that gives out all of them anyway', async () => {
    const provider = new MemoryProvider();
    await provider.startRun({ connection: 'local', workspace: 'ada', name: 'train' });
    const list = await openList(provider);
    list.type('other');
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.deepEqual(list.names(), ['train']);
    list.close();
  });
});
