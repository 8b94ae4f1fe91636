import * as fs from 'node:fs';
import { isArtifactError } from '../../../src/model/errors';
import { freeSpace } from '../../../src/store/freeing';
import { sleep, UNWATCHED } from '../../../src/store/work';
import { CHURN, commitIn, largeBytes, readIn, storeIn } from '../../support/stores';
import { chance } from './scale';

/** Run by removalAgainstLogging.test.ts: logs so many versions of few contents, or removes them or frees space until it is killed. Tells each. */
const [root = '', role = '', rounds = '0', seed = '0'] = process.argv.slice(2);
const store = storeIn(root);
const random = chance(Number(seed));
const some = (): number => Math.floor(random() * 6);
const say = (line: string): void => void fs.writeSync(1, `${line}\n`);

function log(): void {
  const [large, small] = [some(), some()];
  const { version } = commitIn(store, { files: { 'a.bin': largeBytes(large), 'b.txt': `small ${small}`, 'c.txt': 'always', 'd.txt': `only ${seed} ${random()}` } });
  try {
    const whole = readIn(store, version, 'a.bin').equals(largeBytes(large)) && readIn(store, version, 'b.txt').toString() === `small ${small}`;
    say(whole ? 'logged' : `WRONG ${version}`);
  } catch (error) {
    // Removed by the others meanwhile, it is gone; damaged it never is.
    const gone = fs.existsSync(store.layout.artifact(CHURN).deletion(version));
    say(gone || isArtifactError(error, 'notFound') ? 'logged' : `WRONG ${version}: ${String(error)}`);
  }
}

function remove(): void {
  try {
    const [, ...older] = [...store.catalog.versions(CHURN)];
    for (const { version } of older) {
      say(`freed ${store.remove({ ...CHURN, version }, UNWATCHED).bytesFreed}`);
    }
  } catch (error) {
    if (!isArtifactError(error, 'notFound')) {
      say(`WRONG ${String(error)}`);
    }
  }
  sleep(3);
}

const roles: Readonly<Record<string, () => void>> = { log, remove, free: () => say(`freed ${freeSpace(store, UNWATCHED).bytes}`) };
for (let round = 0; role !== 'log' || round < Number(rounds); round++) {
  roles[role]?.();
}
