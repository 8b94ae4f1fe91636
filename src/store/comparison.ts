import { fileDigest } from './fileDigest';
import { CHUNK } from './objects';
import type { BaseAsset, FileChange, ScannedFile } from './scan';
import type { FileState, StatCache } from './statCache';
import type { Work } from './work';

/** Reads only files that may be the same and of which the digest is not known. */
export class Comparison {
  private readonly base = new Map<string, BaseAsset>();
  private readonly buffer = Buffer.allocUnsafe(CHUNK);
  private bytes = 0;

  constructor(
    base: readonly BaseAsset[],
    private readonly cache: StatCache | undefined,
    private readonly work: Work,
  ) {
    base.forEach((asset) => this.base.set(asset.path, asset));
  }

  compare(files: readonly ScannedFile[], states: readonly FileState[]): ScannedFile[] {
    const bases = files.map(({ path: logical }) => this.base.get(logical));
    const totalBytes = files.reduce((sum, { size }, index) => sum + (bases[index]?.size === size ? size : 0), 0);
    const compared = files.map(({ path: logical, file, within, size }, index) => {
      this.work.check();
      this.work.report({ bytes: this.bytes, totalBytes, files: index, totalFiles: files.length, current: logical });
      return { path: logical, file, within, size, state: this.state(file, size, bases[index], states[index]) };
    });
    this.cache?.save();
    return compared;
  }

  private state(file: string, size: number, before: BaseAsset | undefined, seen: FileState | undefined): FileChange {
    if (before === undefined) {
      return 'added';
    }
    if (before.size !== size || before.sha256 === undefined) {
      return 'changed';
    }
    const digest = (seen === undefined ? undefined : this.cache?.get(file, seen)) ?? this.digest(file);
    this.bytes += size;
    return digest === before.sha256 ? 'same' : 'changed';
  }

  private digest(file: string): string {
    const { sha256, settled } = fileDigest(file, this.buffer, this.work);
    if (settled !== undefined) {
      this.cache?.set(file, settled, sha256);
    }
    return sha256;
  }
}
