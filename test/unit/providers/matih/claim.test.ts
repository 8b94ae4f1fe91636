import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isArtifactError } from '../../../../src/model/errors';
import type { MatihCalls } from '../../../../src/providers/matih/calls/matihCalls';
import { claimNumber } from '../../../../src/providers/matih/claim';
import { TAG } from '../../../../src/providers/matih/tags';
import { type VersionRun, versionRun } from '../../../../src/providers/matih/versions';

/** Runs of one artifact, written and listed one call at a time, in an order that somebody else decides. */
class Board {
  readonly rows = new Map<string, Record<string, string>>();

  constructor(private readonly scheduler: fc.Scheduler, ids: readonly string[]) {
    ids.forEach((id) => this.rows.set(id, { [TAG.artifact]: 'churn', [TAG.upload]: 'pending' }));
  }

  async claim(id: string, wanted: string): Promise<string | undefined> {
    const write = async (run: string, tags: Readonly<Record<string, string>>): Promise<void> => {
      await this.scheduler.schedule(Promise.resolve());
      Object.assign(this.rows.get(run)!, tags);
    };
    try {
      const number = await claimNumber({ calls: { setTags: write } as unknown as MatihCalls, id, wanted, what: (version) => version, runs: () => this.list() });
      await write(id, { [TAG.upload]: 'done' });
      return number;
    } catch (error) {
      assert.ok(isArtifactError(error, 'alreadyExists'), String(error));
      await write(id, { [TAG.upload]: 'abandoned' });
      return undefined;
    }
  }

  private async list(): Promise<readonly VersionRun[]> {
    await this.scheduler.schedule(Promise.resolve());
    return [...this.rows].map(([id, tags]) => versionRun({ id, name: id, status: 'running', started: 0, parameters: {}, metrics: {}, tags: { ...tags } }));
  }
}

const IDS = ['a', 'b', 'c', 'd'];

describe('numbers of versions on MATIH', function () {
  this.timeout(20_000);

  it('go to one writer each and leave no gap, in whatever order calls arrive', async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.shuffledSubarray(IDS, { minLength: 2 }), async (scheduler, ids) => {
      const board = new Board(scheduler, ids);
      const numbers = Promise.all(ids.map((id) => board.claim(id, 'major')));
      await scheduler.waitFor(numbers);
      assert.deepEqual([...await numbers].sort(), ids.map((_, index) => `${index + 1}.0.0`));
    }), { numRuns: 25 });
  });

  it('that are asked for by name go to one of them, and the others are told', async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.shuffledSubarray(IDS, { minLength: 2 }), async (scheduler, ids) => {
      const board = new Board(scheduler, ids);
      const numbers = Promise.all(ids.map((id) => board.claim(id, '2.1.0')));
      await scheduler.waitFor(numbers);
      assert.deepEqual((await numbers).filter((number) => number !== undefined), ['2.1.0']);
    }), { numRuns: 25 });
  });
});
