import { randomUUID } from 'node:crypto';
import * as os from 'node:os';
import * as path from 'node:path';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';
import { cometClient } from '../support/comet/client';
import { type StandingComet, standingComet } from '../support/comet/standing';
import { startDelayProxy } from '../support/delayProxy';
import { cometProvider, workerFile } from '../support/providers';
import type { Python } from '../support/python';
import { makeFolder, removeFolder } from '../support/temporaryFolder';
import { makeFiles, median, seconds, time } from './stopwatch';

/*
 * Our transfers against Comet's own Python client, on one double of Comet in one run. Python's imports, and the beginning and end of its
 * experiments, are not counted: an upload counts until the server hears that the version is closed. A ratio above 1 means that we are faster.
 * `node out/test/bench/cometBench.js [runs]`.
 */

const runs = Number(process.argv[2] ?? 3);
const root = makeFolder('bench-');
const JOB = { name: '500 × 4 KiB', files: 500, size: 4096 };
/** Milliseconds from here to the server and back. */
const LATENCY = 20;

interface Bench {
  readonly comet: StandingComet;
  readonly provider: Provider;
  readonly python: Python;
  readonly files: LocalFiles;
}

interface Figures {
  readonly up: number;
  readonly pythonUp: number;
  readonly down: number;
  readonly pythonDown: number;
}

async function main(): Promise<void> {
  console.log(`${os.cpus()[0]?.model ?? 'unknown'} × ${os.cpus().length}, Node ${process.version}, comet_ml 3.58.8, medians of ${runs}`);
  const comet = await standingComet();
  const proxy = await startDelayProxy(Number(new URL(comet.url).port), LATENCY / 2);
  const way = { url: `http://127.0.0.1:${proxy.port}`, apiKey: comet.apiKey };
  const files = createLocalFiles({ workerFile, cacheFolder: path.join(root, 'cache') });
  const [provider, python] = await Promise.all([cometProvider(way), cometClient(way)]);
  try {
    const source = path.join(root, 'source');
    makeFiles(source, JOB.files, JOB.size);
    const figures: Figures[] = [];
    for (let run = 0; run < runs; run++) {
      figures.push(await measure({ comet, provider, python, files }, source));
    }
    console.log('\n| files | latency | upload | comet_ml | ratio | download | comet_ml | ratio |\n|---|---|---|---|---|---|---|---|');
    const of = (key: keyof Figures): number => median(figures.map((each) => each[key]));
    console.log(`| ${[JOB.name, `${LATENCY} ms`,
      seconds(of('up')), seconds(of('pythonUp')), `${(of('pythonUp') / of('up')).toFixed(2)} ×`,
      seconds(of('down')), seconds(of('pythonDown')), `${(of('pythonDown') / of('down')).toFixed(2)} ×`].join(' | ')} |`);
    const faults = await comet.faults();
    if (faults.length > 0) {
      throw new Error(`The double saw what no client should do: ${faults[0] ?? ''}`);
    }
  } finally {
    await Promise.all([provider.dispose(), python.close(), files.dispose(), proxy.stop()]);
    await comet.stop();
  }
}

async function measure({ comet, provider, python, files }: Bench, source: string): Promise<Figures> {
  const [ours, theirs] = [`bench-${randomUUID()}`, `bench-${randomUUID()}`];
  const artifact = { connection: provider.connection, workspace: 'ada', artifact: ours };
  const up = await time(async () => {
    const plan = await planLog({ provider, files }, { artifact, targets: [source], exclude: [] });
    await logArtifact(provider, { ...artifact, type: 'dataset', version: 'major' }, plan);
  });
  const logged = await python.run<{ readonly began: number }>('comet_bench', { name: theirs, folder: source });
  const pythonUp = await comet.lastClosed() - logged.began * 1000;
  const down = await inFolder((folder) => time(() => downloadVersion({ provider, files }, { version: { ...artifact, version: '1.0.0' }, folder, conflicts: 'fail' })));
  const downloaded = await inFolder((folder) => python.run<{ readonly seconds: number }>('comet_bench', { name: theirs, folder, download: true }));
  return { up, pythonUp, down, pythonDown: downloaded.seconds * 1000 };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = path.join(root, 'downloaded');
  try {
    return await work(folder);
  } finally {
    removeFolder(folder);
  }
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => removeFolder(root));
