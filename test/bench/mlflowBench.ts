import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { startMlflow, type MlflowServer } from '../support/mlflowServer';
import { workerFile } from '../support/providers';
import { makeFolder, removeFolder } from '../support/temporaryFolder';
import { bare } from './bareClient';
import { claimMemory, emptyFiles } from './evenGround';
import { largeTable } from './mlflowLarge';
import { listsTable } from './mlflowLists';
import { download, log, type Way, wayTo } from './mlflowWays';
import { lagDuring, makeFiles, median, seconds } from './stopwatch';

/*
 * Our transfers against the `mlflow` Python client, on one server in one run: the default one with its four workers, as users start it.
 * Python's imports are not counted. A ratio above 1 means that we are faster. `node out/test/bench/mlflowBench.js [runs] [parts]`, parts
 * out of small, large, lists.
 */

const runs = Number(process.argv[2] ?? 3);
const parts = process.argv.slice(3);
const wanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
const root = makeFolder('bench-');
/** What every row was measured against. */
const SERVER = '3.17.2, 4 workers';
/** Bytes. */
const CLAIMED_AT_LEAST = 256 * 2 ** 20;
/** Milliseconds. */
const SETTLING = 20_000;

interface Figures {
  readonly up: number;
  readonly pythonUp: number;
  readonly down: number;
  readonly pythonDown: number;
  /** What the server alone takes, whoever asks. */
  readonly bareUp: number;
  readonly bareDown: number;
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
      await largeTable({ server, name: SERVER, files, root, runs });
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
  console.log('\n| files | server | latency | upload | mlflow client | ratio | bare client | download (verified) | mlflow client | ratio | bare client | loop lag p99 |\n|---|---|---|---|---|---|---|---|---|---|---|---|');
  for (const latency of [0, 20]) {
    const way = await wayTo(server, latency);
    try {
      for (const job of SMALL) {
        const source = path.join(root, 'source');
        makeFiles(source, job.files, job.size);
        const figures: Figures[] = [];
        for (let run = 0; run < runs; run++) {
          figures.push(await measure(server, way, files, source, job, run));
        }
        removeFolder(source);
        const of = (key: keyof Figures): number => median(figures.map((each) => each[key]));
        console.log(`| ${[job.name, SERVER, `${latency} ms`,
          seconds(of('up')), seconds(of('pythonUp')), `${(of('pythonUp') / of('up')).toFixed(2)} ×`, seconds(of('bareUp')),
          seconds(of('down')), seconds(of('pythonDown')), `${(of('pythonDown') / of('down')).toFixed(2)} ×`, seconds(of('bareDown')), `${of('lag').toFixed(1)} ms`].join(' | ')} |`);
      }
    } finally {
      await way.close();
    }
  }
}

/** Each in its turn, nobody always first, with memory that is in use already. */
async function measure(server: MlflowServer, { url, provider, python }: Way, files: LocalFiles, source: string, job: (typeof SMALL)[number], run: number): Promise<Figures> {
  const figures: Partial<Figures> = {};
  const claim = (): void => claimMemory(root, CLAIMED_AT_LEAST + 3 * job.files * job.size);
  const turns: readonly (() => Promise<Partial<Figures>>)[] = [
    async () => {
      const late = lagDuring();
      const { artifact, milliseconds: up } = await log(provider, files, source);
      late.rest();
      claim();
      late.resume();
      const down = await download(provider, files, artifact, root);
      return { up, down, lag: late.end() };
    },
    async () => {
      const logged = await python.run<{ run_id: string; seconds: number }>('log_artifacts', { folder: source });
      claim();
      const downloaded = await python.run<{ seconds: number }>('download_artifacts', { uri: `runs:/${logged.run_id}/`, digests: false });
      return { pythonUp: logged.seconds * 1000, pythonDown: downloaded.seconds * 1000 };
    },
    async () => {
      const { up: bareUp, down: bareDown } = await bare(url, job.files, job.size);
      return { bareUp, bareDown };
    },
  ];
  for (const [index] of turns.entries()) {
    claim();
    Object.assign(figures, await turns[(run + index) % turns.length]?.());
    emptyFiles(path.join(path.dirname(server.database), 'art'));
  }
  return figures as Figures;
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => removeFolder(root));
