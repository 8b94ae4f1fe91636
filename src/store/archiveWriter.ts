import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { corrupt } from '../model/errors';
import { isPlainlyEncoded } from './fileName';
import { type ArtifactLayout, Layout } from './layout';
import { LineageReader } from './lineageLog';
import { formatManifest, type StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { readArtifact } from './namedFolders';
import { readAsset } from './objects';
import type { LineageRecord, RunRecord, VersionRecord } from './records';
import { aliasesByVersion, numbers, readLabels } from './refs';
import { seal } from './sealed';
import type { Store } from './store';
import type { TarWriter } from './tarWriter';
import type { Work } from './work';

/** An asset with its version, for the name that a failure to read it tells. */
export interface Content {
  readonly asset: StoredAsset;
  readonly record: VersionRecord;
}

export function bytesOf(contents: ReadonlyMap<string, Content>): number {
  let bytes = 0;
  contents.forEach(({ asset }) => {
    bytes += asset.size;
  });
  return bytes;
}

/** Writes versions into an archive as the store that it is once it is unpacked (README.md, Archives). */
export class ArchiveWriter {
  private readonly layout = new Layout('');

  constructor(
    private readonly store: Store,
    private readonly tar: TarWriter,
  ) {}

  addRecords(records: readonly VersionRecord[]): void {
    this.tar.addText(inside(this.layout.format), fs.readFileSync(this.store.layout.format, 'utf8'));
    const artifacts = new Map<string, VersionRecord[]>();
    for (const record of records) {
      const { folder } = this.layout.artifact(record);
      artifacts.set(folder, [...(artifacts.get(folder) ?? []), record]);
    }
    const workspaces = new Set(records.map(({ workspace }) => workspace));
    for (const workspace of workspaces) {
      if (!isPlainlyEncoded(workspace)) {
        this.add(path.join(this.layout.workspace(workspace), 'workspace.json'), { workspace });
      }
    }
    artifacts.forEach((versions) => this.addArtifact(versions));
    this.addLineage(records);
  }

  addContents(contents: ReadonlyMap<string, Content>, work: Work): void {
    const totalBytes = bytesOf(contents);
    let bytes = 0;
    let files = 0;
    for (const [sha256, { asset, record }] of contents) {
      const what = `${asset.path} in ${referenceText(record)}`;
      const told = (done: number): void => work.report({ bytes: bytes + done, totalBytes, files, totalFiles: contents.size, current: asset.path });
      try {
        this.tar.add(inside(this.layout.object(sha256)), asset.size, counted(readAsset(this.store.layout, asset, 0, what, work), told));
      } catch (error) {
        // Deleted meanwhile, rather than damaged.
        this.store.catalog.resolve(record);
        throw error;
      }
      bytes += asset.size;
      files++;
    }
    this.tar.end();
  }

  private addArtifact(versions: readonly VersionRecord[]): void {
    const [name] = versions;
    if (name === undefined) {
      return;
    }
    const here = this.store.layout.artifact(name);
    const there = this.layout.artifact(name);
    const facts = readArtifact(here);
    if (facts === undefined) {
      throw corrupt(here.facts);
    }
    this.add(there.facts, facts);
    const aliases = aliasesByVersion(here, numbers(here));
    for (const record of versions) {
      const { version } = record;
      this.addVersion(there, record);
      const labels = readLabels(here, version);
      if (labels !== undefined) {
        this.add(there.label(version), labels);
      }
      for (const alias of aliases.get(version) ?? []) {
        this.add(there.alias(alias), { alias, version, generation: 1 });
      }
    }
  }

  /** Without packs: one may hold files of versions that were not chosen. */
  private addVersion(there: ArtifactLayout, record: VersionRecord): void {
    const assets = this.store.manifests.tree(record).assets.map(({ pack: _pack, offset: _offset, ...asset }) => asset);
    const manifest = Buffer.from(formatManifest(assets));
    const folder = there.version(record.version);
    this.tar.add(inside(path.join(folder, 'manifest.json')), manifest.length, [manifest]);
    this.add(path.join(folder, 'version.json'), { ...record, manifest: { bytes: manifest.length, sha256: createHash('sha256').update(manifest).digest('hex') } });
  }

  private addLineage(records: readonly VersionRecord[]): void {
    const names = new Set(records.map(referenceText));
    const lines = new Map<string, LineageRecord>();
    for (const line of new LineageReader(this.store.layout).all()) {
      if (names.has(referenceText(line))) {
        lines.set(JSON.stringify({ ...line, at: 0 }), line);
      }
    }
    const runs = new Map<string, RunRecord>();
    for (const run of [...records.flatMap(({ producer }) => producer ?? []), ...Array.from(lines.values(), (line) => line.run)]) {
      const record = this.store.runs.find(run);
      if (record !== undefined) {
        runs.set(record.run, record);
      }
    }
    runs.forEach((run) => this.add(this.layout.run(run.run), run));
    if (lines.size > 0) {
      this.tar.addText(inside(path.join(this.layout.lineage, 'archive.jsonl')), Array.from(lines.values(), seal).join(''));
    }
  }

  private add(file: string, record: object): void {
    this.tar.addText(inside(file), seal(record));
  }
}

const inside = (file: string): string => file.split(path.sep).join('/');

function* counted(chunks: Iterable<Uint8Array>, told: (bytes: number) => void): Generator<Uint8Array> {
  let bytes = 0;
  for (const chunk of chunks) {
    yield chunk;
    bytes += chunk.length;
    told(bytes);
  }
}
