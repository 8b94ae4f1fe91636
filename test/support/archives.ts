import * as fs from 'node:fs';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import * as tar from 'tar';
import { Header } from 'tar/header';
import { exportVersions, type ExportFacts, type ExportName } from '../../src/store/versionExport';
import type { ImportPlan } from '../../src/store/versionImport';
import { VersionImport } from '../../src/store/versionImport';
import type { Store } from '../../src/store/store';
import { UNWATCHED, type Work } from '../../src/store/work';
import { filesBelow } from './stores';

export const exportTo = (store: Store, file: string, of: readonly ExportName[], work: Work = UNWATCHED): ExportFacts =>
  exportVersions(store, { of, file, overwrite: false }, work);

/** Imports all that is new or damaged, and tells what the plan was. */
export function importFrom(store: Store, file: string): ImportPlan {
  const arriving = VersionImport.open(store, file, UNWATCHED);
  try {
    const plan = arriving.plan(UNWATCHED);
    plan.versions.filter(({ state }) => state === 'new' || state === 'healed').forEach((name) => arriving.bring(name, UNWATCHED));
    arriving.finish(UNWATCHED);
    return plan;
  } finally {
    arriving.close();
  }
}

export interface TarEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'Directory' | 'GNUDumpDir';
  /** What the header says in place of the truth. */
  readonly size?: number;
}

/** Writes a tar archive of anything. */
export function writeTar(file: string, entries: readonly TarEntry[]): void {
  const blocks = entries.flatMap(({ name, content = '', type = 'File', size }) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    new Header({ path: name, type, mode: 0o644, size: size ?? bytes.length, ...(type === 'SymbolicLink' || type === 'Link' ? { linkpath: '/etc/passwd' } : undefined) }).encode(header);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  fs.writeFileSync(file, Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** Unpacks an archive into a new folder and returns its path. */
export function unpacked(file: string): string {
  const folder = path.join(path.dirname(file), randomUUID());
  fs.mkdirSync(folder);
  tar.extract({ file, cwd: folder, sync: true });
  return folder;
}

/** Packs the files below a folder. `change` may say something else of some. */
export function repack(folder: string, file: string, change: (entry: TarEntry) => TarEntry | undefined = (entry) => entry): void {
  writeTar(file, filesBelow(folder).flatMap((name) => change({ name, content: fs.readFileSync(path.join(folder, name)) }) ?? []));
}
