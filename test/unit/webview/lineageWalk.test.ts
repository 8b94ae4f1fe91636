import * as assert from 'node:assert/strict';
import { layout } from '../../../src/webview/layout';
import { walkLineage } from '../../../src/webview/lineageWalk';
import { chain } from './lineageSamples';

describe('walking along a lineage by keyboard', () => {
  const drawing = layout(chain);
  const place = (id: string): number => drawing.nodes.find(({ node }) => node.id === id)!.y;

  it('goes with the data to the right and against it to the left', () => {
    assert.equal(walkLineage(drawing, 'fit', 'ArrowRight'), 'model');
    assert.equal(walkLineage(drawing, 'fit', 'ArrowLeft'), 'data');
  });

  it('goes up and down within a layer', () => {
    const [upper, lower] = place('fit') < place('report') ? ['fit', 'report'] : ['report', 'fit'];
    assert.equal(walkLineage(drawing, upper, 'ArrowDown'), lower);
    assert.equal(walkLineage(drawing, lower, 'ArrowUp'), upper);
  });

  it('stays at the ends', () => {
    assert.equal(walkLineage(drawing, 'raw', 'ArrowLeft'), undefined);
    assert.equal(walkLineage(drawing, 'model', 'ArrowRight'), undefined);
  });

  it('reaches every node from the focus', () => {
    const seen = new Set(['data']);
    for (const id of seen) {
      for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown']) {
        const next = walkLineage(drawing, id, key);
        if (next !== undefined) {
          seen.add(next);
        }
      }
    }
    assert.equal(seen.size, chain.nodes.length);
  });

  it('has no use for other keys', () => {
    assert.equal(walkLineage(drawing, 'data', 'x'), undefined);
  });
});
