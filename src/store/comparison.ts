import { fileDigest } from './fileDigest';
import { CHUNK } from './objects';
import type { BaseAsset, FileChange, ScannedFile } from './scan';
import type { FileState, StatCache } from './statCache';
import type { Work } from './work';

/** Reads only files that may be the same and of which the digest is not known. */
export class Comparison {
  private readonly base: ReadonlyMap<string, BaseAsset>;
  private readonly buffer = Buffer.allocUnsafe(CHUNK);
  private bytes = 0;

  constructor(
    base: readonly BaseAsset[],
    private readonly cache: StatCache | undefined,
    private readonly work: Work,
  ) {
    this.base = new Map(base.map((asset) => [asset.path, asset]));
  }

  compare(files: readonly ScannedFile[], states: readonly FileState[]): ScannedFile[] {
    const candidates = files.filter(({ path: logical, size }) => this.base.get(logical)?.size === size);
    const totalBytes = candidates.reduce((sum, { size }) => sum + size, 0);
    const compared = files.map((file, index) => {
      this.work.check();
      this.work.report({ bytes: this.bytes, totalBytes, files: index, totalFiles: files.length, current: file.path });
      return { ...file, state: this.state(file, states[index]) };
    });
    this.cache?.save();
    return compared;
  }

  private state({ path: logical, file, size }: ScannedFile, seen: FileState | undefined): FileChange {
    const before = this.base.get(logical);
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
