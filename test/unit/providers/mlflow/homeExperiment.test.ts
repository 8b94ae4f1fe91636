import assert from 'node:assert/strict';
import { alreadyExists, forbidden, invalid } from '../../../../src/model/errors';
import { TrackingCalls } from '../../../../src/providers/mlflow/calls/trackingCalls';
import { HomeExperiment } from '../../../../src/providers/mlflow/homeExperiment';

/** Experiments by their names, and how often they were asked for. */
class Experiments extends TrackingCalls {
  readonly ids = new Map<string, string>();
  asked = 0;
  /** Made by somebody else when we are about to. */
  rival: string | undefined;

  constructor() {
    super({ get: () => assert.fail(), set: () => assert.fail(), make: () => assert.fail() });
  }

  override async experimentByName(name: string): ReturnType<TrackingCalls['experimentByName']> {
    this.asked += 1;
    const id = this.ids.get(name);
    return id === undefined ? undefined : { experiment_id: id, name, lifecycle_stage: 'active', tags: {} };
  }

  override async createExperiment(name: string): Promise<string> {
    if (this.rival !== undefined) {
      this.ids.set(name, this.rival);
      throw alreadyExists(`experiment ${name}`);
    }
    this.ids.set(name, 'made');
    return 'made';
  }
}

describe('the experiment that runs are started in', () => {
  let tracking: Experiments;
  let now: number;
  let home: HomeExperiment;

  beforeEach(() => {
    tracking = new Experiments();
    tracking.ids.set('Default', '0');
    now = 1;
    home = new HomeExperiment({ tracking }, 'Default', () => now);
  });

  const same = async (id: string): Promise<string> => id;

  it('is asked for once a minute', async () => {
    assert.deepEqual([await home.making(same), await home.making(same), tracking.asked], ['0', '0', 1]);
    now += 61_000;
    tracking.ids.set('Default', '1');
    assert.deepEqual([await home.making(same), tracking.asked], ['1', 2]);
  });

  it('is looked for again where nothing can be made in it any more', async () => {
    await home.making(same);
    tracking.ids.set('Default', '1');
    assert.equal(await home.making(async (id) => (id === '0' ? Promise.reject(invalid('It was deleted.')) : id)), '1');
    assert.equal(await home.making(same), '1');
  });

  it('is not looked for again where something else is wrong', async () => {
    await home.making(same);
    await assert.rejects(home.making(() => Promise.reject(forbidden('runs'))), { code: 'forbidden' });
    assert.equal(tracking.asked, 1);
  });

  it('is made when it is missing, by whoever is first', async () => {
    tracking.ids.clear();
    assert.equal(await home.making(same), 'made');
    tracking.ids.clear();
    tracking.rival = 'theirs';
    assert.equal(await new HomeExperiment({ tracking }, 'Default').making(same), 'theirs');
  });
});
