import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LocalFiles } from '../../src/store/localFiles';
import type { MlflowServer } from '../support/mlflowServer';
import { removeFolder } from '../support/temporaryFolder';
import { claimMemory, emptyFiles } from './evenGround';
import { download, log, type Way, wayTo } from './mlflowWays';
import { lagDuring, makeFiles, median, peakMemory, seconds, time } from './stopwatch';

const GIB = 2 ** 30;

interface Figures {
  readonly raw: number;
  readonly up: number;
  readonly pythonUp: number;
  readonly down: number;
  readonly pythonDown: number;
  readonly upMemory: number;
  readonly downMemory: number;
  readonly lag: number;
}

/** Where it is done, and against what. */
export interface Stand {
  readonly server: MlflowServer;
  readonly name: string;
  readonly files: LocalFiles;
  /** A folder for files. */
  readonly root: string;
  readonly runs: number;
}

/** One large file, which nobody's turn finds a busier disk or newer memory for than another's. */
export async function largeTable(stand: Stand): Promise<void> {
  const { server, name: serverName, root, runs } = stand;
  console.log('\n| 1 × 2 GiB | server | ours | compared | ratio | memory above idle | loop lag p99 |\n|---|---|---|---|---|---|---|');
  const source = path.join(root, 'large');
  makeFiles(source, 1, 2 * GIB);
  const way = await wayTo(server, 0);
  const figures: Figures[] = [];
  try {
    await warmUp(way, stand);
    for (let run = 0; run < runs; run++) {
      const figure = { lag: 0, raw: 0, up: 0, pythonUp: 0, down: 0, pythonDown: 0, upMemory: 0, downMemory: 0 };
      const turns = [
        async () => { figure.raw = await time(() => pipe(server, path.join(source, 'file-000000.bin'))); },
        async () => { Object.assign(figure, await ours(way, stand, source)); },
        async () => { Object.assign(figure, await theirs(way, source)); },
      ];
      for (const [index] of turns.entries()) {
        claimMemory(root, 5 * GIB);
        await turns[(run + index) % turns.length]?.();
        emptyFiles(path.join(path.dirname(server.database), 'art'));
      }
      figures.push(figure);
    }
  } finally {
    await way.close();
    removeFolder(source);
  }
  const of = (key: keyof Figures): number => median(figures.map((each) => each[key]));
  const worst = (key: 'upMemory' | 'downMemory'): string => `${Math.round(Math.max(...figures.map((each) => each[key])) / 2 ** 20)} MiB`;
  const row = (name: string, ours: 'up' | 'down', other: 'raw' | 'pythonUp' | 'pythonDown', memory: 'upMemory' | 'downMemory'): void =>
    console.log(`| ${[name, serverName, seconds(of(ours)), seconds(of(other)), `${(of(other) / of(ours)).toFixed(2)} ×`, worst(memory), `${of('lag').toFixed(1)} ms`].join(' | ')} |`);
  row('upload against a raw node:http pipe', 'up', 'raw', 'upMemory');
  row('upload against the mlflow client', 'up', 'pythonUp', 'upMemory');
  row('download (verified) against the mlflow client', 'down', 'pythonDown', 'downMemory');
}

async function ours({ provider }: Way, { files, root }: Stand, source: string): Promise<Partial<Figures>> {
  const late = lagDuring();
  let up = { artifact: '', milliseconds: 0 };
  const upMemory = await peakMemory(async () => { up = await log(provider, files, source); });
  let down = 0;
  const downMemory = await peakMemory(async () => { down = await download(provider, files, up.artifact, root); });
  return { up: up.milliseconds, down, upMemory, downMemory, lag: late.end() };
}

async function theirs({ python }: Way, source: string): Promise<Partial<Figures>> {
  const logged = await python.run<{ run_id: string; seconds: number }>('log_artifacts', { folder: source });
  const downloaded = await python.run<{ seconds: number }>('download_artifacts', { uri: `runs:/${logged.run_id}/`, digests: false });
  return { pythonUp: logged.seconds * 1000, pythonDown: downloaded.seconds * 1000 };
}

/** What is loaded at first use is no part of the memory that a large file takes. */
async function warmUp({ provider }: Way, { files, root }: Stand): Promise<void> {
  const source = path.join(root, 'warm');
  makeFiles(source, 10, 2 ** 20);
  await download(provider, files, (await log(provider, files, source)).artifact, root);
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
