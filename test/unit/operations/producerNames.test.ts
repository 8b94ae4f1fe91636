import * as assert from 'node:assert/strict';
import type { RunDetails, RunRef } from '../../../src/model/artifact';
import { notFound } from '../../../src/model/errors';
import { ProducerNames } from '../../../src/operations/producerNames';

const by = (run: string, name = run) => ({ producer: { connection: 'team', workspace: 'ada', run, name } });

function runs(names: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const run = async ({ run: id }: RunRef): Promise<RunDetails> => {
    asked.push(id);
    const name = names[id];
    if (name === undefined) {
      throw notFound(`run ${id}`);
    }
    return { connection: 'team', workspace: 'ada', run: id, name, status: 'finished', started: 0, metrics: [], parameters: {}, tags: {} };
  };
  return { asked, run };
}

describe('the names of the runs that made versions', () => {
  it('are asked for where only ids are known, each once', async () => {
    const provider = runs({ r1: 'train 0412' });
    const names = new ProducerNames(provider);
    assert.equal(await names.learn([by('r1'), by('r1'), by('r2', 'known'), { producer: undefined }]), true);
    assert.equal(await names.learn([by('r1')]), false);
    assert.deepEqual([provider.asked, names.of(by('r1'))?.name, names.of(by('r2', 'known'))?.name, names.of({ producer: undefined })], [['r1'], 'train 0412', 'known', undefined]);
  });

  it('are the ids of runs that are gone, which are not asked for again', async () => {
    const provider = runs({});
    const names = new ProducerNames(provider);
    await names.learn([by('r1')]);
    await names.learn([by('r1')]);
    assert.deepEqual([provider.asked, names.of(by('r1'))?.name], [['r1'], 'r1']);
  });

  it('are ids where the back end tells nothing about single runs', async () => {
    const names = new ProducerNames({});
    assert.equal(await names.learn([by('r1')]), false);
    assert.equal(names.of(by('r1'))?.name, 'r1');
  });

  it('are not learned any more when nobody looks', async () => {
    await assert.rejects(new ProducerNames(runs({ r1: 'train' })).learn([by('r1')], { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});
