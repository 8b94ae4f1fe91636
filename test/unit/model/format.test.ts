import * as assert from 'node:assert/strict';
import { formatAge, formatBytes, formatCount, formatDuration, formatFigure } from '../../../src/model/format';

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

describe('durations', () => {
  const took = (milliseconds: number, locale = 'en'): string => formatDuration(milliseconds, locale).replace(/\s/gu, ' ');

  it('have the two largest units', () => {
    assert.equal(took(850), '850 ms');
    assert.equal(took(12_400), '12 sec');
    assert.equal(took(125_000), '2 min 5 sec');
    assert.equal(took(3 * 3_600_000 + 10 * 60_000 + 9000), '3 hr 10 min');
    assert.equal(took(2 * 86_400_000), '2 days');
  });

  it('speak the language', () => assert.equal(took(125_000, 'de'), '2 Min. 5 Sek.'));

  it('are nothing where a clock ran backwards', () => assert.equal(took(-5000), '0 ms'));
});

describe('measured values', () => {
  const value = (number: number | string): string => formatFigure(number, 'en');

  it('have as many digits as tell something', () => {
    assert.deepEqual([0, 0.03124, 0.123456789, 12.5, 99_999.87, -3].map(value), ['0', '0.03124', '0.123457', '12.5', '99,999.9', '-3']);
  });

  it('keep every digit of a large whole number', () => assert.equal(value(123_456_789), '123,456,789'));

  it('take powers of ten where they are very small or large', () => {
    assert.deepEqual([1.25e-9, 3e20].map(value), ['1.25E-9', '3E20']);
  });

  it('are words where they are no number', () => assert.deepEqual(['NaN', '-Infinity', NaN].map(value), ['NaN', '-Infinity', 'NaN']));
});
