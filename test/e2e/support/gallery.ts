import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ArtifactVersion, Run } from '../../../src/model/artifact';
import { Layout } from '../../../src/store/layout';
import { seal } from '../../../src/store/sealed';
import { recordIn } from './manyArtifacts';
import { log, openStore, refOf, type Seed } from './seed';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What three weeks of work on the sample project leave in a store, for pictures. */
export async function fillGallery(store: string, project: string): Promise<void> {
  const provider = await openStore(store);
  const layout = new Layout(store);
  const { connection } = provider;
  const at = (...names: string[]): string => path.join(project, ...names);
  const before = (milliseconds: number): number => Date.now() - milliseconds;

  const run = async (name: string, ago: number): Promise<Run> => {
    const started = await provider.startRun!({ connection, workspace: 'ada', name });
    await provider.endRun!(started, 'finished');
    change(layout.run(started.run), { started: before(ago), ended: before(ago - HOUR / 4) });
    return started;
  };
  const version = async (ago: number, seed: Seed): Promise<ArtifactVersion> => {
    const logged = await log(provider, seed);
    change(path.join(layout.artifact(logged).version(logged.version), 'version.json'), { created: before(ago) });
    return logged;
  };
  const git = (commit: string, dirty = false) => ({ git: { commit, branch: 'main', dirty } });

  try {
    const prepare = await run('prepare 0402', 20 * DAY);
    const clean = await run('clean 0411', 3 * DAY);
    const train = await run('train 0412', 26 * HOUR);
    const tune = await run('tune 0413', 7 * HOUR);
    const evaluate = await run('evaluate 0413', 2 * HOUR);

    const data = { artifact: 'churn-data', type: 'dataset' };
    const table = { 'train/customers.csv': at('data', 'customers.csv'), 'README.md': at('README.md') };
    const raw = await version(20 * DAY, { ...data, producer: prepare, files: table, metadata: { rows: 380, ...git('a90c41be7d1f52c6b3e8f4a7d2c19b6e5f803a17') } });
    await provider.consume!(refOf(raw), clean);
    const cleaned = await version(3 * DAY, {
      ...data, producer: clean, version: 'minor', aliases: ['prod'], tags: ['cleaned'],
      files: { ...table, 'schema.json': at('metrics.json') },
      metadata: { rows: 400, ...git('77e0b2d94c8a61f35d2e90b7c4a8f16d3e52c0b9') },
    });
    await provider.consume!(refOf(cleaned), train);
    const latest = await version(2 * HOUR, {
      ...data, producer: clean, version: '2.0.0', aliases: ['staging'], tags: ['cleaned', 'customer:7'],
      files: { ...table, 'test/customers.csv': at('data', 'customers.csv'), 'schema.json': at('metrics.json'), 'plots/loss.png': at('reports', 'loss.png') },
      links: [{ path: 'prices.parquet', link: 's3://bucket/2026/prices.parquet', size: 48_200_000 }],
      metadata: {
        rows: 400, columns: ['age', 'tenure', 'plan', 'left'], split: { train: 0.8, test: 0.2, seed: 7 }, source: 'invented customers',
        balanced: false, note: null, ...git('3f2c1ab9d0e1f2a34b5c6d7e8f90a1b2c3d4e5f6', true),
      },
    });
    await provider.consume!(refOf(latest), tune);
    await provider.consume!(refOf(latest), evaluate);

    const model = { artifact: 'churn-model', type: 'model' };
    const weights = { 'churn.pkl': at('models', 'churn.pkl'), 'config.yaml': at('config.yaml') };
    const first = await version(26 * HOUR, { ...model, producer: train, files: weights, metadata: { auc: 0.81, ...git('77e0b2d94c8a61f35d2e90b7c4a8f16d3e52c0b9') } });
    await provider.consume!(refOf(first), evaluate);
    const second = await version(7 * HOUR, { ...model, producer: tune, aliases: ['champion'], files: weights, metadata: { auc: 0.84 } });
    await provider.consume!(refOf(second), evaluate);
    await version(2 * HOUR, { artifact: 'churn-report', type: 'report', producer: evaluate, files: { 'loss.png': at('reports', 'loss.png'), 'evaluation.md': at('reports', 'evaluation.md') } });
    await version(4 * DAY, { artifact: 'forecast-config', type: 'configuration', files: { 'config.yaml': at('config.yaml') } });
  } finally {
    await provider.dispose();
  }
}

/** More than fits, and names that are hard to show. */
export async function fillLargely(store: string, project: string): Promise<void> {
  const provider = await openStore(store);
  const file = path.join(project, 'metrics.json');
  const hard = ['Überraschung 🎉', '<b>bold & $(flame) [link](x)', 'مجموعة البيانات', 'cat\u202egnp.exe', `very-long-${'name-'.repeat(17)}end`];
  try {
    for (const artifact of hard) {
      await log(provider, { workspace: 'team', artifact, type: 'dataset', aliases: ['<i>alias'], tags: ['`tag`'], metadata: { '<u>key</u>': '$(trash) [x](command:y)', 'gnp.\u202eexe': 'three\u202elines\nand more' }, files: { '<img src=x>.json': file } });
    }
    for (let number = 0; number < 25; number++) {
      await log(provider, {
        workspace: 'team', artifact: 'nightly', type: 'checkpoint', version: 'minor',
        files: Object.fromEntries(Array.from({ length: 40 + number }, (_, index) => [`epoch-${String(index).padStart(3, '0')}/metrics.json`, file])),
      });
    }
  } finally {
    await provider.dispose();
  }
}

function change(file: string, facts: object): void {
  const record = recordIn(file);
  fs.rmSync(file);
  fs.writeFileSync(file, seal({ ...record, ...facts }));
}
