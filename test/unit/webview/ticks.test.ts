import * as assert from 'node:assert/strict';
import { scale } from '../../../src/webview/scale';
import { momentLabels, numberLabels, powerLabels } from '../../../src/webview/tickLabels';
import { durationTicks, momentTicks, numberTicks, wholeTicks } from '../../../src/webview/ticks';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the ticks of an axis', () => {
  const numbers = (least: number, greatest: number, most = 5): readonly string[] => numberLabels(numberTicks(scale(least, greatest), most), 'en');
  const powers = (least: number, greatest: number, most = 5): readonly number[] => numberTicks(scale(least, greatest, 'logarithmic'), most).values;

  it('are round numbers within it', () => {
    assert.deepEqual(numbers(0.03, 0.97), ['0.2', '0.4', '0.6', '0.8']);
    assert.deepEqual(numbers(-3, 12), ['0', '5', '10']);
    assert.deepEqual(numbers(0, 0.3, 3), ['0', '0.1', '0.2', '0.3']);
  });

  it('have as many digits as tell them apart', () => {
    assert.deepEqual(numbers(1.0001, 1.0004), ['1.0001', '1.0002', '1.0003', '1.0004']);
    assert.deepEqual(numbers(0, 0.0004), ['0', '1E-4', '2E-4', '3E-4', '4E-4']);
    assert.deepEqual(numbers(0, 2_000_000, 4), ['0', '500K', '1M', '1.5M', '2M']);
  });

  it('are one where there is no range', () => {
    assert.deepEqual(numbers(7, 7), ['7']);
    assert.deepEqual(numbers(0, 0), ['0']);
  });

  it('end, however large or small the numbers are', () => {
    assert.equal(numberTicks(scale(-Number.MAX_VALUE, Number.MAX_VALUE), 5).values.length, 3);
    assert.ok(numberTicks(scale(1e16, 1e16 + 2), 5).values.length <= 6);
    assert.ok(numberTicks(scale(0, Number.MIN_VALUE), 5).values.length <= 6);
  });

  it('of steps are whole numbers', () => {
    assert.deepEqual(wholeTicks(scale(0, 2), 10).values, [0, 1, 2]);
    assert.deepEqual(wholeTicks(scale(0, 200), 4).values, [0, 50, 100, 150, 200]);
    assert.deepEqual(wholeTicks(scale(3, 3), 4).values, [3]);
  });

  it('of a logarithmic axis are powers of ten, some of them where there are many', () => {
    assert.deepEqual(powers(0.02, 300), [0.1, 1, 10, 100]);
    assert.deepEqual(powers(1e-9, 1e9, 4), [1e-5, 1, 1e5]);
    assert.deepEqual(powerLabels({ values: [0.0001, 0.01, 1, 1000, 1e6], step: 0 }, 'en'), ['1E-4', '0.01', '1', '1,000', '1M']);
  });

  it('of a logarithmic axis are round numbers where it has no two powers of ten', () => {
    assert.deepEqual(powers(2, 8, 4), [2, 4, 6, 8]);
  });

  it('of lengths of time are those that clocks show', () => {
    assert.deepEqual(durationTicks(scale(0, 95 * SECOND), 4).values, [0, 30 * SECOND, MINUTE, 90 * SECOND]);
    assert.deepEqual(durationTicks(scale(0, 5 * HOUR), 3).values, [0, 2 * HOUR, 4 * HOUR]);
    assert.deepEqual(durationTicks(scale(0, 90 * DAY), 5).values, [0, 20, 40, 60, 80].map((days) => days * DAY));
    assert.deepEqual(durationTicks(scale(0, 4), 10).values, [0, 1, 2, 3, 4]);
  });

  it('of times are round by the clock on the wall', () => {
    const noon = Date.UTC(2026, 0, 5, 12, 7);
    const { values, step } = momentTicks(scale(noon, noon + 3 * HOUR), 4, 5.5 * HOUR);
    assert.equal(step, HOUR);
    assert.deepEqual(values.map((value) => new Date(value).toISOString().slice(11, 16)), ['12:30', '13:30', '14:30']);
  });

  it('of times say the day where it begins', () => {
    const evening = new Date(2026, 0, 5, 22).getTime();
    const labels = momentLabels({ values: [0, 1, 2, 3].map((hours) => evening + hours * HOUR), step: HOUR }, 'en-GB');
    assert.deepEqual(labels, ['5 Jan, 22:00', '23:00', '6 Jan, 00:00', '01:00']);
    assert.deepEqual(momentLabels({ values: [evening, evening + DAY], step: DAY }, 'en-GB'), ['5 Jan', '6 Jan']);
  });

  it('of less than a second have its parts', () => {
    const start = new Date(2026, 0, 5, 9, 0, 0).getTime();
    assert.match(momentLabels({ values: [start, start + 20], step: 20 }, 'en-GB')[1] ?? '', /00:00\.020$/u);
  });
});
