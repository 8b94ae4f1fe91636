import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../../src/model/errors';
import { pathProblem } from '../../src/model/safePath';
import { nameProblem } from '../../src/model/reference';
import { verifyStore } from '../../src/store/verification';
import { UNWATCHED } from '../../src/store/work';
import { exportTo, importFrom } from '../support/archives';
import { beginIn, CHURN, commitIn, filesBelow, putBytes, readIn, storeIn } from '../support/stores';
import { temporaryFolder } from '../support/temporaryFolder';
import { memoryFolder } from './harness/memoryFolder';
import { readWithPython } from './harness/reading';
import { scaled, tell } from './harness/scale';
import { inspect } from './harness/storeInspector';

const KIB = 1024;
const MIB = KIB * KIB;

describe('what files are like', () => {
  const folder = memoryFolder();
  const disk = temporaryFolder();
  const root = (): string => path.join(folder(), 'store');

  const sizes = [0, 1, 2, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB - 1, MIB, MIB + 1, 2 * MIB, 8 * MIB - 1, 8 * MIB, 8 * MIB + 1];
  it('in size: each comes back as it was', function () {
    this.timeout(60_000);
    const store = storeIn(root());
    const files = sizes.map((size) => {
      const file = path.join(folder(), String(size));
      // No block is like another: what is swapped or doubled shows.
      fs.writeFileSync(file, randomBytes(size));
      return { path: `${size}.bin`, file };
    });
    const writing = beginIn(store);
    writing.put(files, UNWATCHED);
    writing.commit(UNWATCHED);
    for (const { path: logical, file } of files) {
      const copied = path.join(folder(), 'copied');
      store.copy({ ...CHURN, version: '1.0.0' }, logical, copied, UNWATCHED);
      assert.ok(fs.readFileSync(copied).equals(fs.readFileSync(file)), logical);
      assert.ok(readIn(store, '1.0.0', logical).equals(fs.readFileSync(file)), logical);
      fs.rmSync(copied);
    }
    assert.deepEqual(inspect(root()).problems, []);
    tell(`${sizes.length} sizes from 0 to 8 MiB + 1`);
  });

  it('with holes, and of more than four gigabytes on demand: each comes back as it was', function () {
    this.timeout(3_600_000);
    const size = scaled(40 * MIB, 4 * KIB * MIB + 1);
    // Memory has no room for all of it.
    const place = scaled(folder, disk)();
    const file = path.join(place, 'sparse');
    const descriptor = fs.openSync(file, 'w');
    fs.writeSync(descriptor, 'first', 0);
    fs.writeSync(descriptor, 'middle', Math.floor(size / 2));
    fs.writeSync(descriptor, 'last', size - 4);
    fs.closeSync(descriptor);
    const store = storeIn(path.join(place, 'store'));
    const writing = beginIn(store);
    writing.put([{ path: 'sparse', file }], UNWATCHED);
    writing.commit(UNWATCHED);
    const copied = path.join(place, 'copied');
    store.copy({ ...CHURN, version: '1.0.0' }, 'sparse', copied, UNWATCHED);
    assert.equal(fs.statSync(copied).size, size);
    const digest = digestOf(file);
    assert.equal(digestOf(copied), digest);
    fs.rmSync(copied);
    assert.deepEqual(verifyStore(store, UNWATCHED), { versions: 1, files: 1, bytes: size, findings: [] });
    const archive = path.join(place, 'sparse.tar');
    assert.deepEqual(exportTo(store, archive, [CHURN]), { versions: 1, files: 1, bytes: size });
    fs.rmSync(store.layout.root, { recursive: true });
    const other = storeIn(path.join(place, 'other'));
    importFrom(other, archive);
    fs.rmSync(archive);
    other.copy({ ...CHURN, version: '1.0.0' }, 'sparse', copied, UNWATCHED);
    assert.equal(digestOf(copied), digest);
    tell(`${size} bytes with holes: stored, copied out, verified, exported, imported, copied out again`);
  });

  /** One of each kind of trouble that names make, alone and inside of folders. */
  const odd = ['\u00e9', 'e\u0301', '🦜', '👩‍👩‍👧‍👦', 'x'.repeat(255), '\u00fc'.repeat(127), 'CON.txt', 'con', 'nul', 'COM1.log', 'lpt9', 'a.', 'a ', ' a', 'A', 'a', '%2e%2e', '%2F', '#', '?', ';', '+', '&', '=', '@', '$', '!', '*', '|', '<b>', '"', "'", '`', '~', '^', '(', '[x]', '{}',
    'new\nline', 'tab\there', '\u0000', '\u0007', '\u202etxt.exe', '\u200b', '\ufeff', '..', '.', '...', '.hidden', '-rf', '--help', 'a\\b', 'C:', 'file:', '\ud800', 'ﬁ', 'İ', 'ı', 'ß', 'ẞ', '中文', 'עברית', 'हिन्दी', '__proto__', 'constructor', 'toString', 'NaN', 'null', 'undefined', '0', '-0', '1e5', 'manifest.json', 'version.json', 'pack', 'claims'];
  const NAMES = odd.flatMap((name) => [name, `folder/${name}`, `${name}/inside.txt`]);

  it('in name: each comes back as it was, or is refused by its name before anything is written', async function () {
    this.timeout(60_000);
    const store = storeIn(root());
    const writing = beginIn(store);
    const kept: string[] = [];
    let refused = 0;
    for (const name of NAMES) {
      // A name alone and a folder of that name would be in each other's way.
      const logical = name.endsWith('/inside.txt') ? `below/${name}` : name;
      try {
        putBytes(writing, logical, `content of ${logical}`);
        kept.push(logical);
      } catch (error) {
        refused++;
        assert.ok(isArtifactError(error, 'unsafePath') && pathProblem(logical) !== undefined, `${JSON.stringify(logical)}: ${String(error)}`);
      }
    }
    writing.commit(UNWATCHED);
    for (const logical of kept) {
      assert.equal(readIn(store, '1.0.0', logical).toString(), `content of ${logical}`, JSON.stringify(logical));
    }
    assert.deepEqual([...inspect(root()).sound.get('ada/churn:1.0.0')!.digests.keys()].sort(), [...kept].sort());
    assert.equal((await readWithPython(root())).complaints, '');
    assert.ok(NAMES.length >= 200 && kept.length > 150);
    tell(`${NAMES.length} names of files: ${kept.length} came back, ${refused} were refused`);
  });

  it('in the names of artifacts: each comes back as it was, or is refused before anything is written', async function () {
    this.timeout(60_000);
    const store = storeIn(root());
    const kept: string[] = [];
    for (const artifact of odd) {
      const before = filesBelow(root()).length;
      try {
        commitIn(store, { draft: { artifact, workspace: artifact, aliases: [`${artifact}x`] }, files: { who: artifact } });
        kept.push(artifact);
      } catch (error) {
        assert.ok(isArtifactError(error, 'invalid'), `${JSON.stringify(artifact)}: ${String(error)}`);
        assert.equal(filesBelow(root()).length, before);
      }
    }
    for (const artifact of kept) {
      assert.equal(nameProblem(artifact), undefined);
      const name = { workspace: artifact, artifact };
      assert.equal(readIn(store, `${artifact}x`, 'who', name).toString(), artifact);
      assert.deepEqual(store.catalog.artifactNames(artifact), [artifact]);
    }
    assert.deepEqual(store.catalog.workspaces().map(({ workspace }) => workspace).sort(), [...kept].sort());
    assert.deepEqual(inspect(root()).problems, []);
    const { versions, complaints } = await readWithPython(root());
    assert.deepEqual([versions.length, complaints], [kept.length, '']);
    tell(`${odd.length} names of workspaces, artifacts and aliases: ${kept.length} came back, ${odd.length - kept.length} were refused`);
  });
});

/** In pieces: the file may have more bytes than memory has. */
function digestOf(file: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(4 * MIB);
  const descriptor = fs.openSync(file, 'r');
  for (let count = fs.readSync(descriptor, buffer); count > 0; count = fs.readSync(descriptor, buffer)) {
    hash.update(buffer.subarray(0, count));
  }
  fs.closeSync(descriptor);
  return hash.digest('hex');
}
