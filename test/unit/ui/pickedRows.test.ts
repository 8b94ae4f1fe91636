import assert from 'node:assert/strict';
import { keepingPicked } from '../../../src/ui/pickedRows';
import type { Choice } from '../../../src/ui/prompts';

describe('a list in which several rows are picked', () => {
  /** Rows are made anew each time, as those of runs are. */
  const row = (id: string, more: Partial<Choice<string>> = {}): Choice<string> => ({ id, label: `$(run-all) ${id}`, value: id, ...more });
  const rows = (...ids: readonly string[]): readonly Choice<string>[] => ids.map((id) => row(id));

  function list() {
    const pick = { items: [] as readonly Choice<string>[], selectedItems: [] as readonly Choice<string>[], activeItems: [] as readonly Choice<string>[] };
    return {
      pick,
      show: keepingPicked(pick as unknown as Parameters<typeof keepingPicked<string>>[0]),
      tick: (...ids: readonly string[]) => {
        pick.selectedItems = pick.items.filter(({ id }) => ids.includes(id ?? ''));
      },
      items: () => pick.items.map(({ id }) => id),
      picked: () => pick.selectedItems.map(({ id }) => id),
    };
  }

  it('keeps what is picked, in sight above the rows that do not have it', () => {
    const { show, tick, items, picked, pick } = list();
    show(rows('a', 'b', 'c'));
    tick('c');
    show(rows('x', 'y'));
    assert.deepEqual([items(), picked()], [['c', 'x', 'y'], ['c']]);
    assert.deepEqual(pick.items.map(({ alwaysShow = false }) => alwaysShow), [true, false, false]);
    tick('c', 'y');
    show(rows('a', 'b', 'c'));
    assert.deepEqual([items(), picked()], [['y', 'a', 'b', 'c'], ['y', 'c']]);
    assert.ok(pick.selectedItems.every((each) => pick.items.includes(each)));
  });

  it('lets go of what is not picked any more', () => {
    const { show, tick, items, picked } = list();
    show(rows('a', 'b'));
    tick('a', 'b');
    show(rows('x'));
    tick('b');
    show(rows('z'));
    assert.deepEqual([items(), picked()], [['b', 'z'], ['b']]);
  });

  it('picks what comes picked once, and not again after somebody has unpicked it', () => {
    const { show, tick, picked } = list();
    show([row('a', { picked: true }), row('b')]);
    assert.deepEqual(picked(), ['a']);
    tick('b');
    show([row('a', { picked: true }), row('b')]);
    assert.deepEqual(picked(), ['b']);
  });

  it('keeps the row that the keys are on', () => {
    const { show, pick } = list();
    show(rows('a', 'b'));
    pick.activeItems = [pick.items[1]!];
    show(rows('b', 'c'));
    assert.deepEqual(pick.activeItems, [pick.items[0]]);
    show(rows('c'));
    assert.deepEqual(pick.activeItems, []);
  });

  it('shows above what is picked what the text itself is, and keeps no sentence', () => {
    const { show, tick, items, picked } = list();
    show(rows('a'));
    tick('a');
    show([row('typed', { alwaysShow: true }), row('b')]);
    assert.deepEqual([items(), picked()], [['typed', 'a', 'b'], ['a']]);
    show([{ id: 'problem', label: 'No slash.', alwaysShow: true }]);
    tick('problem', 'a');
    show(rows('b'));
    assert.deepEqual([items(), picked()], [['a', 'b'], ['a']]);
  });
});
