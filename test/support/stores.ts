import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { VersionFacts } from '../../src/store/catalog';
import type { NewVersion } from '../../src/store/draft';
import { Store } from '../../src/store/store';
import { UNWATCHED, type Work } from '../../src/store/work';
import type { VersionWriting } from '../../src/store/versionWriting';

/** A store in this thread, without a worker. */
export const storeIn = (folder: string): Store => new Store(folder).created();

export const CHURN = { workspace: 'ada', artifact: 'churn' };

export interface NewContents {
  readonly draft?: Partial<NewVersion>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

export const beginIn = (store: Store, draft: Partial<NewVersion> = {}): VersionWriting =>
  store.created().begin({ ...CHURN, type: 'dataset', version: 'major', ...draft }, randomUUID());

/** Puts an asset out of memory into a version being written. */
export function putBytes(writing: VersionWriting, logical: string, content: string | Uint8Array, work: Work = UNWATCHED): void {
  const key = writing.openAsset(logical);
  writing.append(key, Buffer.from(content));
  writing.closeAsset(key, undefined, work);
}

export function commitIn(store: Store, { draft, files = {} }: NewContents = {}): VersionFacts {
  const writing = beginIn(store, draft);
  try {
    for (const [logical, content] of Object.entries(files)) {
      putBytes(writing, logical, content);
    }
    return writing.commit(UNWATCHED);
  } finally {
    writing.abandon();
  }
}

export const readIn = (store: Store, version: string, logical: string, name = CHURN): Buffer =>
  Buffer.concat([...store.read({ ...name, version }, logical, 0, UNWATCHED)]);

/** All files below a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

/** Bytes above the size that goes into a pack; different for each seed. */
export function largeBytes(seed: number, size = 100_000): Buffer {
  const bytes = Buffer.alloc(size, seed & 0xff);
  bytes.writeUInt32BE(seed);
  return bytes;
}

export interface LoggingProcess {
  /** What it logged, or the code of the error that ended it. */
  readonly outcome: Promise<readonly string[]>;
  readonly process: ChildProcess;
}

/** Another process that logs `count` versions of `ada/churn`; `version` is what it asks for each time. */
export function loggingProcess(store: string, { count = 1, version = 'major' }: { readonly count?: number; readonly version?: string } = {}): LoggingProcess {
  const child = fork(path.join(__dirname, 'logProcess.js'), [store, String(count), version], { stdio: 'inherit', execArgv: [] });
  const outcome = new Promise<readonly string[]>((resolve, reject) => {
    child.on('message', (message) => resolve(message as readonly string[]));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const fail = (): void => reject(new Error(`ended with ${code ?? signal} before it told`));
      // What it told may still be on its way.
      if (child.connected) {
        child.once('disconnect', fail);
      } else {
        fail();
      }
    });
  });
  return { outcome, process: child };
}
