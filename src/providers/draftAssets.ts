import pLimit from 'p-limit';
import type { Call } from '../model/call';
import { alreadyExists, corrupt, invalid } from '../model/errors';
import { safePath } from '../model/safePath';
import { formatManifest, type ManifestAsset, MOST_MANIFEST } from './manifest';
import { PhysicalNames } from './physicalNames';
import type { RemoteAsset } from './provider';
import type { StoredFiles } from './storedFiles';

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

  link(assets: readonly RemoteAsset[]): void {
    for (const { path, link, size = 0, metadata } of assets) {
      this.claim(path);
      this.set({ path, size, link, ...(metadata === undefined ? undefined : { metadata }) });
    }
  }

  /** Every file is there in its full length: servers have been seen to keep the beginning of a broken upload. */
  async verify(files: Pick<StoredFiles, 'list'>, call: Call): Promise<void> {
    const sizes = new Map<string, number>();
    const folders = new Set(this.files().map(({ file }) => `${FILES}/${file}`).map((path) => path.slice(0, path.lastIndexOf('/'))));
    const limit = pLimit(LISTS_AT_A_TIME);
    await Promise.all([...folders].map((folder) => limit(async () => {
      for (const { path, isFolder, size } of await files.list(folder, call)) {
        if (!isFolder) {
          sizes.set(path, size);
        }
      }
    })));
    const missing = this.missing(sizes);
    if (missing !== undefined) {
      throw corrupt(`${missing} did not arrive whole at the server. Log it again`);
    }
  }

  /** The first asset that is not there in its full length, by the sizes of what is stored. */
  missing(sizes: ReadonlyMap<string, number>): string | undefined {
    return this.files().find(({ file, size }) => sizes.get(`${FILES}/${file}`) !== size)?.path;
  }

  private files(): readonly (ManifestAsset & { readonly file: string })[] {
    return [...this.assets.values()].flatMap((asset) => (asset.file === undefined ? [] : [{ ...asset, file: asset.file }]));
  }
}

/** The text of manifest.json. */
export function manifestOf(assets: readonly ManifestAsset[]): Buffer {
  const bytes = Buffer.from(formatManifest(assets));
  if (bytes.length > MOST_MANIFEST) {
    throw invalid('The files of a version, with their metadata, make a list longer than 128 MiB. Log them as several artifacts.');
  }
  return bytes;
}

/** Of all assets whose bytes are kept. */
export const bytesOf = (assets: readonly ManifestAsset[]): number => assets.reduce((sum, { size, link }) => sum + (link === undefined ? size : 0), 0);
