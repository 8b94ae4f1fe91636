import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { startDelayProxy } from '../support/delayProxy';
import { startMlflow, type MlflowServer } from '../support/mlflowServer';
import { mlflowProvider, workerFile } from '../support/providers';
import { openPython, type Python } from '../support/python';
import { makeFolder, removeFolder } from '../support/temporaryFolder';
import { listsTable } from './mlflowLists';
import { lagDuring, makeFiles, median, peakMemory, seconds, time } from './stopwatch';

/*
 * Our transfers against the `mlflow` Python client, on one server in one run: the default one with its four workers, as users start it.
 * Python's imports are not counted. A ratio above 1 means that we are faster. `node out/test/bench/mlflowBench.js [runs] [parts]`, parts
 * out of small, large, lists.
 */

const runs = Number(process.argv[2] ?? 3);
const parts = process.argv.slice(3);
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
const root = makeFolder('bench-');
const GIB = 2 ** 30;
/** What every row was measured against. */
const SERVER = '3.17.2, 4 workers';
/** Milliseconds. */
const SETTLING = 20_000;

/** One way to the server, with a client of each kind. */
interface Way {
  readonly provider: Provider;
  readonly python: Python;
  close(): Promise<void>;
}

interface Figures {
  readonly up: number;
  readonly pythonUp: number;
  readonly down: number;
  readonly pythonDown: number;
  /** Milliseconds that the event loop was late while we transferred; 99 of 100 were shorter. */
  readonly lag: number;
}

const SMALL = [
  { name: '1,000 × 4 KiB', files: 1000, size: 4096 },
  { name: '200 × 1 MiB', files: 200, size: 2 ** 20 },
];

async function main(): Promise<void> {
  console.log(`${os.cpus()[0]?.model ?? 'unknown'} × ${os.cpus().length}, Node ${process.version}, medians of ${runs}`);
  const server = await startMlflow({ workers: 'default' });
  // It answers long before its job processes have started.
  await sleep(SETTLING);
  const files = createLocalFiles({ workerFile, cacheFolder: path.join(root, 'cache') });
  try {
    if (wanted('large')) {
      await largeTable(server, files);
    }
    if (wanted('small')) {
      await smallTable(server, files);
    }
    if (wanted('lists')) {
      await listsTable(server, SERVER, runs);
    }
  } finally {
    await files.dispose();
    await server.stop();
  }
}

async function smallTable(server: MlflowServer, files: LocalFiles): Promise<void> {
  console.log('\n| files | server | latency | upload | mlflow client | ratio | download (verified) | mlflow client | ratio | loop lag p99 |\n|---|---|---|---|---|---|---|---|---|---|');
  for (const latency of [0, 20]) {
    const way = await wayTo(server, latency);
    try {
      for (const job of SMALL) {
        const source = path.join(root, 'source');
        makeFiles(source, job.files, job.size);
        const figures: Figures[] = [];
        for (let run = 0; run < runs; run++) {
          figures.push(await measure(way, files, source));
        }
        removeFolder(source);
        const of = (key: keyof Figures): number => median(figures.map((each) => each[key]));
        console.log(`| ${[job.name, SERVER, `${latency} ms`,
          seconds(of('up')), seconds(of('pythonUp')), `${(of('pythonUp') / of('up')).toFixed(2)} ×`,
          seconds(of('down')), seconds(of('pythonDown')), `${(of('pythonDown') / of('down')).toFixed(2)} ×`, `${of('lag').toFixed(1)} ms`].join(' | ')} |`);
      }
    } finally {
      await way.close();
    }
  }
}

async function measure({ provider, python }: Way, files: LocalFiles, source: string): Promise<Figures> {
  const late = lagDuring();
  const up = await log(provider, files, source);
  late.rest();
  const logged = await python.run<{ run_id: string; seconds: number }>('log_artifacts', { folder: source });
  late.resume();
  const down = await download(provider, files, up.artifact);
  const lag = late.end();
  const downloaded = await python.run<{ seconds: number }>('download_artifacts', { uri: `runs:/${logged.run_id}/`, digests: false });
  return { lag, up: up.milliseconds, pythonUp: logged.seconds * 1000, down, pythonDown: downloaded.seconds * 1000 };
}

async function log(provider: Provider, files: LocalFiles, source: string): Promise<{ readonly artifact: string; readonly milliseconds: number }> {
  const { defaultWorkspace: workspace } = await provider.whoAmI();
  const artifact = { connection: provider.connection, workspace, artifact: `bench-${randomUUID()}` };
  const milliseconds = await time(async () => {
    const plan = await planLog({ provider, files }, { artifact, targets: [source], exclude: [] });
    await logArtifact(provider, { ...artifact, type: 'dataset', version: 'major' }, plan);
  });
  return { artifact: artifact.artifact, milliseconds };
}

async function download(provider: Provider, files: LocalFiles, artifact: string): Promise<number> {
  const { defaultWorkspace: workspace } = await provider.whoAmI();
  const folder = path.join(root, 'downloaded');
  try {
    return await time(() => downloadVersion({ provider, files }, { version: { connection: provider.connection, workspace, artifact, version: '1.0.0' }, folder, conflicts: 'fail' }));
  } finally {
    removeFolder(folder);
  }
}

async function largeTable(server: MlflowServer, files: LocalFiles): Promise<void> {
  console.log('\n| 1 × 2 GiB | server | ours | compared | ratio | memory above idle | loop lag p99 |\n|---|---|---|---|---|---|---|');
  const source = path.join(root, 'large');
  makeFiles(source, 1, 2 * GIB);
  const way = await wayTo(server, 0);
  const figures: (Figures & { readonly raw: number; readonly upMemory: number; readonly downMemory: number })[] = [];
  try {
    await warmUp(way, files);
    for (let run = 0; run < runs; run++) {
      const raw = await time(() => pipe(server, path.join(source, 'file-000000.bin')));
      const late = lagDuring();
      let up = { artifact: '', milliseconds: 0 };
      const upMemory = await peakMemory(async () => { up = await log(way.provider, files, source); });
      let down = 0;
      const downMemory = await peakMemory(async () => { down = await download(way.provider, files, up.artifact); });
      const lag = late.end();
      const logged = await way.python.run<{ run_id: string; seconds: number }>('log_artifacts', { folder: source });
      const downloaded = await way.python.run<{ seconds: number }>('download_artifacts', { uri: `runs:/${logged.run_id}/`, digests: false });
      figures.push({ lag, raw, up: up.milliseconds, pythonUp: logged.seconds * 1000, down, pythonDown: downloaded.seconds * 1000, upMemory, downMemory });
    }
  } finally {
    await way.close();
    removeFolder(source);
  }
  const of = (key: keyof (typeof figures)[number]): number => median(figures.map((each) => each[key]));
  const worst = (key: 'upMemory' | 'downMemory'): string => `${Math.round(Math.max(...figures.map((each) => each[key])) / 2 ** 20)} MiB`;
  const row = (name: string, ours: 'up' | 'down', other: 'raw' | 'pythonUp' | 'pythonDown', memory: 'upMemory' | 'downMemory'): void =>
    console.log(`| ${[name, SERVER, seconds(of(ours)), seconds(of(other)), `${(of(other) / of(ours)).toFixed(2)} ×`, worst(memory), `${of('lag').toFixed(1)} ms`].join(' | ')} |`);
  row('upload against a raw node:http pipe', 'up', 'raw', 'upMemory');
  row('upload against the mlflow client', 'up', 'pythonUp', 'upMemory');
  row('download (verified) against the mlflow client', 'down', 'pythonDown', 'downMemory');
}

/** What is loaded at first use is no part of the memory that a large file takes. */
async function warmUp({ provider }: Way, files: LocalFiles): Promise<void> {
  const source = path.join(root, 'warm');
  makeFiles(source, 10, 2 ** 20);
  await download(provider, files, (await log(provider, files, source)).artifact);
  removeFolder(source);
}

/** What Node can do at best: a file into a request, with nothing done to its bytes. */
async function pipe(server: MlflowServer, file: string): Promise<void> {
  const request = http.request(`${server.url}/api/2.0/mlflow-artifacts/artifacts/bench/raw.bin`, { method: 'PUT', headers: { 'Content-Length': fs.statSync(file).size } });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => request.once('response', resolve).once('error', reject));
  await pipeline(fs.createReadStream(file, { highWaterMark: 2 ** 20 }), request);
  const answer = await answered;
  answer.resume();
  if (answer.statusCode !== 200) {
    throw new Error(`The raw upload was answered with ${answer.statusCode ?? 'nothing'}.`);
  }
}

async function wayTo(server: MlflowServer, latency: number): Promise<Way> {
  const proxy = latency === 0 ? undefined : await startDelayProxy(Number(new URL(server.url).port), latency / 2);
  const url = proxy === undefined ? server.url : `http://127.0.0.1:${proxy.port}`;
  const environment = { ...server.environment, MLFLOW_TRACKING_URI: url };
  const provider = await mlflowProvider({ url, environment });
  const python = openPython(server.python, environment);
  return {
    provider,
    python,
    close: async () => {
      await provider.dispose();
      await python.close();
      await proxy?.stop();
    },
  };
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => removeFolder(root));
