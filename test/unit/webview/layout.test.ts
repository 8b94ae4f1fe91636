import * as assert from 'node:assert/strict';
import { curve, type Drawing, layout, NODE_HEIGHT, NODE_WIDTH, pathThrough, type PlacedNode } from '../../../src/webview/layout';
import { chain, lineage, run, version } from './lineageSamples';

function placed(drawing: Drawing, id: string): PlacedNode {
  return drawing.nodes.find(({ node }) => node.id === id)!;
}

describe('the layout of a lineage', () => {
  it('goes from left to right, the way the data went', () => {
    const drawing = layout(chain);
    for (const { edge } of drawing.edges) {
      assert.ok(placed(drawing, edge.from).x + NODE_WIDTH < placed(drawing, edge.to).x, `${edge.from} → ${edge.to}`);
    }
  });

  it('puts nothing on top of anything else', () => {
    const { nodes } = layout(chain);
    for (const [index, a] of nodes.entries()) {
      for (const b of nodes.slice(index + 1)) {
        const apart = Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT;
        assert.ok(apart, `${a.node.id} and ${b.node.id}`);
      }
    }
  });

  it('keeps everything inside of its size', () => {
    const { nodes, width, height } = layout(chain);
    for (const { x, y } of nodes) {
      assert.ok(x >= 0 && y >= 0 && x + NODE_WIDTH <= width && y + NODE_HEIGHT <= height);
    }
  });

  it('is the same every time', () => {
    assert.deepEqual(layout(chain), layout(structuredClone(chain)));
  });

  it('leads each edge from the right side of a node to the left side of the next', () => {
    const drawing = layout(chain);
    for (const { edge, points } of drawing.edges) {
      const [from, to] = [placed(drawing, edge.from), placed(drawing, edge.to)];
      assert.ok(Math.abs(points[0]!.x - (from.x + NODE_WIDTH)) <= 1);
      assert.ok(Math.abs(points.at(-1)!.x - to.x) <= 1);
    }
  });

  it('leads an edge over several layers past the nodes between', () => {
    const drawing = layout(lineage('a', [version('a'), run('r'), version('b'), run('s')], ['a>r', 'r>b', 'b>s', 'a>s']));
    const { points } = drawing.edges.find(({ edge }) => edge.from === 'a' && edge.to === 's')!;
    for (const { x, y } of drawing.nodes.filter(({ node }) => node.id === 'r' || node.id === 'b')) {
      const inside = points.filter((point) => point.x >= x && point.x <= x + NODE_WIDTH);
      assert.ok(inside.length >= 2 && inside.every((point) => point.y < y || point.y > y + NODE_HEIGHT));
    }
  });

  it('marks the sides on which edges are cut', () => {
    const drawing = layout(lineage('a', [version('a'), run('r')], ['a>r'], { downstream: ['r'], upstream: ['a'] }));
    assert.deepEqual([placed(drawing, 'a').cut, placed(drawing, 'r').cut], [{ upstream: true, downstream: false }, { upstream: false, downstream: true }]);
  });

  it('draws a version that nothing is known about', () => {
    const { nodes, edges } = layout(lineage('a', [version('a')], []));
    assert.deepEqual([nodes.length, edges.length], [1, 0]);
  });

  it('survives a circle and a node that points at itself', () => {
    const drawing = layout(lineage('a', [version('a'), run('r')], ['a>r', 'r>a', 'a>a']));
    assert.equal(drawing.edges.length, 2);
  });

  it('leaves out edges to nodes that are not there', () => {
    assert.equal(layout(lineage('a', [version('a')], ['a>gone'])).edges.length, 0);
  });

  it('draws the nearest ones of very many and counts the rest', () => {
    const far = Array.from({ length: 500 }, (_, index) => run(`far${index}`));
    const drawing = layout(lineage('a', [...far, version('a'), run('near'), version('b')], ['a>near', 'near>b', ...far.map(({ id }) => `b>${id}`)]), 10);
    const ids = drawing.nodes.map(({ node }) => node.id);
    assert.equal(ids.length, 10);
    assert.equal(drawing.hidden, 493);
    assert.ok(['a', 'near', 'b'].every((id) => ids.includes(id)));
  });
});

describe('the path through a node', () => {
  it('is what it came from and what came from it', () => {
    assert.deepEqual([...pathThrough(chain.edges, 'fit')].sort(), ['data', 'fit', 'model', 'raw', 'train']);
  });

  it('leaves out what only shares an origin', () => {
    assert.equal(pathThrough(chain.edges, 'data').has('side'), false);
  });

  it('ends in a circle', () => {
    assert.deepEqual([...pathThrough(lineage('a', [version('a'), run('r')], ['a>r', 'r>a']).edges, 'a')].sort(), ['a', 'r']);
  });
});

describe('the line of an edge', () => {
  it('bends softly from point to point', () => {
    assert.equal(curve([{ x: 0, y: 0 }, { x: 10, y: 20 }]), 'M0,0C5,0 5,20 10,20');
  });

  it('is nothing without points', () => {
    assert.equal(curve([]), '');
  });
});
