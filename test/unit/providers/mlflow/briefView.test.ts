import assert from 'node:assert/strict';
import { LATEST } from '../../../../src/model/artifact';
import { notFound } from '../../../../src/model/errors';
import { newestFirst } from '../../../../src/model/version';
import type { Http } from '../../../../src/providers/http';
import { aboveOthers, briefView, lastOfOurs } from '../../../../src/providers/mlflow/briefView';
import { RegistryCalls } from '../../../../src/providers/mlflow/calls/registryCalls';
import { createWire } from '../../../../src/providers/mlflow/calls/wire';
import { pick } from '../../../../src/providers/mlflow/catalog';
import { type ModelView, modelView, ownNumber } from '../../../../src/providers/mlflow/mapping/modelView';
import { MlflowDouble } from '../../../support/mlflowDouble';

const NAME = 'm';
type Tags = Readonly<Record<string, string>>;
type Dice = (sides: number) => number;

/** A registered model in the registry of a double, asked without a network. */
class Registered {
  private readonly double = new MlflowDouble(3);
  readonly registry: RegistryCalls;
  requests = 0;

  constructor() {
    const json: Http['json'] = async (method, path, request) => {
      this.requests += 1;
      const asked = new URLSearchParams(Object.entries(request?.query ?? {}).flatMap(([key, value]) => (typeof value === 'object' || value === undefined ? [] : [[key, String(value)]])));
      const { status, body } = this.double.answer({ method, path: `${path}?${asked.toString()}`, headers: {}, body: Buffer.alloc(0), at: 0 });
      if (status === 404) {
        throw notFound(path);
      }
      assert.equal(status, 200, String(body));
      return JSON.parse(String(body)) as unknown;
    };
    this.registry = new RegistryCalls(createWire({ json } as Http, async () => ({})));
    this.double.models.set(NAME, { name: NAME, tags: new Map(), aliases: new Map(), versions: [], made: 0 });
  }

  private get model() {
    return this.double.models.get(NAME)!;
  }

  add(tags: Tags = {}, source = 'runs:/r/x'): void {
    this.model.made += 1;
    this.model.versions.push({ version: String(this.model.made), source, run: 'r', tags: new Map(Object.entries(tags)) });
  }

  /** As another client does it. */
  drop(index: number): void {
    this.model.versions.splice(index, 1);
  }

  /** As we do it: the number is struck off, and what tells the highest number tells it anew. */
  async remove(index: number): Promise<void> {
    const { versions } = await this.whole();
    const integer = this.model.versions[index]!.version;
    const found = versions.find(({ entry }) => entry.version === integer);
    if (found === undefined) {
      return;
    }
    this.model.tags.set(`mlartifacts.deleted.${found.number}`, integer);
    this.drop(index);
    const left = (await this.whole()).versions;
    const ours = left.filter(({ entry }) => ownNumber(entry) !== undefined).map(({ entry }) => Number(entry.version));
    for (const teller of [this.model.versions.at(-1)?.version, String(Math.max(...ours))]) {
      const highest = left.find(({ entry }) => Number(entry.version) <= Number(teller))?.number;
      this.model.versions.find(({ version }) => version === teller)?.tags.set('mlartifacts.highest', highest ?? '');
    }
  }

  point(alias: string, index: number): void {
    const { version } = this.model.versions[index] ?? {};
    if (version !== undefined) {
      this.model.aliases.set(alias, version);
    }
  }

  get size(): number {
    return this.model.versions.length;
  }

  async whole(): Promise<ModelView> {
    return modelView(await this.registry.model(NAME), await this.registry.versionsOf(NAME));
  }
}

/** How often of 20 something happens to a model. */
interface Kind { readonly ours: number; readonly theirs: number; readonly copied: number; readonly removed: number }
const KINDS: Readonly<Record<string, Kind>> = {
  'by us and others': { ours: 12, theirs: 3, copied: 2, removed: 1 },
  'by others': { ours: 0, theirs: 17, copied: 0, removed: 2 },
  'mostly by others': { ours: 3, theirs: 13, copied: 1, removed: 2 },
  'by copying': { ours: 0, theirs: 4, copied: 13, removed: 2 },
};

/** Versions of ours, of others, copies, some that we and some that others deleted: as `dice` falls. */
async function history({ ours, theirs, copied, removed }: Kind, dice: Dice): Promise<Registered> {
  const registered = new Registered();
  for (let step = 1; step <= 12; step++) {
    const number = `${1 + dice(9)}.${dice(2)}.${dice(2)}`;
    const { versions, deleted } = await registered.whole();
    const [highest] = newestFirst([number, ...versions.map((each) => each.number)]);
    const kind = dice(20);
    if (kind < ours) {
      if (![...versions.map((each) => each.number), ...deleted].includes(number)) {
        registered.add({ 'mlartifacts.version': number, 'mlartifacts.highest': highest ?? number });
      }
    } else if (kind < ours + theirs) {
      registered.add();
    } else if (kind < ours + theirs + copied) {
      registered.add({ 'mlartifacts.version': number, 'mlartifacts.highest': '9.0.0' }, 'models:/other/3');
    } else if (kind < ours + theirs + copied + removed && registered.size > 1) {
      await registered.remove(dice(registered.size));
    } else if (registered.size > 1) {
      registered.drop(dice(registered.size));
    }
  }
  registered.point('prod', dice(registered.size));
  return registered;
}

function diceOf(seed: number): Dice {
  let state = seed * 2_654_435_761 + 1;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % sides;
  };
}

describe('some versions of a registered model', () => {
  const HISTORIES = 400;
  const NAMES = [LATEST, 'prod', 'nobody', '1.0.0', '2.0.1', '3.1.0', '5.0.0', '6.1.1', '7.0.0', '8.0.1', '9.0.0', '11.0.0', '40.0.0'];

  for (const [how, kind] of Object.entries(KINDS)) {
    describe(`that was made ${how}`, function () {
      this.timeout(60_000);
      const models: { readonly registered: Registered; readonly whole: ModelView }[] = [];
      before(async () => {
        for (let seed = 1; seed <= HISTORIES; seed++) {
          const registered = await history(kind, diceOf(seed));
          models.push({ registered, whole: await registered.whole() });
        }
      });

      it('are what they are among all of them, whoever made, copied or deleted others', async () => {
        let brief = 0;
        let most = 0;
        for (const [seed, { registered, whole }] of models.entries()) {
          for (const name of NAMES) {
            registered.requests = 0;
            const view = await briefView(registered.registry, whole.model, { names: [name] });
            if (view !== undefined) {
              brief += 1;
              most = Math.max(most, registered.requests);
              const [found, expected] = [pick(view, name), pick(whole, name)];
              assert.deepEqual([found?.number, found?.own, found?.entry.version, view.versions[0]?.number, view.deleted], [expected?.number, expected?.own, expected?.entry.version, whole.versions[0]?.number, whole.deleted], `seed ${seed}, ${name}`);
            }
          }
          const integers = whole.versions.map(({ entry }) => entry.version);
          const numberOf = (view: ModelView, integer: string): string | undefined => view.versions.find(({ entry }) => entry.version === integer)?.number;
          const view = await briefView(registered.registry, whole.model, { integers });
          assert.ok(view === undefined || integers.every((integer) => numberOf(view, integer) === numberOf(whole, integer)), `seed ${seed}`);
        }
        const share = brief / HISTORIES / NAMES.length;
        assert.ok(share >= (kind.ours === 0 ? 1 : 0.9), `only ${Math.round(100 * share)} of 100 answers without all versions`);
        assert.ok(most <= 10, `${most} requests for one`);
      });

      it('and last are the first rows, in order, as far as none before them is higher', async () => {
        let early = 0;
        for (const [seed, { registered: { registry }, whole }] of models.entries()) {
          const first = await aboveOthers(modelView(whole.model, (await registry.versionsOf(NAME)).slice(0, 5)), () => lastOfOurs(registry, NAME));
          early += first.length;
          const rows = (versions: ModelView['versions']): unknown[] => versions.map(({ number, entry: { version } }) => [number, version]);
          assert.deepEqual(rows(first), rows(whole.versions.slice(0, first.length)), `seed ${seed}`);
        }
        assert.ok(early > HISTORIES / (kind.ours > 10 ? 4 : 1), `only ${early} rows`);
      });
    });
  }
});
