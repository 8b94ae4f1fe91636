import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as http from 'node:http';
import type { MlflowServer } from '../support/mlflowServer';
import { mlflowProvider } from '../support/providers';
import { openPython } from '../support/python';
import { median, time } from './stopwatch';

const RUNS = 10_000;
const MODELS = 1000;
const VERSIONS = 10;
const MANY = 5_000;
/** As the tree asks for them: `artifacts.tree.pageSize`. */
const PAGE = 200;
/** Milliseconds that the first rows may take longer than one plain request. */
const ALLOWANCE = 50;
/** No more for any page, so that none is a row's. */
const REQUESTS = 2;

/** How long the first page of a long list takes, against one plain request for as many rows, and how many requests it takes. */
export async function listsTable(server: MlflowServer, name: string, runs: number): Promise<void> {
  const experiment = await fill(server);
  const provider = await mlflowProvider(server);
  try {
    const { defaultWorkspace: workspace } = await provider.whoAmI();
    const place = { connection: provider.connection, workspace };
    console.log(`\n| first ${PAGE} rows of | server | ours | one plain request | ratio | longer by (at most ${ALLOWANCE} ms) | requests (at most ${REQUESTS}) | target |\n|---|---|---|---|---|---|---|---|`);
    const row = async (list: string, rows: () => AsyncIterable<unknown>, plain: () => Promise<unknown>): Promise<void> => {
      const ours: number[] = [];
      const one: number[] = [];
      let requests = 0;
      for (let run = 0; run < runs; run++) {
        one.push(await time(plain));
        requests = await requestsDuring(async () => void ours.push(await time(() => first(rows()))));
      }
      const [took, plainly] = [median(ours), median(one)];
      console.log(`| ${[list, name, `${Math.round(took)} ms`, `${Math.round(plainly)} ms`, `${(plainly / took).toFixed(2)} ×`, `${Math.round(took - plainly)} ms`, requests,
        took - plainly <= ALLOWANCE && requests <= REQUESTS ? 'met' : 'missed'].join(' | ')} |`);
    };
    await row(`${RUNS.toLocaleString('en')} runs`, () => provider.runs!({ ...place, experiment }), () =>
      ask(server, 'POST', 'runs/search', { experiment_ids: [experiment], max_results: PAGE }));
    await row(`${MODELS.toLocaleString('en')} registered models`, () => provider.artifacts(place), () =>
      ask(server, 'GET', `registered-models/search?max_results=${PAGE}`));
    await row(`${VERSIONS} versions of one`, () => provider.versions({ ...place, artifact: 'model-0500' }), () =>
      ask(server, 'GET', `model-versions/search?max_results=${PAGE}&filter=${encodeURIComponent("name = 'model-0500'")}`));
    await row(`${MANY.toLocaleString('en')} versions of one`, () => provider.versions({ ...place, artifact: 'many' }), () =>
      ask(server, 'GET', `model-versions/search?max_results=${PAGE}&filter=${encodeURIComponent("name = 'many'")}`));
  } finally {
    await provider.dispose();
  }
}

async function fill(server: MlflowServer): Promise<string> {
  const { experiment_id: experiment } = await ask(server, 'POST', 'experiments/create', { name: 'long lists' }) as { experiment_id: string };
  const python = openPython(server.python, server.environment);
  try {
    await python.run('fill_lists', { database: server.database, experiment_id: experiment, runs: RUNS, models: MODELS, versions: VERSIONS });
    await python.run('fill_versions', { database: server.database, name: 'many', versions: MANY });
  } finally {
    await python.close();
  }
  return experiment;
}

async function requestsDuring(work: () => Promise<void>): Promise<number> {
  let requests = 0;
  const count = (): void => {
    requests++;
  };
  subscribe('http.client.request.start', count);
  try {
    await work();
  } finally {
    unsubscribe('http.client.request.start', count);
  }
  return requests;
}

async function first(rows: AsyncIterable<unknown>): Promise<void> {
  let seen = 0;
  for await (const _row of rows) {
    if (++seen === PAGE) {
      return;
    }
  }
}

/** On a connection of its own: this server takes 40 ms longer on one that was used before. */
function ask(server: MlflowServer, method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${server.url}/api/2.0/mlflow/${path}`, { method, agent: false, headers: { 'Content-Type': 'application/json' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${path}: ${text}`))));
      answer.once('error', reject);
    });
    request.once('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
