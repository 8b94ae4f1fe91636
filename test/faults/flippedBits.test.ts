import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import type { VersionName } from '../../src/store/layout';
import { placeOf } from '../../src/store/objects';
import { Store } from '../../src/store/store';
import { verifyStore } from '../../src/store/verification';
import { UNWATCHED } from '../../src/store/work';
import { exportTo, importFrom } from '../support/archives';
import { CHURN, commitIn, filesBelow, largeBytes, storeIn } from '../support/stores';
import { memoryFolder } from './harness/memoryFolder';
import { chance, scaled, tell } from './harness/scale';

const FLIPS = scaled(200, 1_000);
const HEALED = scaled(30, 300);

/** What a store can do without, and what others may hold meanwhile. */
const SPARE = /^(?:cache|changes|locks|tmp)\//;

interface Kept {
  readonly version: VersionName;
  readonly path: string;
  readonly content: Buffer;
  /** Files of the store without which it cannot be read. */
  readonly needs: ReadonlySet<string>;
}

describe('a bit that flips on the disk', () => {
  const folder = memoryFolder();

  it('is found by name in each kind of file, never read as truth, and leaves the rest usable', function () {
    this.timeout(3_600_000);
    const root = path.join(folder(), 'store');
    const kept = fill(root);
    const kinds = Map.groupBy(filesBelow(root).filter((file) => !SPARE.test(file)), kindOf);
    const random = chance(24);
    const found = new Map<string, number>();
    for (let round = 0; round < FLIPS; round++) {
      const [kind, files] = [...kinds][round % kinds.size]!;
      const file = files[Math.floor(random() * files.length)]!;
      const bit = flip(path.join(root, file), random());
      const when = `${file}, bit ${bit}`;
      if (kind === 'format.json') {
        assertRefusedOrTheSame(root, kept, when);
      } else {
        assertFound(root, file, kept, when);
        assertOthersUsable(root, file, kept, when);
      }
      flip(path.join(root, file), bit);
      found.set(kind, (found.get(kind) ?? 0) + 1);
    }
    assert.deepEqual(verifyStore(new Store(root).opened(), UNWATCHED).findings, []);
    tell(`${FLIPS} bits flipped and named: ${Array.from(found, ([kind, count]) => `${count} in ${kind}`).join(', ')}`);
  });

  it('heals where an archive of the same versions is imported', function () {
    this.timeout(3_600_000);
    const root = path.join(folder(), 'store');
    const kept = fill(root);
    const archive = path.join(folder(), 'archive.tar');
    exportTo(new Store(root), archive, Array.from(new Set(kept.map(({ version }) => version.workspace)), (workspace) => ({ workspace })));
    const random = chance(25);
    const stored = filesBelow(root).filter((file) => /^(?:objects|packs|workspaces)\//.test(file) && !file.includes('/gone/'));
    for (let round = 0; round < HEALED; round++) {
      const file = stored[Math.floor(random() * stored.length)]!;
      const when = `${file}, bit ${flip(path.join(root, file), random())}`;
      importFrom(new Store(root), archive);
      // A list of files that was written anew needs the pack no longer that it had.
      assert.deepEqual(verifyStore(new Store(root).opened(), UNWATCHED).findings.filter(({ of }) => of !== undefined), [], when);
      kept.forEach((each) => assert.ok(bytesOf(root, each).equals(each.content), `${when}: ${each.path}`));
    }
  });

  /** A store with one file of each kind at least. */
  function fill(root: string): readonly Kept[] {
    const store = storeIn(root);
    const run = store.startRun('ada', 'training');
    const producer = { workspace: 'ada', run: run.run };
    const contents = (index: number): Record<string, Buffer> => ({
      'large.bin': largeBytes(index), 'shared.bin': largeBytes(77), 'small.txt': Buffer.from(`small ${index}`), 'other/small.txt': Buffer.from('the same'), empty: Buffer.alloc(0),
    });
    const drafts = [{}, { producer, aliases: ['best'] }, { artifact: 'other' }, { workspace: '🦜'.repeat(60), artifact: 'long' }];
    const versions = drafts.map((draft, index) => commitIn(store, { draft, files: contents(index) }));
    store.label({ ...CHURN, version: '2.0.0' }, { tags: ['labelled'] });
    store.consume({ ...CHURN, version: '1.0.0' }, producer);
    store.endRun(producer, 'finished', UNWATCHED);
    commitIn(store, { draft: { artifact: 'gone' }, files: contents(0) });
    store.remove({ ...CHURN, artifact: 'gone', version: '1.0.0' }, UNWATCHED);
    return versions.flatMap(({ workspace, artifact, version }, index) => {
      const name = { workspace, artifact, version };
      const { tree } = store.tree(name);
      return Object.entries(contents(index)).map(([logical, content]) => {
        const place = store.layout.artifact(name);
        const bytes = placeOf(store.layout, tree.asset(logical)!)?.file;
        const needs = [path.join(place.version(version), 'version.json'), path.join(place.version(version), 'manifest.json'), ...(bytes === undefined ? [] : [bytes])];
        return { version: name, path: logical, content, needs: new Set(needs.map((file) => path.relative(root, file).replaceAll(path.sep, '/'))) };
      });
    });
  }

  function assertFound(root: string, file: string, kept: readonly Kept[], when: string): void {
    const findings = verifyStore(new Store(root).opened(), UNWATCHED).findings.filter((finding) => finding.file === file);
    assert.ok(findings.length > 0, `${when} is not found`);
    if (/^(?:objects|packs)\//.test(file)) {
      const named = findings.flatMap(({ of, assets }) => assets.map((asset) => `${of?.artifact} ${of !== undefined && 'version' in of ? of.version : ''} ${asset}`)).sort();
      const inPack = file.startsWith('packs/');
      const concerned = kept.filter((each) => each.needs.has(file)).map(({ version, path: logical }) => `${version.artifact} ${version.version} ${logical}`);
      // Of a pack, only the assets where the bit is.
      assert.ok(inPack ? named.every((each) => concerned.includes(each)) && named.length > 0 : named.join() === concerned.sort().join(), `${when}: ${named.join()}`);
    }
  }

  function assertOthersUsable(root: string, file: string, kept: readonly Kept[], when: string): void {
    const { catalog } = new Store(root).opened();
    const listed = catalog.workspaces().flatMap(({ workspace }) => [...catalog.artifacts(workspace, '')].map(({ artifact }) => artifact));
    assert.deepEqual(new Set(listed), new Set(['gone', ...kept.map(({ version }) => version.artifact)]), `${when}: other artifacts`);
    for (const each of kept) {
      try {
        assert.ok(bytesOf(root, each).equals(each.content), `${when}: wrong bytes of ${each.path}`);
      } catch (error) {
        assert.ok(isArtifactError(error, 'corrupt') && each.needs.has(file), `${when}: ${each.version.artifact} ${each.version.version} ${each.path}: ${String(error)}`);
      }
    }
  }

  /** Only the store's own number can be another without anybody being able to tell. */
  function assertRefusedOrTheSame(root: string, kept: readonly Kept[], when: string): void {
    try {
      new Store(root).opened();
    } catch (error) {
      assert.ok(isArtifactError(error, 'unsupported') || isArtifactError(error, 'corrupt'), `${when}: ${String(error)}`);
      return;
    }
    assertOthersUsable(root, 'format.json', kept, when);
  }

  const bytesOf = (root: string, { version, path: logical }: Kept): Buffer => Buffer.concat([...new Store(root).opened().read(version, logical, 0, UNWATCHED)]);

  /** Flips the bit at a share of the file, or the bit that is named, and says which. */
  function flip(file: string, where: number): number {
    const bytes = fs.readFileSync(file);
    const bit = where < 1 ? Math.floor(where * bytes.length * 8) || 1 : where;
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, bytes);
    return bit;
  }
});

function kindOf(file: string): string {
  if (file.startsWith('workspaces/')) {
    const parts = file.split('/');
    return parts.at(-2) === 'aliases' || parts.at(-2) === 'labels' || parts.at(-2) === 'deleted' ? parts.at(-2)! : parts.at(-1)!;
  }
  return file.split('/')[0]!;
}
