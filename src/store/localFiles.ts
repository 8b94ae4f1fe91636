import { randomUUID } from 'node:crypto';
import type { Call } from '../model/call';
import type { JsonObject } from '../model/json';
import { type ChosenFile, openChosen } from './chosenFiles';
import { chunked } from './chunked';
import { CHUNK } from './objects';
import type { BaseAsset, ScannedFile, ScanOptions, Skipped } from './scan';
import { WorkerThread } from './workerThread';

export type { BaseAsset, FileChange, ScannedFile, Skipped } from './scan';

/**
 * What to look for. One folder gives its content, a file its base name; of several targets each folder stays a folder.
 * `exclude` holds globs for names and for paths relative to the chosen folder; `ignoreFile` names files in the syntax of .gitignore,
 * honoured in the folder in which they stand and below.
 */
export interface ScanRequest extends ScanOptions {
  /** The version to compare with; files are looked for while it is on its way. */
  readonly base?: Base | Promise<Base>;
}

type Base = readonly BaseAsset[] | undefined;

export interface ScanResult {
  readonly files: readonly ScannedFile[];
  readonly bytes: number;
  /** Bytes of the files that are not the same as in the base. */
  readonly newBytes: number;
  /** Paths of the base that are not among the files. */
  readonly removed: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** Files of this machine, looked through and read off the main thread. */
export interface LocalFiles {
  scan(request: ScanRequest, call?: Call): Promise<ScanResult>;
  /** SHA-256 of a file, in hexadecimal digits. */
  digest(file: string, call?: Call): Promise<string>;
  dispose(): Promise<void>;
}

export interface LocalFilesEnvironment {
  /** The bundle of worker.ts. */
  readonly workerFile: string;
  /** Where digests of unchanged files are remembered: `cacheFolder` of a store. Without it such files are read each time. */
  readonly cacheFolder?: string | undefined;
}

const IDLE_MS = 10_000;
const ROWS = 2_000;

export function createLocalFiles({ workerFile, cacheFolder }: LocalFilesEnvironment): LocalFiles {
  const scans = new WorkerThread(workerFile, IDLE_MS);
  // Its own: who logs does not wait until a download has compared what is there.
  const digests = new WorkerThread(workerFile, IDLE_MS);
  return {
    scan: (request, call) => scan(scans, cacheFolder, request, call),
    digest: (file, call) => digests.call('digest', { file }, call),
    dispose: async () => {
      await Promise.all([scans.dispose(), digests.dispose()]);
    },
  };
}

async function scan(thread: WorkerThread, cache: string | undefined, { base: coming, ...options }: ScanRequest, call: Call = {}): Promise<ScanResult> {
  const release = thread.hold();
  const key = randomUUID();
  try {
    const [base] = await Promise.all([coming, thread.call('walk', { key, options }, call)]);
    if (base !== undefined) {
      for (const assets of chunked(base, ROWS)) {
        // Plain copies: what comes from a provider carries more.
        await thread.call('addBase', { key, assets: assets.map(({ path, size, sha256 }) => ({ path, size, sha256 })) }, { signal: call.signal });
      }
      await thread.call('addBase', { key, assets: [] }, { signal: call.signal });
    }
    const files: ScannedFile[] = [];
    const removed: string[] = [];
    const skipped: Skipped[] = [];
    for await (const chunk of thread.stream('scan', { key, cache }, call)) {
      files.push(...(chunk.files ?? []));
      removed.push(...(chunk.removed ?? []));
      skipped.push(...(chunk.skipped ?? []));
    }
    const bytes = sizeOf(files);
    return { files, removed, skipped, bytes, newBytes: bytes - sizeOf(files.filter((file) => file.state === 'same')) };
  } finally {
    thread.call('dropBase', { key }).catch(() => {
      // The worker that held it has ended.
    });
    release();
  }
}

const sizeOf = (files: readonly ScannedFile[]): number => files.reduce((sum, file) => sum + file.size, 0);

/** A file as a provider takes it. */
export interface FileSource extends ChosenFile {
  readonly path: string;
  readonly size: number;
  readonly metadata?: JsonObject | undefined;
  open(start?: number): AsyncIterable<Uint8Array>;
}

export function fileSource({ path, file, within, size }: Pick<ScannedFile, 'path' | 'file' | 'within' | 'size'>, metadata?: JsonObject): FileSource {
  return { path, file, within, size, metadata, open: (start = 0) => readFrom({ file, within }, size, start) };
}

async function* readFrom(file: ChosenFile, size: number, start: number): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await openChosen(file);
  try {
    for (let position = start; ;) {
      // Thousands of small files take no more memory than they have; the byte more tells those that have grown.
      const length = position > size ? CHUNK : Math.min(CHUNK, size - position + 1);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, position);
      if (bytesRead === 0) {
        return;
      }
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
