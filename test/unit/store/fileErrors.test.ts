import assert from 'node:assert/strict';
import type { ArtifactError } from '../../../src/model/errors';
import { fileError } from '../../../src/store/fileErrors';

describe('a failed system call', () => {
  const told = (code: string): string => {
    const error = fileError(Object.assign(new Error(code), { code, syscall: 'open', path: '/data/a.csv' }), '/data') as ArtifactError;
    return `${error.code}: ${error.details}`;
  };

  it('is told as a lack of rights only where it is one', () => {
    assert.deepEqual(['EACCES', 'EPERM', 'EROFS', 'EBUSY'].map(told), Array(4).fill('noAccess: /data/a.csv'));
  });

  it('is told in words where the disk or the system failed', () => {
    assert.deepEqual(['EIO', 'EMFILE', 'ENFILE', 'EODD'].map(told), [
      'diskFault: /data/a.csv (i/o error, EIO)', 'diskFault: /data/a.csv (too many open files, EMFILE)',
      'diskFault: /data/a.csv (file table overflow, ENFILE)', 'diskFault: /data/a.csv (EODD)',
    ]);
  });
});
