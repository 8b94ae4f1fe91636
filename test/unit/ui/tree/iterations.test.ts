import * as assert from 'node:assert/strict';
import { begun } from '../../../../src/ui/tree/iterations';
import { all } from '../../../support/providers';

describe('an iteration that has begun', () => {
  async function* numbers(log: string[]): AsyncGenerator<number, void, undefined> {
    try {
      log.push('asked');
      yield 1;
      log.push('asked again');
      yield 2;
    } finally {
      log.push('left');
    }
  }

  it('asks for the first item before anybody walks, and for no other', () => {
    const log: string[] = [];
    begun(numbers(log));
    assert.deepEqual(log, ['asked']);
  });

  it('gives the same items in the same order', async () => {
    assert.deepEqual(await all(begun(numbers([]))), [1, 2]);
    assert.deepEqual(await all(begun(undefined)), []);
  });

  it('frees what it holds when somebody stops early', async () => {
    const log: string[] = [];
    for await (const _ of begun(numbers(log))) {
      break;
    }
    assert.deepEqual(log, ['asked', 'left']);
  });

  it('fails for who walks, not before', async () => {
    const failing = begun((async function* (): AsyncGenerator<number> {
      yield await Promise.reject(new Error('no cable'));
    })());
    await new Promise((resolve) => setTimeout(resolve, 5));
    await assert.rejects(all(failing), /no cable/u);
  });
});
