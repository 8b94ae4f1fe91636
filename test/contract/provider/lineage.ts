import assert from 'node:assert/strict';
import { LATEST, type RunRef } from '../../../src/model/artifact';
import { runNodeId, versionNodeId } from '../../../src/model/lineage';
import { all, textOf } from '../../support/providers';
import { rejectsWith, type Trial } from './trial';

/** What made a version, and what used it. */
export function lineage(on: Trial): void {
  on.whereOffered(['startRun', 'consume', 'lineage'], () => {
    it('tell what a run made and used, in both directions', async () => {
      const prepare = await on.startRun('prepare');
      const train = await on.startRun('train');
      const data = await on.log({ a: '1' }, { producer: prepare });
      assert.deepEqual(data.producer, { ...prepareRef(prepare), name: 'prepare' });
      const modelName = `${on.artifact.artifact}-model`;
      await on.provider.consume!({ ...on.artifact, version: LATEST }, train);
      await on.provider.consume!(data, train);
      const model = await on.log({ m: '1' }, { artifact: modelName, type: 'model', producer: train });

      const around = await on.provider.lineage!({ ...on.artifact, version: LATEST });
      const [dataId, modelId, prepareId, trainId] = [versionNodeId(data), versionNodeId(model), runNodeId(prepare), runNodeId(train)];
      assert.equal(around.focus, dataId);
      // Where uses are listed run by run only, the version does not know of them.
      const isTold = on.provider.usesUnlisted !== true;
      assert.deepEqual(around.nodes.map(({ id }) => id).sort(), [dataId, prepareId, ...(isTold ? [trainId] : [])].sort());
      assert.deepEqual(around.edges, [
        { from: prepareId, to: dataId, relation: 'produced' }, ...(isTold ? [{ from: dataId, to: trainId, relation: 'consumed' }] : []),
      ]);
      assert.deepEqual(around.expanded, [dataId]);
      assert.deepEqual(around.cut, { upstream: [], downstream: isTold ? [trainId] : [] });

      const further = await on.provider.lineage!(train);
      assert.equal(further.focus, trainId);
      assert.deepEqual(further.edges, [{ from: dataId, to: trainId, relation: 'consumed' }, { from: trainId, to: modelId, relation: 'produced' }]);
      assert.deepEqual(further.cut, { upstream: [dataId], downstream: [] });
      const node = further.nodes.find(({ id }) => id === modelId);
      assert.ok(node?.kind === 'version' && node.type === 'model' && node.deleted === undefined);
      assert.equal(further.nodes.find(({ id }) => id === trainId)?.kind, 'run');
      await assert.rejects(on.provider.consume!(data, { ...train, run: 'no-such-run' }), rejectsWith('notFound'));
      await assert.rejects(on.provider.consume!({ ...on.artifact, version: '9.0.0' }, train), rejectsWith('notFound'));
      await assert.rejects(on.provider.lineage!({ ...on.artifact, version: '9.0.0' }), rejectsWith('notFound'));
    });

    it('are not touched by browsing', async () => {
      const version = await on.log({ a: '1' });
      await textOf(on.provider.read({ ...version, path: 'a' }));
      await all(on.provider.entries({ ...version, path: '' }));
      assert.deepEqual((await on.provider.lineage!(version)).edges.filter(({ relation }) => relation === 'consumed'), []);
    });
  });
}

const prepareRef = ({ connection, workspace, run }: RunRef): RunRef => ({ connection, workspace, run });
