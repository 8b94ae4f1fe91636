import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { largeBytes, loggingProcess } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { readWithPython } from './harness/reading';
import { scaled, tell } from './harness/scale';
import { inspect, type SeenVersion } from './harness/storeInspector';

const PROCESSES = 8;
const VERSIONS = scaled(10, 150);
const NUMBERS = scaled(2, 25);

describe('eight processes that log versions of one artifact at once', () => {
  const folder = memoryFolder();
  const root = (): string => path.join(folder(), 'store');
  const race = (options: Parameters<typeof loggingProcess>[1]): Promise<(readonly string[])[]> =>
    Promise.all(Array.from({ length: PROCESSES }, () => loggingProcess(root(), options).outcome));

  it('get a number each time, and each number holds what its writer put there', async function () {
    this.timeout(3_600_000);
    const numbers = (await race({ count: VERSIONS })).flat();
    assert.equal(new Set(numbers).size, PROCESSES * VERSIONS, 'a number was given twice, or not at all');
    assert.deepEqual([...numbers].sort(), Array.from(numbers, (_, index) => `${index + 1}.0.0`).sort());
    const { sound, problems, visible } = inspect(root());
    assert.deepEqual(problems, []);
    assert.equal(visible.length, numbers.length);
    const writers = new Set(Array.from(sound.values(), whoWrote));
    assert.equal(writers.size, numbers.length, 'two versions are of the same writer');
    const { versions, complaints } = await readWithPython(root());
    assert.deepEqual([versions.length, complaints], [numbers.length, '']);
    tell(`${PROCESSES} processes × ${VERSIONS} versions: ${sound.size} numbers, none lost, none twice`);
  });

  it('and ask for the same number: one has it, the others are told', async function () {
    this.timeout(3_600_000);
    let refused = 0;
    for (let number = 1; number <= NUMBERS; number++) {
      const outcomes = (await race({ version: `0.${number}.0` })).flat();
      assert.deepEqual([...outcomes].sort(), [`0.${number}.0`, ...Array.from({ length: PROCESSES - 1 }, () => 'alreadyExists')]);
      refused += PROCESSES - 1;
    }
    const { sound, problems } = inspect(root());
    assert.deepEqual(problems, []);
    assert.equal(new Set(Array.from(sound.values(), whoWrote)).size, NUMBERS);
    tell(`${NUMBERS} numbers asked for ${PROCESSES} times each: ${sound.size} given, ${refused} refused`);
  });
});

/** Who put both files there, by his own words in both places. */
function whoWrote({ metadata, digests, version }: SeenVersion): string {
  const who = String(metadata['who']);
  const [pid, index] = who.split(' ').map(Number);
  assert.deepEqual(Object.fromEntries(digests), {
    'who.txt': digest(who),
    'large.bin': digest(largeBytes(pid! * 1000 + index!)),
  }, `${version} holds files of different writers`);
  return who;
}

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
