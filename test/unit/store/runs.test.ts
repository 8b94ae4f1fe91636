import assert from 'node:assert/strict';
import fs from 'node:fs';
import { isArtifactError } from '../../../src/model/errors';
import { Store } from '../../../src/store/store';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { standingIn } from '../../faults/harness/standIn';
import { commitIn, filesBelow, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('runs of the store', () => {
  const folder = temporaryFolder();
  const names = (store: Store): readonly string[] => store.runs.list('ada').map(({ name }) => name);

  it('have their new name wherever they are named, also for who has read them before', () => {
    const store = storeIn(folder());
    const other = storeIn(folder());
    const run = store.startRun('ada', 'train');
    store.endRun(run, 'finished', UNWATCHED);
    const version = commitIn(store, { files: { a: '1' }, draft: { producer: run } });
    const others = (): readonly unknown[] => [names(other), other.catalog.version(version).producer?.name, other.lineageOf('local', version).nodes.find(({ kind }) => kind === 'run')];
    assert.deepEqual(others().slice(0, 2), [['train'], 'train']);
    const before = store.runs.get(run);
    assert.deepEqual(store.renameRun(run, 'the best: 3/4', UNWATCHED), { ...before, name: 'the best: 3/4' });
    assert.deepEqual(others().slice(0, 2), [['the best: 3/4'], 'the best: 3/4']);
    assert.deepEqual((others()[2] as { readonly name: string }).name, 'the best: 3/4');
    assert.deepEqual(new Store(folder()).opened().runs.get(run), { ...before, name: 'the best: 3/4' });
  });

  it('keep the name by which a version knew them where their record is damaged', () => {
    const store = storeIn(folder());
    const run = store.startRun('ada', 'train');
    const version = commitIn(store, { files: { a: '1' }, draft: { producer: run } });
    fs.writeFileSync(store.layout.run(run.run), '{}\n');
    assert.equal(store.catalog.version(version).producer?.name, 'train');
  });

  it('are not renamed to what is no name, and one that is not there leaves nothing behind', () => {
    const store = storeIn(folder());
    const run = store.startRun('ada', 'train');
    const before = filesBelow(folder());
    for (const name of ['', ' ', 'a\nb', 'n'.repeat(101)]) {
      assert.throws(() => store.renameRun(run, name, UNWATCHED), (error) => isArtifactError(error, 'invalid'));
    }
    for (const missing of [{ ...run, workspace: 'bob' }, { ...run, run: 'no-such-run' }, { ...run, run: '../format' }]) {
      assert.throws(() => store.renameRun(missing, 'x', UNWATCHED), (error) => isArtifactError(error, 'notFound'));
    }
    assert.deepEqual([names(store), filesBelow(folder())], [['train'], before]);
  });

  it('end and are renamed one after the other, so that neither undoes the other', () => {
    const store = storeIn(folder());
    const other = storeIn(folder());
    const run = store.startRun('ada', 'train');
    const impatient: Work = { ...UNWATCHED, check() { throw new Cancelled(); } };
    let waited = false;
    standingIn((name, args, original) => {
      if (name === 'renameSync' && args[1] === store.layout.run(run.run)) {
        waited = true;
        assert.throws(() => other.renameRun(run, 'best', impatient), Cancelled);
      }
      return original(...args);
    }, () => store.endRun(run, 'failed', UNWATCHED));
    assert.ok(waited);
    other.renameRun(run, 'best', UNWATCHED);
    const { name, status } = store.runs.get(run);
    assert.deepEqual([name, status], ['best', 'failed']);
  });
});
