import assert from 'node:assert/strict';
import type { RunRow } from '../../../src/model/runTable';
import { runsCsv } from '../../../src/operations/runsCsv';

const row = (more: Partial<RunRow> = {}): RunRow =>
  ({ connection: 'team', workspace: 'ada', run: 'r1', name: 'train', status: 'finished', started: 1_700_000_000_000, ended: 1_700_000_012_500, metrics: new Map(), parameters: new Map(), ...more });
const lines = (rows: readonly RunRow[], columns: Parameters<typeof runsCsv>[1]): readonly string[] => runsCsv(rows, columns).split('\r\n');

describe('runs as comma-separated values', () => {
  it('have the name and the id first, and the shown columns as programs read them', () => {
    const one = row({ user: 'ada', metrics: new Map([['val/acc', 0.1 + 0.2]]), parameters: new Map([['lr', '1e-5']]) });
    assert.equal(runsCsv([one], ['name', 'status', 'started', 'duration', 'user', 'metrics.val/acc', 'params.lr', 'metrics.none']), [
      'name,run,status,started,duration (s),user,metrics.val/acc,params.lr,metrics.none\r\n',
      'train,r1,finished,2023-11-14T22:13:20.000Z,12.5,ada,0.30000000000000004,1e-5,\r\n',
    ].join(''));
  });

  it('tell the run above where any has one', () => {
    const nested = row({ run: 'r2', parent: { connection: 'team', workspace: 'ada', run: 'r1', name: 'sweep' } });
    assert.deepEqual(lines([row(), nested], ['name']), ['name,run,parent', 'train,r1,', 'train,r2,r1', '']);
  });

  it('write infinities and what is no number as programs do', () => {
    const one = row({ metrics: new Map([['a', NaN], ['b', Infinity], ['c', -Infinity], ['d', -0.5]]) });
    assert.equal(lines([one], ['metrics.a', 'metrics.b', 'metrics.c', 'metrics.d'])[1], 'train,r1,NaN,Infinity,-Infinity,-0.5');
  });

  it('quote what has commas, quotes or lines in it', () => {
    assert.equal(lines([row({ name: 'a,b "c"' })], ['name'])[1], '"a,b ""c""",r1');
    assert.match(runsCsv([row({ name: 'a\nb' })], ['name']), /\r\n"a\nb",r1\r\n$/u);
  });

  for (const text of ['=HYPERLINK("http://x")', '+cmd|\' /C calc\'!A0', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '-', '-1-1', '+1e5e5', '=1']) {
    it(`give no spreadsheet anything to run: ${JSON.stringify(text)}`, () => {
      const [, , cell = ''] = /^name,run,params\.p\r\ntrain,r1,("?)([^]*)\1\r\n$/u.exec(runsCsv([row({ parameters: new Map([['p', text]]) })], ['params.p'])) ?? [];
      assert.equal(cell.replaceAll('""', '"'), `'${text}`);
    });
  }

  for (const text of ['-0.5', '+1', '-1e-5', '-.5', '1=1', 'a-b', '-inf', '']) {
    it(`leave numbers and harmless text as they are: ${JSON.stringify(text)}`, () => {
      assert.equal(lines([row({ parameters: new Map([['p', text]]) })], ['params.p'])[1], `train,r1,${text}`);
    });
  }

  it('keep a name from being run, too', () => assert.equal(lines([row({ name: '=1+1' })], ['name'])[1], "'=1+1,r1"));
});
