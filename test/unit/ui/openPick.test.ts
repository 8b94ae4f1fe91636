import assert from 'node:assert/strict';
import { openPick } from '../../../src/ui/openPick';
import type { Choice } from '../../../src/ui/prompts';

describe('a list in which a name can be typed', () => {
  const existing: Choice<string> = { label: '$(database) data', description: 'dataset', value: 'data' };
  const other: Choice<string> = { label: '$(package) zebra', value: 'zebra' };
  const fresh = (name: string): Choice<string> => ({ label: `$(add) New artifact “${name}”`, alwaysShow: true, value: name });

  /** What Enter would take once `typed` was typed over a list of which `data` was selected. */
  function meantBy(typed: string, rows: readonly Choice<string>[]): string | undefined {
    const pick = { value: '', items: [] as readonly Choice<string>[], activeItems: [] as readonly Choice<string>[] };
    const list = openPick(pick as unknown as Parameters<typeof openPick<string>>[0], new AbortController().signal);
    list.show([existing, other], existing);
    pick.value = typed;
    list.show(rows);
    return pick.activeItems[0]?.value;
  }

  it('means what was typed, and not the row that was selected before', () => {
    assert.equal(meantBy('zzz', [existing, fresh('zzz'), other]), 'zzz');
  });

  it('means no other row where what was typed cannot be a name', () => {
    assert.equal(meantBy('a/b', [existing, { label: '$(error) No slash.', alwaysShow: true }, other]), undefined);
  });

  it('keeps the selected row that the text narrows the list to, and moves to another one that has it', () => {
    assert.equal(meantBy('dat', [existing, fresh('dat'), other]), 'data');
    assert.equal(meantBy('zeb', [existing, fresh('zeb'), other]), 'zebra');
  });

  it('is busy until all that it is busy with has ended, in whatever way', async () => {
    const pick = { busy: false };
    const list = openPick(pick as unknown as Parameters<typeof openPick<string>>[0], new AbortController().signal);
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const works = [list.busyWith(first.promise), list.busyWith(second.promise)];
    first.resolve('first');
    assert.deepEqual([await works[0], pick.busy], ['first', true]);
    second.reject(new Error('second'));
    await assert.rejects(works[1]!, /second/u);
    assert.equal(pick.busy, false);
  });

  it('keeps its selection where rows are all that can be meant', () => {
    assert.equal(meantBy('xyz', [existing, other]), 'data');
  });
});
