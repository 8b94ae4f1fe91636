import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import storeFs, * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ErrorCode, isArtifactError } from '../../../src/model/errors';
import { formatManifest } from '../../../src/store/manifest';
import { seal } from '../../../src/store/sealed';
import { placeOf } from '../../../src/store/objects';
import { Store } from '../../../src/store/store';
import { verifyStore } from '../../../src/store/verification';
import { Cancelled, UNWATCHED, type Work } from '../../../src/store/work';
import { VersionImport } from '../../../src/store/versionImport';
import { chance } from '../../faults/harness/scale';
import { standingIn } from '../../faults/harness/standIn';
import { exportTo, importFrom, repack, type TarEntry, unpacked, writeTar } from '../../support/archives';
import { beginIn, CHURN, commitIn, filesBelow, largeBytes, putBytes, readIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('importing an archive', () => {
  const folder = temporaryFolder();
  const file = (): string => path.join(folder(), 'churn.tar');
  let there: Store;
  let here: Store;
  beforeEach(() => {
    there = new Store(path.join(folder(), 'there'));
    here = new Store(path.join(folder(), 'here'));
  });
  const carry = (...of: Parameters<typeof exportTo>[2]): ReturnType<typeof importFrom> => {
    fs.rmSync(file(), { force: true });
    exportTo(there, file(), of.length === 0 ? [{ workspace: 'ada' }] : of);
    return importFrom(here, file());
  };
  const states = (plan: ReturnType<typeof importFrom>): string[] => plan.versions.map(({ version, state }) => `${version} ${state}`);
  const listed = (store: Store): unknown => [...store.catalog.versions(CHURN)];

  it('brings history, labels, aliases, links and metadata as they were', () => {
    const writing = beginIn(there, { aliases: ['prod', 'Ü'], tags: ['t'], metadata: { rows: 3 } });
    Object.entries({ 'a.csv': 'a', 'same.csv': 'a', 'ç/🙂.bin': largeBytes(1), 'empty': '' }).forEach(([name, content]) => putBytes(writing, name, content));
    writing.link([{ path: 'far', link: 's3://bucket/key', size: 7, metadata: { of: 'link' } }]);
    writing.commit(UNWATCHED);
    commitIn(there, { files: { 'a.csv': 'a', 'ç/🙂.bin': largeBytes(1) }, draft: { version: '1.1.0-rc.1', type: 'model' } });
    there.label({ ...CHURN, version: '1.0.0' }, { tags: ['later'], metadata: { said: 'later' } });
    assert.deepEqual(states(carry()), ['1.0.0 new', '1.1.0-rc.1 new']);
    assert.deepEqual(listed(here), listed(there));
    for (const version of ['1.0.0', '1.1.0-rc.1']) {
      const assets = (store: Store): unknown => store.tree({ ...CHURN, version }).tree.assets.map(({ path: logical, size, sha256, link, metadata }) => ({ logical, size, sha256, link, metadata }));
      assert.deepEqual(assets(here), assets(there));
    }
    assert.ok(readIn(here, '1.1.0-rc.1', 'ç/🙂.bin').equals(largeBytes(1)));
    assert.equal(readIn(here, '1.0.0', 'same.csv').toString(), 'a');
  });

  it('brings runs and both directions of lineage', () => {
    const make = there.created().startRun('ada', 'make');
    const use = there.created().startRun('bob', 'use');
    commitIn(there, { files: { a: 'a' }, draft: { producer: { workspace: 'ada', run: make.run } } });
    there.consume({ ...CHURN, version: '1.0.0' }, { workspace: 'bob', run: use.run });
    there.endRun({ workspace: 'ada', run: make.run }, 'finished', UNWATCHED);
    carry();
    assert.deepEqual(here.lineageOf('x', { ...CHURN, version: '1.0.0' }), there.lineageOf('x', { ...CHURN, version: '1.0.0' }));
    assert.deepEqual(here.runs.list('ada'), there.runs.list('ada'));
  });

  it('changes nothing the second time', () => {
    const run = there.created().startRun('ada', 'make');
    commitIn(there, { files: { a: 'a', large: largeBytes(1) }, draft: { aliases: ['prod'], producer: { workspace: 'ada', run: run.run } } });
    there.label({ ...CHURN, version: '1.0.0' }, { tags: ['later'] });
    carry();
    const content = (): unknown => filesBelow(here.layout.root).filter((name) => !name.startsWith('changes/')).map((name) => [name, fs.readFileSync(path.join(here.layout.root, name), 'utf8')]);
    const before = content();
    assert.deepEqual(states(carry()), ['1.0.0 same']);
    assert.deepEqual(content(), before);
  });

  it('brings what was logged since, and its bytes only where they are not here', () => {
    commitIn(there, { files: { a: 'a', large: largeBytes(1) } });
    carry();
    commitIn(there, { files: { a: 'a', large: largeBytes(1), b: 'b' } });
    assert.deepEqual(states(carry()), ['1.0.0 same', '2.0.0 new']);
    assert.equal(filesBelow(here.layout.root).filter((name) => name.startsWith('objects/')).length, 1);
    assert.equal(readIn(here, '2.0.0', 'a').toString(), 'a');
  });

  it('never writes over a number that stands for something else, and brings the rest', () => {
    commitIn(there, { files: { a: 'theirs' }, draft: { aliases: ['prod'] } });
    commitIn(there, { files: { a: 'theirs, too' } });
    commitIn(here.created(), { files: { a: 'ours' } });
    assert.deepEqual(states(carry()), ['1.0.0 taken', '2.0.0 new']);
    assert.equal(readIn(here, '1.0.0', 'a').toString(), 'ours');
    assert.equal(readIn(here, '2.0.0', 'a').toString(), 'theirs, too');
    assert.deepEqual(here.catalog.version({ ...CHURN, version: '1.0.0' }).aliases, []);
  });

  for (const [what, files, draft] of [
    ['metadata', { a: 'same' }, { metadata: { lr: 0.2 } }],
    ['type', { a: 'same' }, { type: 'model', metadata: { lr: 0.1 } }],
    ['number of files', { a: 'same', b: 'more' }, { metadata: { lr: 0.1 } }],
  ] as const) {
    it(`takes a version with another ${what} for another one`, () => {
      commitIn(there, { files, draft });
      commitIn(here.created(), { files: { a: 'same' }, draft: { metadata: { lr: 0.1 } } });
      assert.deepEqual(states(carry()), ['1.0.0 taken']);
    });
  }

  it('takes the same files that two people logged for one version', () => {
    commitIn(there, { files: { a: 'same', large: largeBytes(1) } });
    commitIn(here.created(), { files: { a: 'same', large: largeBytes(1) } });
    assert.deepEqual(states(carry()), ['1.0.0 same']);
  });

  it('leaves numbers alone that were deleted here', () => {
    commitIn(there, { files: { a: 'a' } });
    commitIn(there, { files: { a: 'b' } });
    carry();
    here.remove({ ...CHURN, version: '1.0.0' }, UNWATCHED);
    assert.deepEqual(states(carry()), ['1.0.0 deleted', '2.0.0 same']);
  });

  describe('of a version that is damaged here', () => {
    const files = { 'large.bin': largeBytes(1), 'same.bin': largeBytes(1), 'a.txt': 'first', 'b.txt': 'second', 'empty': '' };
    const places = (): string[] => [...new Set(['large.bin', 'a.txt'].map((asset) => placeOf(here.layout, here.tree({ ...CHURN, version: '1.0.0' }).tree.asset(asset)!)!.file))];
    const flip = (at: number) => (file: string): void => {
      const bytes = fs.readFileSync(file);
      bytes[at]! ^= 1;
      fs.chmodSync(file, 0o644);
      fs.writeFileSync(file, bytes);
    };
    const isWhole = (version: string, contents: Readonly<Record<string, string | Uint8Array>>): void => {
      const store = new Store(here.layout.root).opened();
      Object.entries(contents).forEach(([asset, content]) => assert.ok(readIn(store, version, asset).equals(Buffer.from(content)), `${version} ${asset}`));
    };

    for (const [what, damage] of [
      ['by a bit', flip(2)],
      ['by lost bytes', (file: string) => { fs.chmodSync(file, 0o644); fs.truncateSync(file, 3); }],
      ['by lost files', (file: string) => fs.rmSync(file)],
    ] as const) {
      it(`${what}, puts the right bytes in their place, and says so`, () => {
        const { created } = commitIn(there, { files });
        carry();
        places().forEach(damage);
        assert.deepEqual(states(carry()), ['1.0.0 healed']);
        isWhole('1.0.0', files);
        assert.deepEqual(verifyStore(here, UNWATCHED).findings, []);
        assert.ok(places().every((file) => (fs.statSync(file).mode & 0o222) === 0), 'read-only');
        assert.deepEqual([here.catalog.version({ ...CHURN, version: '1.0.0' }).created, fs.readdirSync(here.layout.tmp)], [created, []]);
        assert.deepEqual(states(carry()), ['1.0.0 same']);
      });
    }

    for (const [name, damage] of ['version.json', 'manifest.json'].flatMap((each) => [[each, flip(20)] as const, [each, fs.rmSync] as const])) {
      const what = damage === fs.rmSync ? 'missing' : 'damaged';
      it(`in its ${name}, which is ${what}, gives it back what it was, and says so`, () => {
        commitIn(there, { files, draft: { tags: ['t'], metadata: { rows: 3 }, aliases: ['prod'] } });
        carry();
        const before = [...here.catalog.versions(CHURN)];
        damage(path.join(here.layout.artifact(CHURN).version('1.0.0'), name));
        assert.deepEqual(states(carry()), ['1.0.0 healed']);
        assert.deepEqual([...here.catalog.versions(CHURN)], before);
        isWhole('1.0.0', files);
        assert.deepEqual(verifyStore(here, UNWATCHED).findings, []);
        assert.deepEqual(states(carry()), ['1.0.0 same']);
      });

      it(`in its ${name}, which is ${what}, brings that of no other version`, () => {
        commitIn(there, { files: { ...files, 'a.txt': 'other' } });
        commitIn(here.created(), { files });
        damage(path.join(here.layout.artifact(CHURN).version('1.0.0'), name));
        assert.deepEqual(states(carry()), ['1.0.0 damaged']);
      });
    }

    it('keeps what else is in its pack, and tells that it is damaged where no archive has it', () => {
      commitIn(here, { files: { 'a.txt': 'first', 'b.txt': 'second', 'c.txt': 'third' } });
      commitIn(here, { files: { 'a.txt': 'first', 'b.txt': 'second' } });
      exportTo(here, file(), [{ ...CHURN, version: '2.0.0' }]);
      const [pack = ''] = filesBelow(here.layout.packs).map((name) => path.join(here.layout.packs, name));
      flip(2)(pack);
      flip(13)(pack);
      assert.deepEqual(states(importFrom(here, file())), ['2.0.0 healed']);
      isWhole('2.0.0', { 'a.txt': 'first', 'b.txt': 'second' });
      assert.deepEqual(verifyStore(here, UNWATCHED).findings.map(({ of, assets }) => [of?.version, ...assets]), [['1.0.0', 'c.txt']]);
      // A log does not come to rely on it.
      commitIn(here, { files: { 'c.txt': 'third' } });
      isWhole('3.0.0', { 'c.txt': 'third' });
    });

    it('is refused where the archive is damaged there, too', () => {
      commitIn(there, { files });
      carry();
      places().forEach(flip(2));
      const bytes = fs.readFileSync(file());
      bytes[bytes.indexOf(largeBytes(1)) + 50_000]! ^= 1;
      fs.writeFileSync(file(), bytes);
      assert.throws(() => importFrom(here, file()), (error) => isArtifactError(error, 'corrupt'));
    });

    it('brings the bytes of no other content under its number', () => {
      commitIn(here, { files });
      commitIn(there, { files: { ...files, 'large.bin': largeBytes(2) } });
      places().forEach(flip(2));
      assert.deepEqual(states(carry()), ['1.0.0 taken']);
    });
  });

  it('says where a version here is damaged', () => {
    commitIn(there, { files: { a: 'a' } });
    carry();
    ['manifest.json', 'version.json'].forEach((name) => fs.writeFileSync(path.join(here.layout.artifact(CHURN).version('1.0.0'), name), 'x'));
    assert.deepEqual(states(importFrom(new Store(here.layout.root), file())), ['1.0.0 damaged']);
  });

  it('moves no alias that stands elsewhere here, and says so', () => {
    commitIn(there, { files: { a: '1' } });
    commitIn(there, { files: { a: '2' }, draft: { aliases: ['prod', 'fresh'] } });
    commitIn(here.created(), { files: { a: '1' }, draft: { aliases: ['prod'] } });
    const { keptAliases } = carry();
    assert.deepEqual(keptAliases, [{ ...CHURN, version: '2.0.0', alias: 'prod', standsOn: '1.0.0' }]);
    assert.equal(here.catalog.version({ ...CHURN, version: 'prod' }).version, '1.0.0');
    assert.equal(here.catalog.version({ ...CHURN, version: 'fresh' }).version, '2.0.0');
  });

  it('keeps the tags and metadata that were said here, and says so', () => {
    commitIn(there, { files: { a: 'a' } });
    carry();
    there.label({ ...CHURN, version: '1.0.0' }, { tags: ['theirs'] });
    assert.deepEqual(carry().versions.map(({ keptLabels }) => keptLabels), [undefined]);
    assert.deepEqual(here.catalog.version({ ...CHURN, version: '1.0.0' }).tags, ['theirs']);
    here.label({ ...CHURN, version: '1.0.0' }, { tags: ['ours'] });
    assert.deepEqual(carry().versions.map(({ keptLabels }) => keptLabels), [true]);
    assert.deepEqual(here.catalog.version({ ...CHURN, version: '1.0.0' }).tags, ['ours']);
  });

  it('takes a whole store that somebody packed, with its packs and without what is deleted', () => {
    commitIn(there, { files: { a: 'a', b: 'b', large: largeBytes(1) } });
    commitIn(there, { files: { a: 'a', b: 'changed' } });
    commitIn(there, { files: { a: 'gone' } });
    there.remove({ ...CHURN, version: '3.0.0' }, UNWATCHED);
    repack(there.layout.root, file(), (entry) => ({ ...entry, name: `./${entry.name}` }));
    assert.deepEqual(states(importFrom(here, file())), ['1.0.0 new', '2.0.0 new']);
    assert.equal(readIn(here, '2.0.0', 'a').toString(), 'a');
    assert.ok(readIn(here, '1.0.0', 'large').equals(largeBytes(1)));
  });

  it('finds names that are too long for a header of tar', () => {
    const name = { workspace: 'Ü'.repeat(23), artifact: 'Ä'.repeat(23) };
    commitIn(there, { files: { a: 'a' }, draft: { ...name, version: `1.0.0-${'a'.repeat(100)}` } });
    carry({ workspace: name.workspace });
    assert.equal(here.catalog.version({ ...name, version: 'Latest' }).version, `1.0.0-${'a'.repeat(100)}`);
  });

  it('does not touch a store of a later format', () => {
    commitIn(there, { files: { a: 'a' } });
    exportTo(there, file(), [CHURN]);
    fs.mkdirSync(here.layout.root);
    fs.writeFileSync(here.layout.format, '{"format":2,"hash":"sha256"}');
    assert.throws(() => importFrom(here, file()), (error) => isArtifactError(error, 'unsupported'));
    assert.deepEqual(filesBelow(here.layout.root), ['format.json']);
  });

  it('says how many bytes are needed where a disk is full, as an export does', () => {
    commitIn(there, { files: { 'large.bin': largeBytes(1) } });
    exportTo(there, file(), [CHURN]);
    const full = (work: () => unknown, said: RegExp): void => standingIn((name, args, original) => {
      if (name === 'writeSync' && Number(args[3] ?? (args[1] as Uint8Array).length) > 50_000) {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
      }
      return original(...args);
    }, () => assert.throws(work, (error) => isArtifactError(error, 'noSpace') && said.test(error.details)));
    const bytes = largeBytes(1).length;
    full(() => importFrom(here, file()), new RegExp(`${bytes} bytes are needed for the files of ada/churn:1.0.0, and \\d+ are free`, 'u'));
    full(() => exportTo(there, `${file()}.again`, [CHURN]), new RegExp(`${bytes} bytes are needed for the files in churn.tar.again, and \\d+ are free`, 'u'));
    assert.deepEqual(fs.readdirSync(folder()).filter((name) => name.endsWith('.part')), []);
  });

  it('costs the same for each version, however many there are', () => {
    const listings = (versions: number): number => {
      const from = new Store(path.join(folder(), `from ${versions}`));
      const into = new Store(path.join(folder(), `into ${versions}`));
      Array.from({ length: versions }, (_, index) => commitIn(from, { files: { 'a.csv': `${index}` }, draft: { aliases: [`of-${index}`] } }));
      const archive = path.join(folder(), `${versions}.tar`);
      exportTo(from, archive, [CHURN]);
      const readdir = storeFs.readdirSync;
      let listed = 0;
      storeFs.readdirSync = ((...args: Parameters<typeof readdir>) => {
        listed += String(args[0]).endsWith('versions') ? 1 : 0;
        return readdir(...args);
      }) as typeof readdir;
      try {
        assert.equal(importFrom(into, archive).versions.length, versions);
        assert.equal(importFrom(into, archive).versions.length, versions);
      } finally {
        storeFs.readdirSync = readdir;
      }
      return listed;
    };
    const few = listings(5);
    assert.ok(few <= 4, `${few} looks at the numbers of all versions`);
    assert.equal(listings(20), few);
  });

  it('can be cancelled while many artifacts are looked at and what belongs to them is brought', () => {
    for (let index = 0; index < 5; index++) {
      commitIn(there, { files: {}, draft: { artifact: `a${index}`, aliases: ['prod'] } });
    }
    exportTo(there, file(), [{ workspace: 'ada' }]);
    const cancelledAt = (turn: number): Work => {
      let asked = 0;
      return { ...UNWATCHED, check: () => { if (++asked > turn) { throw new Cancelled(); } } };
    };
    for (let turn = 0; turn < 5; turn++) {
      assert.throws(() => VersionImport.open(here.created(), file(), cancelledAt(turn)), Cancelled);
    }
    const arriving = VersionImport.open(here, file(), UNWATCHED);
    try {
      for (let turn = 0; turn < 10; turn++) {
        assert.throws(() => arriving.plan(cancelledAt(turn)), Cancelled);
      }
      arriving.plan(UNWATCHED).versions.forEach((version) => arriving.bring(version, UNWATCHED));
      for (let turn = 0; turn < 15; turn++) {
        assert.throws(() => arriving.finish(cancelledAt(turn)), Cancelled);
      }
    } finally {
      arriving.close();
    }
  });

  describe('that is not what it should be', () => {
    let archive: Buffer | undefined;
    const sample = (): string => {
      if (archive === undefined) {
        commitIn(there, { files: { 'a.csv': 'a', 'large.bin': largeBytes(1) } });
        commitIn(there, { files: { 'b.csv': 'b' }, draft: { aliases: ['prod'] } });
        exportTo(there, file(), [CHURN]);
        archive = fs.readFileSync(file());
      }
      fs.writeFileSync(file(), archive);
      return unpacked(file());
    };
    /** Refused, in one sentence, and nothing is here. */
    const refused = (code: ErrorCode, pattern: RegExp): void => {
      assert.throws(() => importFrom(here, file()), (error) => {
        assert.ok(isArtifactError(error, code), String(error));
        assert.match(error.details, pattern);
        assert.match(error.details, /churn\.tar/u);
        return true;
      });
      assert.equal(fs.existsSync(here.layout.root), false);
    };
    const changed = (change: (entry: TarEntry) => TarEntry | undefined): void => repack(sample(), file(), change);
    const added = (...entries: readonly TarEntry[]): void => {
      const folderOf = sample();
      writeTar(file(), [...filesBelow(folderOf).map((name) => ({ name, content: fs.readFileSync(path.join(folderOf, name)) })), ...entries]);
    };

    for (const name of ['../evil', '/etc/evil', 'workspaces/../../evil', 'C:/evil', 'a\\..\\evil', 'a//b', 'a\u0001b', './../evil', 'a/./b']) {
      it(`is refused for the name ${JSON.stringify(name)}`, () => {
        added({ name, content: 'x' });
        refused('unsafePath', /churn\.tar/u);
      });
    }

    for (const type of ['SymbolicLink', 'Link', 'CharacterDevice', 'GNUDumpDir'] as const) {
      it(`is refused for a ${type}`, () => {
        added({ name: 'objects/link', type });
        refused('invalid', /neither a file nor a folder/u);
      });
    }

    it('is refused where it is cut off, wherever that is', () => {
      sample();
      const whole = fs.readFileSync(file());
      for (const length of [1, 511, 512, 700, 5_000, whole.length - 100_000, whole.length - 1024]) {
        fs.writeFileSync(file(), whole.subarray(0, length));
        refused(length < 512 ? 'invalid' : 'corrupt', length < 512 ? /is not an archive/u : /is cut off/u);
      }
    });

    it('is refused for sizes that are more than there is', () => {
      added({ name: 'bomb', size: 2 ** 33 - 1 });
      refused('corrupt', /is cut off/u);
    });

    it('is refused for a name without an end', () => {
      const header = { name: 'x', content: '9'.repeat(70_000) };
      added(header);
      const bytes = fs.readFileSync(file());
      // The type of the last header becomes that of a long name.
      const at = bytes.lastIndexOf(Buffer.from('x\0\0\0\0\0\0\0'));
      bytes[at + 156] = 'L'.charCodeAt(0);
      let sum = 8 * 32;
      bytes.subarray(at, at + 512).forEach((byte, index) => { sum += index >= 148 && index < 156 ? 0 : byte; });
      bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148);
      fs.writeFileSync(file(), bytes);
      refused('invalid', /too long/u);
    });

    it('is refused where a file is there twice', () => {
      added({ name: 'format.json', content: '{}' });
      refused('invalid', /twice/u);
    });

    it('is refused where any byte of an asset is another', () => {
      sample();
      const bytes = fs.readFileSync(file());
      bytes[bytes.indexOf(largeBytes(1)) + 50_000]! ^= 1;
      fs.writeFileSync(file(), bytes);
      refused('corrupt', /large\.bin of ada\/churn:1\.0\.0/u);
    });

    it('is refused where a bit of anything small is another', () => {
      sample();
      const whole = fs.readFileSync(file());
      for (let at = 100; at < whole.indexOf(largeBytes(1)); at += 1499) {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= 4;
        fs.writeFileSync(file(), bytes);
        try {
          importFrom(here, file());
          // What says nothing of the versions, such as padding: then all is well.
          assert.ok(readIn(here, '1.0.0', 'large.bin').equals(largeBytes(1)));
        } catch (error) {
          assert.ok(isArtifactError(error), String(error));
          assert.deepEqual(here.opened().catalog.workspaces(), []);
        }
        fs.rmSync(here.layout.root, { recursive: true, force: true });
        here = new Store(here.layout.root);
      }
    });

    it('is refused where bytes are missing', () => {
      changed((entry) => (entry.name.startsWith('objects/') && Buffer.from(entry.content!).length > 1000 ? undefined : entry));
      refused('corrupt', /large\.bin .* is missing/u);
    });

    it('is refused where a list of files is missing', () => {
      changed((entry) => (entry.name.endsWith('1.0.0/manifest.json') ? undefined : entry));
      refused('corrupt', /manifest\.json/u);
    });

    it('is refused for files under names that no list may hold', () => {
      changed((entry) => {
        const manifest = Buffer.from(formatManifest([{ path: '../../evil', size: 0, link: 's3://x' }]));
        if (entry.name.endsWith('2.0.0/manifest.json')) {
          return { ...entry, content: manifest };
        }
        if (!entry.name.endsWith('2.0.0/version.json')) {
          return entry;
        }
        const { sha256: _seal, ...record } = JSON.parse(String(entry.content)) as { sha256: string; manifest: unknown };
        const sha256 = createHash('sha256').update(manifest).digest('hex');
        return { ...entry, content: seal({ ...record, manifest: { bytes: manifest.length, sha256 } }) };
      });
      refused('invalid', /“?\.\.”? segment/u);
    });

    for (const [what, change] of [
      ['a name that cannot be', { workspace: 'a/b' }],
      ['another artifact than its place says', { artifact: 'other' }],
      ['a time that cannot be', { created: 1e300 }],
      ['a run of a name that cannot be', { producer: { workspace: 'a/b', run: 'r', name: 'r' } }],
    ] as const) {
      it(`is refused for ${what}`, () => {
        changed((entry) => {
          if (!entry.name.endsWith('2.0.0/version.json')) {
            return entry;
          }
          const { sha256: _seal, ...record } = JSON.parse(String(entry.content)) as { sha256: string };
          return { ...entry, content: seal({ ...record, ...change }) };
        });
        assert.throws(() => importFrom(here, file()), (error) => isArtifactError(error, 'invalid') || isArtifactError(error, 'corrupt'));
        assert.deepEqual([...here.opened().catalog.workspaces()], []);
      });
    }

    it('is refused for a later format', () => {
      changed((entry) => (entry.name === 'format.json' ? { ...entry, content: '{"format":2,"hash":"sha256"}' } : entry));
      refused('unsupported', /has format 2/u);
    });

    for (const [what, content] of [['empty', ''], ['text', 'hello '.repeat(1000)], ['compressed', Buffer.from('1f8b0800', 'hex')], ['nothing but zeros', Buffer.alloc(10_240)]] as const) {
      it(`is refused where it is ${what}`, () => {
        fs.writeFileSync(file(), content);
        refused('invalid', /is not an archive of artifact versions/u);
      });
    }

    it('is refused with a word about gunzip where it was compressed', () => {
      sample();
      fs.writeFileSync(file(), gzipSync(fs.readFileSync(file())));
      refused('invalid', /is compressed.*gunzip/u);
    });

    it('is refused in our words where its first block is anything', () => {
      const random = chance(7);
      for (let turn = 0; turn < 200; turn++) {
        fs.writeFileSync(file(), Buffer.from(Uint8Array.from({ length: 2_048 }, () => random() * 256)));
        refused('invalid', /is not an archive of artifact versions/u);
      }
    });

    it('is refused in our words where the highest bit of a byte of its header is another', () => {
      sample();
      const whole = fs.readFileSync(file()).subarray(0, 2_048);
      for (let at = 0; at < 512; at++) {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= 0x80;
        fs.writeFileSync(file(), bytes);
        assert.throws(() => importFrom(here, file()), (error) => isArtifactError(error, 'invalid') || isArtifactError(error, 'corrupt') || assert.fail(String(error)));
      }
    });

    it('is refused where it is an archive of something else', () => {
      writeTar(file(), [{ name: 'README.md', content: 'hello' }]);
      refused('invalid', /is not an archive of artifact versions/u);
    });

    it('gives way where it changes after it was verified', () => {
      sample();
      const arriving = VersionImport.open(here.created(), file(), UNWATCHED);
      try {
        const { versions } = arriving.plan(UNWATCHED);
        const bytes = fs.readFileSync(file());
        bytes[bytes.indexOf(largeBytes(1)) + 50_000]! ^= 1;
        fs.writeFileSync(file(), bytes);
        assert.throws(() => arriving.bring(versions[0]!, UNWATCHED), (error) => isArtifactError(error, 'corrupt'));
        assert.ok(arriving.bring(versions[1]!, UNWATCHED));
      } finally {
        arriving.close();
      }
      assert.deepEqual([...here.catalog.versions(CHURN)].map(({ version }) => version), ['2.0.0']);
      assert.deepEqual(fs.readdirSync(here.layout.tmp), []);
    });
  });
});
