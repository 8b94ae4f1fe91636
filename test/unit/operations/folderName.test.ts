import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runFiles } from '../../../src/model/runFiles';
import { folderName } from '../../../src/operations/folderName';

const named = (artifact: string): string => folderName({ connection: 'local', workspace: 'ada', artifact, version: '2.1.0' });

describe('the folder of a downloaded version', () => {
  it('is called by artifact and number', () => assert.equal(named('churn-data'), 'churn-data-2.1.0'));

  it('is a legal name on every system', () => assert.deepEqual(['a*b?', 'CON', '.hidden', '..x'].map(named), ['a_b_-2.1.0', '_CON-2.1.0', '_hidden-2.1.0', '_x-2.1.0']));

  it('is called by the id for the files of a run, which a server may have given any form', () => {
    const ofRun = (run: string): string => folderName(runFiles({ connection: 'local', workspace: 'ada', run }));
    assert.deepEqual(['0a1b2c', '../../etc', 'a:b.'].map(ofRun), ['run-0a1b2c', 'run-.._.._etc', 'run-a_b_']);
  });

  it('is short enough for every file system', () => assert.ok(Buffer.byteLength(named('🦊'.repeat(100))) <= 255));
});
