import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as path from 'node:path';
import { freeSpace } from '../../src/store/freeing';
import { Lock } from '../../src/store/lock';
import { Cancelled, UNWATCHED, type Work } from '../../src/store/work';
import { Store } from '../../src/store/store';
import type { VersionWriting } from '../../src/store/versionWriting';
import { beginIn, CHURN, commitIn, readIn, storeIn } from '../support/stores';
import { writeFiles } from '../support/temporaryFolder';
import { memoryFolder } from './harness/memoryFolder';
import { tell } from './harness/scale';
import { standingIn } from './harness/standIn';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

describe('a clock that is a year off', () => {
  const folder = memoryFolder();
  const root = (): string => path.join(folder(), 'store');
  const RealDate = Date;
  const now = (): number => RealDate.now();
  /** Puts the machine's clock off, for whoever asks it in whatever way; that of the file system stays. */
  const clock = (shift: number): void => {
    globalThis.Date = class extends RealDate {
      constructor(...args: readonly unknown[]) {
        super(...(args.length === 0 ? [RealDate.now() + shift] : args) as [number]);
      }
      static override now(): number {
        return RealDate.now() + shift;
      }
    } as DateConstructor;
  };
  afterEach(() => {
    globalThis.Date = RealDate;
  });
  const log = (store: Store, file: string): string => {
    const writing = beginIn(store, { artifact: 'other' });
    writing.put([{ path: 'data.bin', file }], UNWATCHED);
    return writing.commit(UNWATCHED).version;
  };
  const logged = (version: string): Buffer => readIn(storeIn(root()), version, 'data.bin', { ...CHURN, artifact: 'other' });

  it('does not change which version is the latest, nor the next number', () => {
    const store = storeIn(root());
    const shifts = [0, YEAR_MS, -YEAR_MS, 3_600_000, -3_600_000];
    shifts.forEach((shift, index) => {
      clock(shift);
      assert.equal(commitIn(store, { files: { a: String(index) } }).version, `${index + 1}.0.0`);
      assert.equal(readIn(storeIn(root()), 'latest', 'a').toString(), String(index));
    });
    assert.deepEqual([...store.catalog.versions(CHURN)].map(({ version }) => version), ['5.0.0', '4.0.0', '3.0.0', '2.0.0', '1.0.0']);
  });

  it('lets no change of a file go unnoticed, and sweeps nothing that is being written', () => {
    const file = path.join(folder(), 'data.bin');
    const store = storeIn(root());
    const writing = beginIn(store);
    let rounds = 0;
    for (const shift of [0, YEAR_MS, -YEAR_MS]) {
      for (const time of [now(), now() + YEAR_MS, now() - YEAR_MS]) {
        clock(shift);
        const content = Buffer.alloc(100_000, `${rounds++} `);
        fs.writeFileSync(file, content);
        fs.utimesSync(file, time / 1000, time / 1000);
        assert.ok(logged(log(storeIn(root()), file)).equals(content), `shift ${shift}`);
      }
    }
    assert.equal(writing.commit(UNWATCHED).version, '1.0.0');
    tell(`${rounds} contents of one size under three clocks and three times: each noticed`);
  });

  it('lets no change go unnoticed that leaves size and modification time, only the change time tells', async () => {
    const [file = ''] = writeFiles(folder(), { 'data.bin': 'before' });
    const time = now() / 1000 - 86_400;
    fs.utimesSync(file, time, time);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const store = storeIn(root());
    const shelves = path.join(store.layout.cache, 'files');
    log(store, file);
    assert.ok(fs.readdirSync(shelves).length > 0, 'nothing is remembered that could be wrong');
    fs.writeFileSync(file, 'AFTER!');
    fs.utimesSync(file, time, time);
    assert.equal(logged(log(storeIn(root()), file)).toString(), 'AFTER!');
  });

  it('lets no change go unnoticed that comes within a tick of the file system', () => {
    for (const shift of [0, YEAR_MS, -YEAR_MS]) {
      clock(shift);
      const tick = now();
      // A disk on which a second change of the moment leaves no other time.
      const onSlowDisk = (content: string): string => {
        const [file = ''] = writeFiles(folder(), { 'data.bin': content });
        const { ino } = fs.statSync(file);
        return standingIn((name, args, original) => {
          const result = original(...args);
          return (name === 'statSync' || name === 'fstatSync') && (result as fs.Stats | undefined)?.ino === ino
            ? Object.assign(result as fs.Stats, { mtimeMs: tick, ctimeMs: tick })
            : result;
        }, () => log(storeIn(root()), file));
      };
      onSlowDisk(`before ${shift}`);
      assert.equal(logged(onSlowDisk(`AFTER! ${shift}`)).toString(), `AFTER! ${shift}`);
    }
  });

  it('lets no other machine sweep what is being written here', () => {
    for (const [here, there] of [[0, 0], [-2 * DAY_MS, 0], [2 * DAY_MS, 0], [0, 2 * DAY_MS], [0, -2 * DAY_MS]] as const) {
      clock(here);
      const writing = beginIn(storeIn(root()));
      const [maker = ''] = makers();
      // To whom sweeps, this process is one of another machine, which it cannot ask.
      fs.writeFileSync(maker, JSON.stringify({ space: 'elsewhere', pid: 1 }));
      // The first one begins the pack, which gives the folder a time by itself.
      putSmall(writing, 'first.txt');
      putSmall(writing, 'small.txt');
      clock(there);
      freeSpace(storeIn(root()), UNWATCHED);
      commitIn(storeIn(root()), { draft: { artifact: 'other' }, files: { a: 'a' } });
      assert.ok(fs.existsSync(maker), `swept by a clock ${there} ms off, made by one ${here} ms off`);
      clock(here);
      const { version } = writing.commit(UNWATCHED);
      assert.equal(readIn(storeIn(root()), version, 'small.txt').toString(), 'small');
    }
  });

  const makers = (): string[] => {
    const { tmp } = new Store(root()).layout;
    return fs.readdirSync(tmp).map((name) => path.join(tmp, name, 'maker.json'));
  };
  const putSmall = (writing: VersionWriting, name: string): void => {
    const [file = ''] = writeFiles(folder(), { [name]: 'small' });
    writing.put([{ path: name, file }], UNWATCHED);
  };

  it('sweeps what is a day old by the clock of the file system', () => {
    for (const shift of [0, YEAR_MS, -YEAR_MS]) {
      const store = storeIn(root());
      writeFiles(store.layout.tmp, { 'old/object-0': 'x' });
      const time = now() / 1000 - 1.1 * DAY_MS / 1000;
      fs.utimesSync(path.join(store.layout.tmp, 'old'), time, time);
      clock(shift);
      beginIn(store).abandon();
      assert.deepEqual(fs.readdirSync(store.layout.tmp), []);
    }
  });

  it('does not make a lock look abandoned', () => {
    const lock = path.join(folder(), 'lock');
    const held = new Lock(lock).acquire(UNWATCHED);
    for (const shift of [YEAR_MS, -YEAR_MS]) {
      clock(shift);
      const time = (now() - shift) / 1000;
      fs.readdirSync(lock).forEach((name) => fs.utimesSync(path.join(lock, name), time, time));
      let looks = 0;
      const impatient: Work = { ...UNWATCHED, check() {
        if (++looks > 5) {
          throw new Cancelled();
        }
      } };
      assert.throws(() => new Lock(lock).acquire(impatient), Cancelled);
    }
    held.confirm();
    held.release();
  });
});
