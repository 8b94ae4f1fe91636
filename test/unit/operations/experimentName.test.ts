import * as assert from 'node:assert/strict';
import { experimentName } from '../../../src/operations/experimentName';
import { MemoryServer } from '../../support/memoryServer';

describe('the name of a run’s experiment', () => {
  it('is found by its id', async () => {
    const server = new MemoryServer();
    server.experiment('vision');
    const run = server.keep(server.experiment('churn'), 'train');
    assert.equal(await experimentName(server, run), 'churn');
  });

  it('is nothing for a run without one, and where it is not listed', async () => {
    const server = new MemoryServer();
    const run = server.keep(server.experiment('churn'), 'train');
    server.experimentsById.clear();
    assert.equal(await experimentName(server, run), undefined);
    assert.equal(await experimentName({}, { ...run, experiment: undefined }), undefined);
  });

  it('is not looked for among thousands', async () => {
    const server = new MemoryServer();
    for (let index = 0; index < 2000; index++) {
      server.experiment(`e ${index}`);
    }
    const run = server.keep(server.experiment('last'), 'train');
    assert.equal(await experimentName(server, run), undefined);
    assert.equal(server.given.get('experiments'), 1000);
  });
});
