import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isArtifactError } from '../../../../src/model/errors';
import type { JsonObject } from '../../../../src/model/json';
import { runRow } from '../../../../src/providers/matih/calls/answers';
import { aliasCounts, metadataOf, metadataTags, oneTag, TAG } from '../../../../src/providers/matih/tags';
import { aliasesFor, artifactsOf, type VersionRun, versionRun } from '../../../../src/providers/matih/versions';

const run = (id: string, tags: Readonly<Record<string, string>>): VersionRun =>
  versionRun({ id, name: id, status: 'finished', started: 0, parameters: {}, metrics: {}, tags: { [TAG.artifact]: 'churn', [TAG.upload]: 'done', ...tags } });

describe('aliases on MATIH', () => {
  it('are moved by one write, as a model of them says, whatever the order', () => {
    const step = fc.record({ version: fc.integer({ min: 1, max: 3 }), aliases: fc.uniqueArray(fc.constantFrom('prod', 'best', 'x'), { maxLength: 3 }) });
    fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let runs = [1, 2, 3].map((number) => run(`r-${number}`, { [TAG.version]: `${number}.0.0` }));
      const model = new Map<string, number>();
      for (const { version, aliases } of steps) {
        const counts = aliasesFor(runs, `r-${version}`, aliases);
        runs = runs.map((each) => (each.id === `r-${version}` ? run(each.id, { ...each.tags, [TAG.aliases]: JSON.stringify(counts) }) : each));
        [...model].filter(([, holder]) => holder === version).forEach(([alias]) => model.delete(alias));
        aliases.forEach((alias) => model.set(alias, version));
      }
      const shown = artifactsOf(runs)[0]!.versions.flatMap(({ number, aliases }) => aliases.map((alias) => [alias, Number(number[0])]));
      assert.deepEqual(shown.sort(), [...model].sort());
    }), { numRuns: 200 });
  });

  it('are none where their tag is nonsense', () => {
    for (const text of ['', '[]', '{"a":"b"}', '{"a":1.5}', 'null']) {
      assert.deepEqual(aliasCounts({ [TAG.aliases]: text }), {});
    }
  });
});

describe('metadata on MATIH', () => {
  const kept = (metadata: JsonObject): JsonObject => {
    const { parts, head } = metadataTags(metadata);
    Object.values({ ...parts, head }).forEach((text) => assert.ok(text.length <= 5_000));
    return metadataOf({ ...parts, [TAG.metadata]: head });
  };

  it('comes back from one tag or from many', () => {
    for (const metadata of [{}, { a: { b: [1, null, 'ü'] } }, { text: 'y'.repeat(20_000) }, { text: '🦜'.repeat(9_000), 'ü': 1 }]) {
      assert.deepEqual(kept(metadata), metadata);
    }
  });

  it('is refused where it is too long to be kept whole', () => {
    assert.throws(() => metadataTags({ text: 'y'.repeat(300_000) }), (error: unknown) => isArtifactError(error, 'invalid'));
    assert.throws(() => oneTag(Array.from({ length: 900 }, (_, index) => `tag ${index}`), 'tags'), (error: unknown) => isArtifactError(error, 'invalid'));
  });
});

describe('versions on MATIH', () => {
  it('that bear one number are the same one for everybody', () => {
    const runs = ['r-2', 'r-1', 'r-3'].map((id) => run(id, { [TAG.version]: '1.0.0' }));
    assert.deepEqual(artifactsOf(runs)[0]!.versions.map(({ id }) => id), ['r-1']);
  });
});

describe('a run in an answer', () => {
  const row = { run_id: 'r-1', name: 'train', status: 'FINISHED', start_time: '2026-02-12T10:30:00', tags: [{ key: 'a', value: 'x' }, { key: 7 }], params: { lr: 0.1, on: true, deep: {} } };

  it('is read whatever its fields are called', () => {
    const { id, status, started, tags, parameters } = runRow(row, 'run');
    assert.deepEqual([id, status, started, tags, parameters], ['r-1', 'finished', Date.UTC(2026, 1, 12, 10, 30), { a: 'x' }, { lr: '0.1', on: 'true' }]);
    assert.equal(runRow({ id: 7, status: 'killed', started_at: 1_770_000_000_000 }, 'run').started, 1_770_000_000_000);
    assert.equal(runRow({ id: 7, status: 'killed' }, 'run').status, 'failed');
  });

  it('has an id that leads nowhere else', () => {
    for (const id of ['..', '.', 'a/b', 'a\\b', '', 'a?b', '%2e%2e', 'x'.repeat(300), null, {}]) {
      assert.throws(() => runRow({ ...row, run_id: id }, 'run'), (error: unknown) => isArtifactError(error, 'serverFault'), JSON.stringify(id));
    }
  });
});
