import assert from 'node:assert/strict';
import { LATEST } from '../../../../src/model/artifact';
import { newestFirst } from '../../../../src/model/version';
import { aboveOthers, briefView } from '../../../../src/providers/mlflow/briefView';
import type { ModelVersion, RegisteredModel } from '../../../../src/providers/mlflow/calls/answers';
import type { RegistryCalls } from '../../../../src/providers/mlflow/calls/registryCalls';
import { pick } from '../../../../src/providers/mlflow/catalog';
import { modelView } from '../../../../src/providers/mlflow/modelView';

const entry = (version: number, tags: Readonly<Record<string, string>> = {}, source = 'runs:/r/x'): ModelVersion => ({
  name: 'm', version: String(version), creation_timestamp: 1, description: '', source, run_id: 'r', model_id: '', tags,
});
const numbersOf = (entries: readonly ModelVersion[]): string[] => modelView(modelOf(entries), entries).versions.map(({ number }) => number);
const modelOf = (entries: readonly ModelVersion[], aliased?: ModelVersion): RegisteredModel => ({
  name: 'm', description: '', tags: {}, latest_versions: entries.slice(-1), aliases: aliased === undefined ? [] : [{ alias: 'prod', version: aliased.version }],
});
const registryOf = (entries: readonly ModelVersion[]): RegistryCalls => ({
  numbered: async (_name: string, number: string) => entries.filter(({ tags }) => tags['mlartifacts.version'] === number),
  version: async (_name: string, version: string) => entries.find((each) => each.version === version),
}) as unknown as RegistryCalls;

/** Versions of ours, of others, copies, and some that others deleted: as `dice` falls. */
function history(dice: (sides: number) => number): ModelVersion[] {
  const entries: ModelVersion[] = [];
  for (let version = 1; version <= 12; version++) {
    const number = `${1 + dice(6)}.${dice(2)}.${dice(2)}`;
    const [highest] = newestFirst([number, ...numbersOf(entries)]);
    const isNew = !numbersOf(entries).includes(number);
    const kind = dice(8);
    if (kind < 5 && isNew) {
      entries.push(entry(version, { 'mlartifacts.version': number, 'mlartifacts.highest': highest ?? number }));
    } else if (kind === 5) {
      entries.push(entry(version));
    } else if (kind === 6) {
      entries.push(entry(version, { 'mlartifacts.version': number, 'mlartifacts.highest': '9.0.0' }, 'models:/other/3'));
    } else if (entries.length > 1) {
      entries.splice(dice(entries.length), 1);
    }
  }
  return entries;
}

function diceOf(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % sides;
  };
}

describe('some versions of a registered model', () => {
  it('are what they are among all of them, whoever made, copied or deleted others', async () => {
    let brief = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const dice = diceOf(seed);
      const entries = history(dice);
      const model = modelOf(entries, entries[dice(entries.length)]);
      const whole = modelView(model, entries);
      for (const name of [LATEST, 'prod', 'nobody', '1.0.0', '2.0.1', '3.1.0', '5.0.0', '6.1.1', '7.0.0']) {
        const view = await briefView({ registry: registryOf(entries) }, model, [name]);
        if (view !== undefined) {
          brief += 1;
          const [found, expected] = [pick(view, name), pick(whole, name)];
          assert.deepEqual([found?.number, found?.entry.version, view.versions[0]?.number], [expected?.number, expected?.entry.version, whole.versions[0]?.number], `seed ${seed}, ${name}`);
        }
      }
    }
    assert.ok(brief > 300, `only ${brief} answers without all versions`);
  });

  it('that were made last are the first rows, in order, as far as none before them is higher', () => {
    let early = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const entries = history(diceOf(seed));
      const model = modelOf(entries);
      const first = aboveOthers(modelView(model, entries.slice(-5))).map(({ entry: { version } }) => version);
      early += first.length;
      assert.deepEqual(first, modelView(model, entries).versions.map(({ entry: { version } }) => version).slice(0, first.length), `seed ${seed}`);
    }
    assert.ok(early > 100, `only ${early} rows`);
  });
});
