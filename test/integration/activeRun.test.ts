import * as assert from 'node:assert/strict';
import type { Producer, Run } from '../../src/model/artifact';
import { ArtifactError } from '../../src/model/errors';
import { runName } from '../../src/ui/activeRun';
import { MemoryProvider } from '../support/memoryProvider';
import { MemoryServer } from '../support/memoryServer';
import { TestConnections, TestMemento, testRuns } from './world';

describe('the active run', () => {
  let provider: MemoryProvider;
  let connections: TestConnections;

  beforeEach(() => {
    provider = new MemoryProvider();
    connections = new TestConnections(provider);
  });

  it('is named for the project and the time', () => {
    assert.equal(runName(new Date(2026, 10, 21, 9, 5), 'churn'), 'churn 2026-11-21 09:05');
  });

  it('is made on first use and stays', async () => {
    const runs = testRuns(connections);
    assert.equal(runs.current('local'), undefined);
    const first = await runs.forUse('local', 'ada');
    assert.match(first?.name ?? '', /^workspace \d{4}-\d\d-\d\d \d\d:\d\d$/u);
    assert.deepEqual(await runs.forUse('local', 'ada'), first);
    assert.deepEqual(runs.current('local'), first);
    assert.equal(provider.given.get('startRun'), 1);
  });

  it('is one for all who ask at once', async () => {
    const runs = testRuns(connections);
    const [first, second] = await Promise.all([runs.forUse('local', 'ada'), runs.forUse('local', 'ada')]);
    assert.deepEqual(first, second);
    assert.equal(provider.given.get('startRun'), 1);
  });

  it('is kept over a reload of the window', async () => {
    const memory = new TestMemento();
    const run = await testRuns(connections, memory).forUse('local', 'ada');
    assert.deepEqual(await testRuns(connections, memory).forUse('local', 'ada'), run);
  });

  it('is made anew when the store no longer has it', async () => {
    const memory = new TestMemento();
    const run = await testRuns(connections, memory).forUse('local', 'ada');
    provider.runsById.clear();
    await provider.startRun({ connection: 'local', workspace: 'ada', name: 'of somebody else' });
    assert.notDeepEqual(await testRuns(connections, memory).forUse('local', 'ada'), run);
  });

  it('can be chosen and let go', async () => {
    const runs = testRuns(connections);
    let told = 0;
    runs.onDidChange(() => told++);
    const chosen = { connection: 'local', workspace: 'ada', run: 'r7', name: 'train-0412' };
    await runs.select(chosen, 'local');
    assert.deepEqual(await runs.forUse('local', 'ada'), chosen);
    await runs.select(undefined, 'local');
    assert.equal(runs.current('local'), undefined);
    assert.equal(told, 2);
  });

  it('is one per connection', async () => {
    const team = new MemoryProvider('team');
    const runs = testRuns(new TestConnections(provider, team));
    await runs.forUse('team', 'ada');
    assert.equal(runs.current('local'), undefined);
    assert.equal(runs.current('team')?.connection, 'team');
  });

  describe('where runs do not reach beyond their workspace', () => {
    beforeEach(() => Object.assign(provider, { runsApart: true }));

    it('is one for each workspace, also after a reload of the window', async () => {
      const memory = new TestMemento();
      const runs = testRuns(connections, memory);
      const mine = await runs.forUse('local', 'ada');
      const ours = await runs.forUse('local', 'team');
      assert.deepEqual([mine?.workspace, ours?.workspace], ['ada', 'team']);
      assert.deepEqual(runs.current('local'), ours);
      assert.deepEqual([await runs.forUse('local', 'ada'), await testRuns(connections, memory).forUse('local', 'team')], [mine, ours]);
      assert.equal(provider.given.get('startRun'), 2);
    });

    it('is one for each of two workspaces that are asked for at once', async () => {
      const runs = testRuns(connections);
      const both = await Promise.all([runs.forUse('local', 'ada'), runs.forUse('local', 'team')]);
      assert.deepEqual(both.map((run) => run?.workspace), ['ada', 'team']);
    });

    it('that ended is used no more, and the others stay', async () => {
      const runs = testRuns(connections);
      const mine = await runs.forUse('local', 'ada');
      const ours = await runs.forUse('local', 'team');
      await runs.release(mine!);
      assert.deepEqual([runs.current('local', 'ada'), runs.current('local', 'team'), runs.current('local')], [undefined, ours, ours]);
      assert.notDeepEqual(await runs.forUse('local', 'ada'), mine);
    });
  });

  it('is nobody where a back end has no runs', async () => {
    Object.assign(provider, { startRun: undefined });
    assert.equal(await testRuns(connections).forUse('local', 'ada'), undefined);
  });

  describe('on a server that knows runs by their id', () => {
    let server: MemoryServer;
    let memory: TestMemento;

    beforeEach(async () => {
      server = new MemoryServer();
      connections = new TestConnections(server);
      memory = new TestMemento();
      await testRuns(connections, memory).select(producerOf(server.keep(server.experiment('churn'), 'train')), 'local');
    });

    it('is looked for by its id, not among all', async () => {
      assert.equal((await testRuns(connections, memory).forUse('local', 'ada'))?.name, 'train');
      assert.deepEqual(server.asked, ['run r-1']);
    });

    it('is called as it is there by now', async () => {
      const runs = testRuns(connections, memory);
      server.detailsById.set('r-1', { ...server.detailsById.get('r-1')!, name: 'the best' });
      assert.equal((await runs.forUse('local', 'ada'))?.name, 'the best');
      assert.deepEqual([runs.current('local')?.name, runs.current('local', 'ada')?.name], ['the best', 'the best']);
    });

    it('is replaced by a new one when it is gone', async () => {
      server.detailsById.clear();
      assert.equal((await testRuns(connections, memory).forUse('local', 'ada'))?.run, 'run-1');
    });

    it('is replaced by a new one when it was deleted meanwhile, and that is told', async () => {
      const warnings: string[] = [];
      const runs = testRuns(connections, memory, (sentence) => warnings.push(sentence));
      const chosen = await runs.forUse('local', 'ada');
      server.detailsById.set('r-1', { ...server.detailsById.get('r-1')!, isDeleted: true });
      const made = await runs.forUse('local', 'ada');
      assert.notEqual(made?.run, chosen?.run);
      assert.deepEqual(warnings, [`The active run “train” was deleted from local. From now on “${made?.name}” is active.`]);
    });

    it('tells once for each reason that a use could not be recorded', () => {
      const warnings: string[] = [];
      const runs = testRuns(connections, memory, (sentence) => warnings.push(sentence));
      const version = { connection: 'local', workspace: 'ada', artifact: 'churn', version: '1.0.0' };
      for (const id of ['a', 'a', 'b']) {
        runs.unrecorded(version, new ArtifactError('invalid', `run ${id} is no more active`));
      }
      assert.equal(warnings.length, 2);
      assert.match(warnings[0] ?? '', /^ada\/churn:1\.0\.0 was downloaded, but its use could not be recorded: .*run a/u);
    });

    it('is kept while the server cannot be reached', async () => {
      server.failure = new ArtifactError('offline', 'team');
      const runs = testRuns(connections, memory);
      await assert.rejects(runs.forUse('local', 'ada'), { code: 'offline' });
      assert.equal(runs.current('local')?.run, 'r-1');
    });
  });
});

const producerOf = ({ connection, workspace, run, name }: Run): Producer => ({ connection, workspace, run, name });
