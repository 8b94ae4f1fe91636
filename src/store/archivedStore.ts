import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import type * as v from 'valibot';
import { ArtifactError, corrupt, invalid } from '../model/errors';
import { isVersionNumber } from '../model/version';
import { decodeName, encodeName } from './fileName';
import { MOST_RECORD } from './jsonMarks';
import { type ArtifactLayout, Layout, type VersionName } from './layout';
import { linesOf, soundLine } from './lineageLines';
import { MOST_MANIFEST, parseManifest, type StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { CHUNK } from './objects';
import { type AliasRecord, aliasRecord, type ArtifactRecord, artifactRecord, type LabelRecord, labelRecord, type LineageRecord, parseRecord, type RunRecord, runRecord, type VersionRecord, versionRecord } from './records';
import { checkFormatText } from './storeFormat';
import { readTarIndex, type TarEntry } from './tarIndex';
import type { Work } from './work';

const VERSION = /^(workspaces\/[^/]+\/[^/]+)\/versions\/([^/]+)\/version\.json$/u;

/** A store in a tar archive. It may come from anywhere: nothing in it is believed, and it is read where it lies. */
export class ArchivedStore {
  private readonly layout = new Layout('');
  private readonly files: ReadonlyMap<string, TarEntry>;
  /** Names of all but the bytes of assets, by folder. */
  private readonly records: ReadonlyMap<string, readonly string[]>;

  /** `what` names the archive in failures. */
  private constructor(
    private readonly descriptor: number,
    readonly what: string,
    work: Work,
  ) {
    this.files = readTarIndex(descriptor, what, work);
    this.records = Map.groupBy([...this.files.keys()].filter((name) => !/^(?:objects|packs)\//u.test(name)), (name) => path.posix.dirname(name));
    this.checkFormat();
  }

  /** To be closed, unless this throws. */
  static open(file: string, work: Work): ArchivedStore {
    const descriptor = fs.openSync(file, 'r');
    try {
      return new ArchivedStore(descriptor, path.basename(file), work);
    } catch (error) {
      fs.closeSync(descriptor);
      throw error;
    }
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }

  /** Live ones. */
  versions(work: Work): VersionRecord[] {
    const records: VersionRecord[] = [];
    for (const name of [...this.records.values()].flat()) {
      work.check();
      const [, folder = '', number = ''] = VERSION.exec(name) ?? [];
      const version = decodeName(number);
      if (folder !== '' && typeof version === 'object' && isVersionNumber(version.name) && !this.files.has(`${folder}/deleted/${number}.json`)) {
        const record = this.record(name, versionRecord);
        if (record === undefined || encodeName(record.version) !== number || inside(this.layout.artifact(record).folder) !== folder) {
          throw corrupt(`${name} in ${this.what}`);
        }
        records.push(record);
      }
    }
    return records;
  }

  /** The assets of a version, each with its bytes in the archive; `corrupt` where something is missing. */
  assets(record: VersionRecord): StoredAsset[] {
    const name = inside(path.join(this.place(record).version(record.version), 'manifest.json'));
    const bytes = this.small(name, MOST_MANIFEST);
    if (bytes?.length !== record.manifest.bytes || createHash('sha256').update(bytes).digest('hex') !== record.manifest.sha256) {
      throw corrupt(`${name} in ${this.what}`);
    }
    try {
      return parseManifest(bytes);
    } catch (error) {
      throw error instanceof ArtifactError ? invalid(`${name} in ${this.what} cannot be: ${error.details}.`, error) : error;
    }
  }

  artifact(record: VersionRecord): ArtifactRecord | undefined {
    return this.record(inside(this.place(record).facts), artifactRecord);
  }

  labels(record: VersionRecord): LabelRecord | undefined {
    const labels = this.record(inside(this.place(record).label(record.version)), labelRecord);
    return labels?.version === record.version ? labels : undefined;
  }

  /** Of the artifact of a version. */
  aliases(record: VersionRecord): AliasRecord[] {
    return this.below(inside(this.place(record).aliases), '.json').flatMap((name) => {
      const alias = this.record(name, aliasRecord);
      return alias === undefined ? [] : [alias];
    });
  }

  run(id: string): RunRecord | undefined {
    const run = this.record(inside(this.layout.run(id)), runRecord);
    return run?.run === id ? run : undefined;
  }

  /** Lines that are damaged are left out. */
  *lineage(work: Work): Generator<LineageRecord> {
    for (const name of this.below(inside(this.layout.lineage), '.jsonl')) {
      for (const line of linesOf(this.small(name, MOST_MANIFEST) ?? Buffer.alloc(0))) {
        work.check();
        const record = soundLine(line, name);
        if (record !== undefined) {
          yield record;
        }
      }
    }
  }

  /** An asset's bytes. Those that are not what the digest says are `corrupt` with the last chunk. */
  *bytes(asset: StoredAsset, of: VersionName, work: Work): Generator<Uint8Array> {
    const what = `${asset.path} of ${referenceText(of)} in ${this.what}`;
    const entry = this.files.get(inside(asset.pack === undefined ? this.layout.object(asset.sha256 ?? '') : this.layout.pack(asset.pack)));
    const start = asset.offset ?? 0;
    if (entry === undefined || start + asset.size > entry.size) {
      throw corrupt(`${what} ${entry === undefined ? 'is missing' : 'is too short'}`);
    }
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, asset.size));
    for (let position = 0; position < asset.size;) {
      work.check();
      const count = fs.readSync(this.descriptor, buffer, 0, Math.min(buffer.length, asset.size - position), entry.offset + start + position);
      if (count === 0) {
        throw corrupt(`${this.what} is cut off`);
      }
      const chunk = buffer.subarray(0, count);
      hash.update(chunk);
      position += count;
      if (position === asset.size && hash.digest('hex') !== asset.sha256) {
        throw corrupt(what);
      }
      yield chunk;
    }
  }

  private place(record: VersionRecord): ArtifactLayout {
    return this.layout.artifact(record);
  }

  private checkFormat(): void {
    const name = inside(this.layout.format);
    const text = this.small(name, CHUNK)?.toString('utf8');
    if (text === undefined) {
      throw invalid(`${this.what} is not an archive of artifact versions.`);
    }
    checkFormatText(text, `${name} in ${this.what}`, this.what);
  }

  private below(folder: string, suffix: string): string[] {
    return (this.records.get(folder) ?? []).filter((name) => name.endsWith(suffix));
  }

  private record<T>(name: string, schema: v.GenericSchema<unknown, T>): T | undefined {
    const bytes = this.small(name, MOST_RECORD);
    return bytes === undefined ? undefined : parseRecord(bytes.toString('utf8'), `${name} in ${this.what}`, schema);
  }

  private small(name: string, most: number): Buffer | undefined {
    const entry = this.files.get(name);
    if (entry === undefined) {
      return undefined;
    }
    if (entry.size > most) {
      throw invalid(`${name} in ${this.what} has ${entry.size} bytes, more than can be read.`);
    }
    const bytes = Buffer.allocUnsafe(entry.size);
    if (fs.readSync(this.descriptor, bytes, 0, entry.size, entry.offset) < entry.size) {
      throw corrupt(`${this.what} is cut off`);
    }
    return bytes;
  }
}

const inside = (file: string): string => file.split(path.sep).join('/');
