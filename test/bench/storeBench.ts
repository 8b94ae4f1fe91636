import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { randomFillSync } from 'node:crypto';
import { logArtifact, planLog } from '../../src/operations/logArtifact';
import { downloadVersion } from '../../src/operations/downloadVersion';
import { openProvider } from '../../src/providers/registry';
import type { Provider } from '../../src/providers/provider';
import { createLocalFiles, type LocalFiles } from '../../src/store/localFiles';

/*
 * The embedded store against `cp -r` with `sync -f` on the same disk, in the same run. Prints a table of medians; a ratio above 1 means
 * that we are faster. `node out/test/bench/storeBench.js [runs] [folder]`
 */

const runs = Number(process.argv[2] ?? 5);
const root = fs.mkdtempSync(path.join(process.argv[3] ?? os.tmpdir(), 'ml-artifacts-bench-'));
const workerFile = path.resolve(__dirname, '../../src/store/worker.js');

interface Job {
  readonly name: string;
  readonly files: number;
  /** Bytes of each. */
  readonly size: number;
}

const JOBS: readonly Job[] = [
  { name: '1 × 1 GiB', files: 1, size: 2 ** 30 },
  { name: '1,000 × 1 MiB', files: 1000, size: 2 ** 20 },
  { name: '10,000 × 4 KiB', files: 10_000, size: 4096 },
  { name: '100,000 × 100 B', files: 100_000, size: 100 },
];

interface Figures {
  readonly job: string;
  readonly log: number;
  readonly copy: number;
  readonly again: number;
  readonly download: number;
  readonly copyBack: number;
  readonly firstEntries: number;
  readonly firstAssets: number;
}

async function main(): Promise<void> {
  console.log(`${os.cpus()[0]?.model ?? 'unknown'} × ${os.cpus().length}, Node ${process.version}, ${os.platform()} ${os.release()}, medians of ${runs}`);
  console.log('| files | log (durable) | of cp -r; sync -f | log again, unchanged | download (verified) | of cp -r | first rows: tree | first rows: list |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const job of JOBS) {
    const source = path.join(root, 'source');
    makeFiles(source, job);
    const figures: Figures[] = [];
    for (let run = 0; run < runs; run++) {
      figures.push(await measure(job, source));
    }
    const median = (key: Exclude<keyof Figures, 'job'>): number => figures.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
    const ratio = (one: Exclude<keyof Figures, 'job'>, other: Exclude<keyof Figures, 'job'>): string => (median(one) / median(other)).toFixed(2);
    console.log(`| ${[job.name, seconds(median('log')), `${ratio('copy', 'log')} ×`, seconds(median('again')), seconds(median('download')),
      `${ratio('copyBack', 'download')} ×`, `${Math.round(median('firstEntries'))} ms`, `${Math.round(median('firstAssets'))} ms`].join(' | ')} |`);
    fs.rmSync(source, { recursive: true });
  }
}

async function measure(job: Job, source: string): Promise<Figures> {
  const store = path.join(root, 'store');
  const files = createLocalFiles({ workerFile, cacheFolder: path.join(store, 'cache') });
  const provider = await openProvider({ kind: 'local', name: 'local', path: store }, { workerFile, defaultWorkspace: 'bench', log: quiet });
  const copy = path.join(root, 'copy');
  const back = path.join(root, 'back');
  const downloaded = path.join(root, 'downloaded');
  try {
    const copied = await time(() => sh(`cp -r '${source}' '${copy}' && sync -f '${copy}'`));
    const logged = await time(() => log(provider, files, source));
    const again = await time(() => log(provider, files, source));
    const copiedBack = await time(() => sh(`cp -r '${copy}' '${back}'`));
    const version = { connection: 'local', workspace: 'bench', artifact: 'files', version: '1.0.0' };
    const fetched = await time(() => downloadVersion({ provider, files }, { version, folder: downloaded, conflicts: 'fail' }));
    await provider.dispose();
    const cold = await openProvider({ kind: 'local', name: 'local', path: store }, { workerFile, defaultWorkspace: 'bench', log: quiet });
    const firstEntries = await time(() => first(cold.entries({ ...version, path: job.files === 1 ? '' : 'part-00' }), 200));
    await cold.dispose();
    const colder = await openProvider({ kind: 'local', name: 'local', path: store }, { workerFile, defaultWorkspace: 'bench', log: quiet });
    const firstAssets = await time(() => first(colder.assets(version), 500));
    await colder.dispose();
    return { job: job.name, log: logged, copy: copied, again, download: fetched, copyBack: copiedBack, firstEntries, firstAssets };
  } finally {
    await files.dispose();
    for (const folder of [store, copy, back, downloaded]) {
      sh(`chmod -R u+w '${folder}' 2>/dev/null; rm -rf '${folder}'`);
    }
  }
}

async function log(provider: Provider, files: LocalFiles, source: string): Promise<void> {
  const artifact = { connection: 'local', workspace: 'bench', artifact: 'files' };
  const plan = await planLog({ provider, files }, { artifact, targets: [source], exclude: [] });
  await logArtifact(provider, { ...artifact, type: 'data', version: 'major' }, plan);
}

async function first(rows: AsyncIterable<unknown>, count: number): Promise<void> {
  let seen = 0;
  for await (const _row of rows) {
    if (++seen === count) {
      return;
    }
  }
}

/** A hundred folders, so that no folder is larger than what people have; contents that neither compress nor repeat. */
function makeFiles(folder: string, { files, size }: Job): void {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < files; index++) {
    const place = files === 1 ? folder : path.join(folder, `part-${String(index % 100).padStart(2, '0')}`);
    fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(path.join(place, `file-${String(index).padStart(6, '0')}.bin`), randomFillSync(bytes));
  }
  sh(`sync -f '${folder}'`);
}

async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const sh = (command: string): void => void execFileSync('sh', ['-c', command]);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => sh(`chmod -R u+w '${root}'; rm -rf '${root}'`));
