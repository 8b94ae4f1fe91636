import * as assert from 'node:assert/strict';
import { formatAge, formatBytes, formatCount } from '../../../src/model/format';

const bytes = (count: number): string => formatBytes(count, 'en').replaceAll(' ', ' ');

describe('sizes', () => {
  it('are whole bytes below a thousand', () => {
    assert.equal(bytes(0), '0 B');
    assert.equal(bytes(999), '999 B');
  });

  it('are decimal, with one digit after the point below a hundred', () => {
    assert.equal(bytes(1000), '1 kB');
    assert.equal(bytes(1234), '1.2 kB');
    assert.equal(bytes(48_240_000), '48.2 MB');
    assert.equal(bytes(120_431_000_000), '120 GB');
  });

  it('take the next unit instead of reading 1,000', () => {
    assert.equal(bytes(999_949), '1 MB');
    assert.equal(bytes(999_400), '999 kB');
    assert.equal(bytes(99_960), '100 kB');
  });

  it('speak the language', () => {
    assert.equal(formatBytes(1_234_000, 'de').replaceAll(' ', ' '), '1,2 MB');
    assert.equal(formatCount(120_431, 'en'), '120,431');
    assert.equal(formatCount(120_431, 'de'), '120.431');
  });
});

describe('ages', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const ago = (seconds: number): string => formatAge(now - seconds * 1000, now, 'en');

  it('are told in the largest unit that fits', () => {
    assert.equal(ago(5 * 60), '5m ago');
    assert.equal(ago(2 * 3600 + 10), '2h ago');
    assert.equal(ago(30 * 3600), 'yesterday');
    assert.equal(ago(3 * 86_400), '3d ago');
    assert.equal(ago(8 * 86_400), '1w ago');
    assert.equal(ago(40 * 86_400), '1mo ago');
  });

  it('are now below a minute and when the other clock runs ahead', () => {
    assert.equal(ago(30), 'now');
    assert.equal(ago(-3600), 'now');
  });

  it('reach back years', () => {
    assert.equal(ago(800 * 86_400), '2y ago');
  });
});
