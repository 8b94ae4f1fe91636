import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { runNodeId, versionNodeId } from '../../../src/model/lineage';
import { Store } from '../../../src/store/store';
import { UNWATCHED } from '../../../src/store/work';
import { CHURN, commitIn, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('lineage in the store', () => {
  const folder = temporaryFolder();
  const first = { ...CHURN, version: '1.0.0' };
  const edges = (store: Store, of: Parameters<Store['lineageOf']>[1]): number => store.lineageOf('local', of).edges.length;

  it('is read on from where it was read, also what others append', () => {
    const store = storeIn(folder());
    const other = storeIn(folder());
    commitIn(store, { files: { a: '1' } });
    const run = other.startRun('ada', 'train');
    for (let uses = 1; uses < 4; uses++) {
      const another = other.startRun('ada', `use ${uses}`);
      other.consume(first, another);
      assert.equal(edges(store, first), uses);
    }
    store.consume(first, run);
    assert.equal(edges(store, first), 4);
    assert.equal(edges(other, first), 4);
  });

  it('skips a line without an end, and one that is damaged', () => {
    const store = storeIn(folder());
    commitIn(store, { files: { a: '1' } });
    for (const name of ['one', 'two', 'three']) {
      store.consume(first, store.startRun('ada', name));
    }
    const [file] = fs.readdirSync(store.layout.lineage);
    const text = fs.readFileSync(path.join(store.layout.lineage, file!), 'utf8');
    const lines = text.split('\n');
    const write = (content: string): void => fs.writeFileSync(path.join(store.layout.lineage, file!), content);
    write(text.slice(0, -10));
    const reader = new Store(folder()).opened();
    assert.equal(edges(reader, first), 2);
    write(text);
    assert.equal(edges(reader, first), 3);
    write([lines[0], lines[1]!.replace('ada', 'bob'), lines[2], ''].join('\n'));
    assert.equal(edges(new Store(folder()).opened(), first), 2);
  });

  it('trusts the version about who made it, not a line that a lost race left', () => {
    const store = storeIn(folder());
    const run = store.startRun('ada', 'late');
    const winner = store.startRun('ada', 'winner');
    commitIn(store, { files: { a: '1' }, draft: { producer: winner } });
    store.lineage.append({ at: 1, ...first, relation: 'produced', run: { workspace: 'ada', run: run.run } });
    assert.equal(edges(store, run), 0);
    assert.deepEqual(store.lineageOf('local', first).edges, [{ from: runNodeId({ connection: '', ...winner }), to: versionNodeId({ connection: '', ...first }), relation: 'produced' }]);
    fs.rmSync(store.layout.lineage, { recursive: true });
    assert.equal(edges(new Store(folder()).opened(), first), 1);
  });

  it('remembers a deleted version, what it was and who used it', () => {
    const store = storeIn(folder());
    const run = store.startRun('ada', 'train');
    commitIn(store, { files: { a: '1' }, draft: { producer: run, aliases: ['prod'] } });
    const reader = store.startRun('bob', 'reader');
    store.consume(first, reader);
    assert.deepEqual(store.remove(first, UNWATCHED).consumers.map(({ name }) => name), ['reader']);
    const around = store.lineageOf('local', first);
    assert.equal(around.edges.length, 2);
    const node = around.nodes.find(({ id }) => id === around.focus);
    assert.deepEqual(node, { kind: 'version', id: around.focus, ref: { connection: 'local', ...first }, type: 'dataset', aliases: [], deleted: true });
  });
});
