import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Progress } from '../../../src/model/call';
import { isArtifactError } from '../../../src/model/errors';
import { Store } from '../../../src/store/store';
import { type Verification, verifyStore } from '../../../src/store/verification';
import { Cancelled, UNWATCHED } from '../../../src/store/work';
import { CHURN, commitIn, filesBelow, largeBytes, storeIn } from '../../support/stores';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('verifying a store', () => {
  const folder = temporaryFolder();
  let store: Store;
  const verify = (): Verification => verifyStore(new Store(store.layout.root).opened(), UNWATCHED);
  const found = (): string[] => verify().findings.map(({ problem, file, of, assets }) =>
    [problem, file, of && `${of.workspace}/${of.artifact}${of.version === undefined ? '' : `:${of.version}`}`, ...assets].filter((part) => part !== undefined).join(' '));
  const change = (name: string, how: (bytes: Buffer) => Buffer | undefined): void => {
    const file = path.join(store.layout.root, name);
    const changed = how(fs.readFileSync(file));
    fs.rmSync(file);
    if (changed !== undefined) {
      fs.writeFileSync(file, changed);
    }
  };
  const flip = (bytes: Buffer): Buffer => {
    bytes[bytes.length >> 1]! ^= 4;
    return bytes;
  };
  const object = (version: string, asset: string): string => {
    const { sha256, pack } = store.tree({ ...CHURN, version }).tree.asset(asset)!;
    return path.relative(store.layout.root, pack === undefined ? store.layout.object(sha256!) : store.layout.pack(pack)).replaceAll(path.sep, '/');
  };

  beforeEach(() => {
    store = storeIn(path.join(folder(), 'store'));
    const run = store.startRun('ada', 'train');
    commitIn(store, { files: { 'large.bin': largeBytes(1), 'same.bin': largeBytes(1), 'small.txt': 'small', 'other.txt': 'other' }, draft: { aliases: ['prod'], producer: { workspace: 'ada', run: run.run } } });
    commitIn(store, { files: { 'again.bin': largeBytes(1), 'new.bin': largeBytes(2), 'small.txt': 'small' } });
    store.label({ ...CHURN, version: '1.0.0' }, { tags: ['later'] });
  });

  it('finds nothing where all is well, and says what it read', () => {
    assert.deepEqual(verify(), { versions: 2, files: 3, bytes: 200_010, findings: [] });
  });

  it('counts the bytes that it reads', () => {
    const heard: Progress[] = [];
    verifyStore(store, { ...UNWATCHED, report: (progress) => heard.push(progress) });
    assert.deepEqual(heard.at(-1), { bytes: 200_010, totalBytes: 200_010, files: 3, totalFiles: 3 });
    assert.ok(heard.every(({ bytes }, index) => bytes >= (heard[index - 1]?.bytes ?? 0)));
  });

  it('names file, versions and assets of a flipped bit in an object', () => {
    const file = object('1.0.0', 'large.bin');
    change(file, flip);
    assert.deepEqual(found(), [`damaged ${file} ada/churn:2.0.0 again.bin`, `damaged ${file} ada/churn:1.0.0 large.bin same.bin`]);
  });

  it('names the assets of a pack in which the bit is', () => {
    const file = object('1.0.0', 'small.txt');
    change(file, (bytes) => {
      bytes[bytes.indexOf('small')]! ^= 1;
      return bytes;
    });
    assert.deepEqual(found(), [`damaged ${file} ada/churn:2.0.0 small.txt`, `damaged ${file} ada/churn:1.0.0 small.txt`]);
  });

  for (const [what, how, problem] of [['a lost byte', (bytes: Buffer) => bytes.subarray(1), 'damaged'], ['a lost file', () => undefined, 'missing']] as const) {
    it(`names versions and assets of ${what}`, () => {
      const file = object('2.0.0', 'new.bin');
      change(file, how);
      assert.deepEqual(found(), [`${problem} ${file} ada/churn:2.0.0 new.bin`]);
    });
  }

  it('finds a flipped bit in every file that is not made anew, and keeps reading the rest', () => {
    commitIn(store, { files: { a: 'a' }, draft: { workspace: 'ü'.repeat(100), artifact: 'ü'.repeat(100), aliases: ['ü'.repeat(100)] } });
    commitIn(store, { files: { a: 'b' } });
    store.remove({ ...CHURN, version: '3.0.0' }, UNWATCHED);
    const kept = filesBelow(store.layout.root).filter((name) => !/^(?:format\.json|(?:cache|changes|locks|tmp)\/)/u.test(name));
    assert.ok(kept.length > 15);
    for (const name of kept) {
      const before = fs.readFileSync(path.join(store.layout.root, name));
      change(name, flip);
      assert.ok(found().some((line) => line.startsWith(`damaged ${name}`)), name);
      change(name, () => before);
    }
    assert.deepEqual(found(), []);
  });

  it('finds a flipped bit in the end of the last line of lineage, and no damage in a line that has no end', () => {
    const [name = ''] = filesBelow(store.layout.root).filter((each) => each.startsWith('lineage/'));
    const ending = (bytes: Buffer, end: string): Buffer => Buffer.concat([bytes.subarray(0, -1), Buffer.from(end)]);
    change(name, (bytes) => ending(bytes, String.fromCharCode(0x0a ^ 1)));
    assert.deepEqual(found(), [`damaged ${name}`]);
    change(name, (bytes) => ending(bytes, ''));
    assert.deepEqual(found(), []);
    change(name, (bytes) => bytes.subarray(0, bytes.length >> 1));
    assert.deepEqual(found(), []);
  });

  for (const name of ['artifact.json', 'versions/1.0.0/version.json', 'versions/1.0.0/manifest.json']) {
    it(`misses ${name}`, () => {
      change(`workspaces/ada/churn/${name}`, () => undefined);
      assert.deepEqual(found().map((line) => line.split(' ')), [['missing', `workspaces/ada/churn/${name}`, `ada/churn${name.startsWith('v') ? ':1.0.0' : ''}`]]);
    });
  }

  it('finds damage in what nobody needs: somebody may come to share it', () => {
    const file = object('2.0.0', 'new.bin');
    fs.rmSync(path.join(store.layout.root, 'workspaces'), { recursive: true });
    change(file, flip);
    assert.deepEqual(found(), [`damaged ${file}`]);
  });

  it('finds a manifest that says of bytes what they are not', () => {
    const writing = store.begin({ ...CHURN, type: 'dataset', version: 'major' }, 'aaaaaaaa-0000-4000-8000-000000000000');
    writing.keep({ ...CHURN, version: '1.0.0' }, ['small.txt'], UNWATCHED);
    // As a writer with a fault would.
    const { assets } = (writing as unknown as { readonly assets: { readonly assets: Map<string, object> } }).assets;
    assets.set('small.txt', { ...assets.get('small.txt'), offset: 1 });
    writing.commit(UNWATCHED);
    assert.deepEqual(found(), [`damaged ${object('1.0.0', 'small.txt')} ada/churn:3.0.0 small.txt`]);
  });

  describe('where a pack and an object have the same bytes, and so the same name', () => {
    const [one, two] = [Buffer.alloc(40_000, 'one '), Buffer.alloc(40_000, 'two ')];
    beforeEach(() => {
      commitIn(store, { files: { '1': one, '2': two, 'whole.bin': Buffer.concat([one, two]) } });
    });

    it('misses the object', () => {
      const file = object('3.0.0', 'whole.bin');
      fs.rmSync(path.join(store.layout.root, file));
      assert.deepEqual(found(), [`missing ${file} ada/churn:3.0.0 whole.bin`]);
    });

    it('misses the pack', () => {
      const file = object('3.0.0', '1');
      fs.rmSync(path.join(store.layout.root, file));
      assert.deepEqual(found(), [`missing ${file} ada/churn:3.0.0 1 2`]);
    });

    for (const [asset, hurt] of [['whole.bin', 'whole.bin'], ['1', '2']] as const) {
      it(`names what is damaged in that of ${asset} alone`, () => {
        const file = object('3.0.0', asset);
        change(file, (bytes) => {
          bytes[50_000]! ^= 4;
          return bytes;
        });
        assert.deepEqual(found(), [`damaged ${file} ada/churn:3.0.0 ${hurt}`]);
      });
    }
  });

  it('says nothing of a version that is deleted while it reads', () => {
    let deleted = false;
    const { findings } = verifyStore(store, {
      ...UNWATCHED,
      report: () => {
        if (!deleted) {
          deleted = true;
          store.remove({ ...CHURN, version: '2.0.0' }, UNWATCHED);
        }
      },
    });
    assert.deepEqual(findings, []);
  });

  it('refuses a format that it does not know', () => {
    fs.writeFileSync(store.layout.format, '{"format":2,"hash":"sha256"}');
    assert.throws(verify, (error) => isArtifactError(error, 'unsupported'));
  });

  it('can be cancelled', () => {
    assert.throws(() => verifyStore(store, { ...UNWATCHED, check: () => { throw new Cancelled(); } }), Cancelled);
  });

  it('changes nothing', () => {
    const content = (): unknown => filesBelow(store.layout.root).map((name) => [name, fs.readFileSync(path.join(store.layout.root, name), 'latin1')]);
    const before = content();
    verify();
    assert.deepEqual(content(), before);
  });
});
