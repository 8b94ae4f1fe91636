import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { removeFolder } from '../support/temporaryFolder';
import { type Contender, copy, dvc, gitLfs, ours, restic, VERSION } from './contenders';
import { bytesOf, claimMemory, emptyFiles, filesOf } from './evenGround';
import { makeFiles, median, peakMemory, seconds, time } from './stopwatch';

/*
 * The embedded store against what people use else, on one disk, in turns, in one run. Prints tables of medians; a ratio above 1 means that
 * we are faster. `node out/test/bench/storeBench.js [folder]`; RUNS, PEERS (names, with commas), TABLES (copies, again, growth) and
 * SCALE (a factor for the bytes of the large file and the counts of the others) choose less than all.
 */

const runs = Number(process.env['RUNS'] ?? 5);
const scale = Number(process.env['SCALE'] ?? 1);
const tables = process.env['TABLES']?.split(',') ?? ['copies', 'again', 'growth'];
const root = fs.mkdtempSync(path.join(process.argv[2] ?? os.tmpdir(), 'ml-artifacts-bench-'));
const GIB = 2 ** 30;

const count = (files: number): number => Math.max(1, Math.round(files * scale));

interface Job {
  readonly name: string;
  readonly files: number;
  /** Bytes of each. */
  readonly size: number;
}

const JOBS: readonly Job[] = [
  { name: '1 × 2 GiB', files: 1, size: Math.round(2 * GIB * scale) },
  { name: '1,000 × 1 MiB', files: count(1000), size: 2 ** 20 },
  { name: '10,000 × 4 KiB', files: count(10_000), size: 4096 },
];

const GROWTH: readonly Job[] = [1000, 10_000, 100_000].map((files) => ({ name: `${files.toLocaleString('en')} × 4 KiB`, files: count(files), size: 4096 }));

/** The files of a job, made once. */
function sourceOf({ files, size }: Pick<Job, 'files' | 'size'>): string {
  const source = path.join(root, `source-${files}-${size}`);
  if (!fs.existsSync(source)) {
    makeFiles(source, files, size);
    execFileSync('sync', ['-f', root]);
  }
  return source;
}

async function main(): Promise<void> {
  console.log(`${os.cpus()[0]?.model ?? 'unknown'} × ${os.cpus().length}, ${Math.round(os.totalmem() / GIB)} GiB, Node ${process.version}, ${os.platform()} ${os.release()}, ${fileSystem()}, medians of ${runs}${scale === 1 ? '' : `, sizes × ${scale}`}`);
  const all = [ours(), copy(), restic(), gitLfs(), dvc()];
  const names = process.env['PEERS']?.split(',');
  const contenders = all.filter(({ name, missing }) => missing === undefined && (name === 'ours' || names === undefined || names.includes(name.split(' ')[0] ?? '')));
  all.flatMap(({ missing }) => missing ?? []).forEach((what) => console.log(`\n${what}`));
  await warmUp();
  if (tables.includes('copies')) {
    await copiesTable(contenders);
  }
  if (tables.includes('again')) {
    await againTable(contenders.filter(({ again }) => again !== undefined));
  }
  if (tables.includes('growth')) {
    await growthTable();
  }
}

async function copiesTable(contenders: readonly Contender[]): Promise<void> {
  const others = contenders.slice(1);
  heading(['files', 'log, durable', ...others.map(({ name }) => `of ${name}`), 'download, verified', ...others.filter(({ restore }) => restore !== undefined).map(({ name }) => `of ${name.split(';')[0] ?? name}`), 'memory above idle']);
  for (const job of JOBS) {
    const measured = await measure(contenders, sourceOf(job), logAndRestore);
    const [us, ...rest] = contenders.map(({ name }) => measured.get(name) ?? []);
    const of = (key: 'log' | 'restore', times: readonly Copied[] = []): number => median(times.map((each) => each[key]));
    row([job.name, seconds(of('log', us)), ...rest.map((times) => ratio(of('log', times), of('log', us))),
      seconds(of('restore', us)), ...rest.filter((_times, index) => others[index]?.restore !== undefined).map((times) => ratio(of('restore', times), of('restore', us))),
      mebibytes(Math.max(...us?.map(({ memory }) => memory) ?? []))]);
  }
}

async function againTable(contenders: readonly Contender[]): Promise<void> {
  const files = count(100_000);
  heading([`${files.toLocaleString('en')} × 100 B, logged again`, ...contenders.map(({ name }) => name), 'ratio']);
  const source = sourceOf({ files, size: 100 });
  // A file that changed within the last seconds is not believed to be what it was.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const measured = await measure(contenders, source, logAgain);
  const of = (key: 'again' | 'changed', { name }: Contender): number => median(measured.get(name)?.map((each) => each[key]) ?? []);
  for (const [name, key] of [['nothing changed', 'again'], ['one file changed', 'changed']] as const) {
    const [us = Number.NaN, them = Number.NaN] = contenders.map((each) => of(key, each));
    row([name, ...contenders.map((each) => seconds(of(key, each))), ratio(them, us)]);
  }
}

/** Cost for each file has to stay what it is, however many there are. */
async function growthTable(): Promise<void> {
  heading(['files', 'log', 'each', 'log again', 'each', 'download', 'each', 'first 200 rows', 'heap', 'loop lag p99', 'memory above idle']);
  for (const job of GROWTH) {
    const source = sourceOf(job);
    const us = ours();
    const rows: number[] = [];
    const heaps: number[] = [];
    const lag = monitorEventLoopDelay({ resolution: 5 });
    const times: (Copied & { readonly again: number })[] = [];
    for (let run = 0; run < runs; run++) {
      times.push(await inFolder(us, source, async (folder) => {
        let log = 0;
        const watch = setInterval(() => heaps.push(process.memoryUsage().heapUsed), 100);
        lag.enable();
        const memory = await peakMemory(async () => {
          log = await time(() => us.log(source));
        });
        lag.disable();
        clearInterval(watch);
        const again = await time(() => us.again?.(source));
        const restore = await time(() => us.restore?.(path.join(folder, 'back')));
        const cold = await us.opened();
        rows.push(await time(() => first(cold.entries({ ...VERSION, path: 'part-00' }), 200)));
        await cold.dispose();
        return { log, again, restore, memory };
      }));
    }
    const of = (key: 'log' | 'again' | 'restore'): number => median(times.map((each) => each[key]));
    const pair = (value: number): string[] => [seconds(value), `${Math.round((value / job.files) * 1000)} µs`];
    row([job.name, ...pair(of('log')), ...pair(of('again')), ...pair(of('restore')), `${Math.round(median(rows))} ms`,
      mebibytes(Math.max(0, ...heaps)), `${(lag.percentile(99) / 1e6).toFixed(1)} ms`, mebibytes(Math.max(...times.map(({ memory }) => memory)))]);
  }
}

/** Everyone once a run, each time in another order, so that what the disk is busy with hits all alike. */
async function measure<T>(contenders: readonly Contender[], source: string, work: (contender: Contender, folder: string, source: string) => Promise<T>): Promise<ReadonlyMap<string, readonly T[]>> {
  const measured = new Map<string, T[]>(contenders.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(run + turn) % contenders.length];
      if (contender !== undefined) {
        measured.get(contender.name)?.push(await inFolder(contender, source, (folder) => work(contender, folder, source)));
      }
    }
  }
  return measured;
}

/** Milliseconds. */
interface Copied {
  readonly log: number;
  readonly restore: number;
  /** Bytes. */
  readonly memory: number;
}

async function logAndRestore(contender: Contender, folder: string, source: string): Promise<Copied> {
  let log = 0;
  const memory = await peakMemory(async () => {
    log = await time(() => contender.log(source));
  });
  return { log, restore: await time(() => contender.restore?.(path.join(folder, 'back'))), memory };
}

/** Milliseconds. */
interface Again {
  readonly again: number;
  readonly changed: number;
}

async function logAgain(contender: Contender, _folder: string, source: string): Promise<Again> {
  await contender.log(source);
  const again = await time(() => contender.again?.(source));
  touchOne(source);
  return { again, changed: await time(() => contender.again?.(source)) };
}

async function inFolder<T>(contender: Contender, source: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(root, 'turn-'));
  try {
    await contender.begin(folder, source);
    // What is logged stays in memory beside its copy.
    claimMemory(root, 2.5 * bytesOf(source));
    return await work(folder);
  } finally {
    await contender.end?.();
    emptyFiles(folder);
    execFileSync('sync', ['-f', root]);
  }
}

function touchOne(source: string): void {
  const [first] = filesOf(source);
  if (first !== undefined) {
    fs.appendFileSync(first.file, '.');
  }
}

/** What is loaded and compiled at first use is no part of the figures. */
async function warmUp(): Promise<void> {
  const us = ours();
  const source = sourceOf({ files: 200, size: 2 ** 17 });
  await inFolder(us, source, (folder) => logAndRestore(us, folder, source));
}

async function first(rows: AsyncIterable<unknown>, most: number): Promise<void> {
  let seen = 0;
  for await (const _row of rows) {
    if (++seen === most) {
      return;
    }
  }
}

function fileSystem(): string {
  const kind = execFileSync('stat', ['-f', '-c', '%T', root], { encoding: 'utf8' }).trim();
  const probe = path.join(root, 'probe');
  fs.writeFileSync(probe, 'probe');
  try {
    fs.copyFileSync(probe, `${probe}-clone`, fs.constants.COPYFILE_FICLONE_FORCE);
    return `${kind} (clones files)`;
  } catch {
    return `${kind} (cannot clone files)`;
  }
}

const row = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`);
const heading = (cells: readonly string[]): void => {
  console.log('');
  row(cells);
  console.log(`|${'---|'.repeat(cells.length)}`);
};
const ratio = (theirs: number, us: number): string => `${(theirs / us).toFixed(2)} ×`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => {
    execFileSync('chmod', ['-R', 'u+w', root]);
    removeFolder(root);
  });
