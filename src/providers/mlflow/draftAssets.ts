import pLimit from 'p-limit';
import type { Call } from '../../model/call';
import { alreadyExists, corrupt, invalid } from '../../model/errors';
import { safePath } from '../../model/safePath';
import type { ManifestAsset } from '../manifest';
import { PhysicalNames } from '../physicalNames';
import type { StoredFiles } from '../storedFiles';

/** Folder of a run in which the files of a version lie. */
export const FILES = 'files';
const LISTS_AT_A_TIME = 8;

/** The assets of a version that is being written. */
export class DraftAssets {
  private readonly assets = new Map<string, ManifestAsset>();
  private readonly claimed = new Set<string>();
  private readonly names = new PhysicalNames();

  /** Each path is there once. */
  claim(path: string): void {
    safePath(path);
    if (this.claimed.has(path)) {
      throw alreadyExists(`${path} in this version`);
    }
    this.claimed.add(path);
  }

  /** Where the bytes of a path go, below `FILES`. */
  file(path: string): string {
    return this.names.of(path);
  }

  set(asset: ManifestAsset): void {
    this.assets.set(asset.path, asset);
  }

  /** All of them, none a file and a folder at once. */
  whole(): readonly ManifestAsset[] {
    for (const path of this.assets.keys()) {
      for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        if (this.assets.has(path.slice(0, slash))) {
          throw invalid(`${path.slice(0, slash)} would be a file and a folder in this version.`);
        }
      }
    }
    return [...this.assets.values()];
  }

  /** Every file is there in its full length: servers have been seen to keep the beginning of a broken upload. */
  async verify(files: Pick<StoredFiles, 'list'>, call: Call): Promise<void> {
    const expected = new Map<string, number>([...this.assets.values()].flatMap(({ file, size }) => (file === undefined ? [] : [[`${FILES}/${file}`, size] as const])));
    const folders = new Set([...expected.keys()].map((path) => path.slice(0, path.lastIndexOf('/'))));
    const limit = pLimit(LISTS_AT_A_TIME);
    await Promise.all([...folders].map((folder) => limit(async () => {
      for (const { path, isFolder, size } of await files.list(folder, call)) {
        if (!isFolder && expected.get(path) === size) {
          expected.delete(path);
        }
      }
    })));
    const [missing] = expected.keys();
    if (missing !== undefined) {
      throw corrupt(`${missing} did not arrive whole at the server. Log it again`);
    }
  }
}
