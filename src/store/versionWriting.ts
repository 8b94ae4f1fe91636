import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { alreadyExists, corrupt, invalid, notFound } from '../model/errors';
import type { JsonObject } from '../model/json';
import { safePath } from '../model/safePath';
import { isBump, nextVersion } from '../model/version';
import { artifactText, type VersionFacts } from './catalog';
import { checkedMetadata } from '../model/draftRules';
import { checkDraft, type NewVersion } from './draft';
import { claimDirectory, createFile, flushDirectory, flushIfPossible, makeDirectory, renameFile, writeFlushed } from './durable';
import { naming } from './fileErrors';
import { isPlainlyEncoded } from './fileName';
import { IncomingBytes, type Placed, THIS_PACK } from './incomingBytes';
import type { Intake } from './intake';
import type { VersionName } from './layout';
import { byPath, fileThatIsFolder, formatManifest, type StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { needsOf } from './objects';
import type { ArtifactRecord, VersionRecord } from './records';
import { nextAlias, numbers } from './refs';
import { seal } from './sealed';
import type { Store } from './store';
import { markScratch, sweepScratch } from './sweep';
import type { Work } from './work';

export interface NewFile {
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly metadata?: JsonObject | undefined;
}

export interface NewLink {
  readonly path: string;
  readonly link: string;
  readonly size?: number | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** One version being written. */
export class VersionWriting {
  private readonly folder: string;
  private readonly bytes: IncomingBytes;
  /** By logical path; nothing yet where the bytes are still to come. */
  private readonly assets = new Map<string, StoredAsset | undefined>();
  private readonly open = new Map<string, { readonly logical: string; readonly intake: Intake }>();
  private ended = false;

  /** `id` names its folder in `tmp/`. */
  constructor(
    private readonly store: Store,
    private readonly draft: NewVersion,
    id: string,
  ) {
    checkDraft(draft);
    this.refuseTaken();
    if (draft.producer !== undefined) {
      store.runs.get(draft.producer);
    }
    this.folder = path.join(store.layout.tmp, id);
    fs.mkdirSync(this.folder, { recursive: true });
    markScratch(this.folder);
    sweepScratch(store.layout.tmp, this.folder);
    this.bytes = new IncomingBytes(store, this.folder, draft);
  }

  /** Stores files of this machine and returns how many bytes they have. All of them, or none. */
  put(files: readonly NewFile[], work: Work): number {
    this.touch();
    const reserved: string[] = [];
    try {
      let bytes = 0;
      for (const [index, { path: logical, file, metadata }] of files.entries()) {
        work.check();
        this.reserve(logical);
        reserved.push(logical);
        const before = bytes;
        bytes += this.bytes.takeFile(file, (placed) => this.set(logical, placed, metadata), work, (read) =>
          work.report({ bytes: before + read, files: index, current: logical }));
        work.report({ bytes, files: index + 1, current: logical });
      }
      this.bytes.confirm(work);
      return bytes;
    } catch (error) {
      reserved.forEach((logical) => this.assets.delete(logical));
      throw error;
    }
  }

  /** Begins an asset whose bytes come from elsewhere, in pieces; returns what its pieces are sent with. */
  openAsset(logical: string): string {
    this.touch();
    this.reserve(logical);
    const key = randomUUID();
    this.open.set(key, { logical, intake: this.bytes.intake() });
    return key;
  }

  append(key: string, bytes: Uint8Array): void {
    const { intake } = this.opened(key);
    naming(this.folder, () => intake.write(bytes));
  }

  closeAsset(key: string, metadata: JsonObject | undefined, work: Work): void {
    const { logical, intake } = this.opened(key);
    this.bytes.accept(intake.end(), (placed) => this.set(logical, placed, metadata), work);
    this.bytes.confirm(work);
    this.open.delete(key);
  }

  /** The source failed; the path may be tried again. */
  dropAsset(key: string): void {
    const dropped = this.open.get(key);
    if (dropped !== undefined) {
      dropped.intake.abandon();
      this.open.delete(key);
      this.assets.delete(dropped.logical);
    }
  }

  link(links: readonly NewLink[]): void {
    for (const { path: logical, link, size = 0, metadata } of links) {
      if (!Number.isSafeInteger(size) || size < 0) {
        throw invalid(`The size of “${logical}” is not a number of bytes.`);
      }
      if (link === '' || !link.isWellFormed()) {
        throw invalid(`The link of “${logical}” is ${link === '' ? 'empty' : 'not valid Unicode'}.`);
      }
      this.reserve(logical);
      this.set(logical, { size, link }, metadata);
    }
  }

  /** Takes over assets of a version without touching their bytes. */
  keep(from: VersionName, paths: readonly string[], work: Work): void {
    this.touch();
    const { record, tree } = this.store.tree(from);
    const kept = paths.map((logical) => {
      const asset = tree.asset(logical);
      if (asset === undefined) {
        throw notFound(`${logical} in ${referenceText(record)}`);
      }
      return asset;
    });
    const missing = this.bytes.rely(needsOf(kept), work);
    if (missing !== undefined) {
      // Either it was deleted just before, or it is damaged.
      this.store.catalog.resolve(record);
      throw corrupt(`${referenceText(record)} (${missing} is missing)`);
    }
    for (const asset of kept) {
      this.reserve(asset.path);
      this.assets.set(asset.path, asset);
    }
  }

  commit(work: Work): VersionFacts {
    this.touch();
    const pack = this.bytes.finishPack();
    const assets = Array.from(this.assets, ([logical, asset]) => {
      if (asset === undefined) {
        throw invalid(`“${logical}” is still being written.`);
      }
      return pack !== undefined && asset.pack === THIS_PACK ? { ...asset, pack } : asset;
    }).sort(byPath);
    const clash = fileThatIsFolder(assets);
    if (clash !== undefined) {
      throw invalid(`“${clash}” cannot be a file and a folder at once.`);
    }
    work.check();
    this.bytes.publish(needsOf(assets), work);
    const record = this.publishVersion(assets, work);
    this.store.statCache.save();
    this.store.changes.announce({ workspace: record.workspace, artifact: record.artifact });
    this.tidy();
    return this.store.catalog.described(record);
  }

  /** Harmless after `commit`. */
  abandon(): void {
    this.tidy();
  }

  private tidy(): void {
    this.ended = true;
    this.open.forEach(({ intake }) => intake.abandon());
    this.open.clear();
    this.bytes.abandon();
    try {
      fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // Somebody holds a file in it. It is swept in a day.
    }
  }

  /** Says that this writer lives, which keeps its folder from being swept. */
  private touch(): void {
    this.alive();
    const now = new Date();
    fs.utimesSync(this.folder, now, now);
  }

  private alive(): void {
    if (this.ended) {
      throw invalid('This version was committed or abandoned before.');
    }
  }

  private reserve(logical: string): void {
    this.alive();
    safePath(logical);
    if (this.assets.has(logical)) {
      throw alreadyExists(`${logical} in the new version of ${artifactText(this.draft)}`);
    }
    this.assets.set(logical, undefined);
  }

  private set(logical: string, placed: Placed | { readonly size: number; readonly link: string }, metadata: JsonObject | undefined): void {
    this.assets.set(logical, { path: logical, ...placed, ...(metadata === undefined ? undefined : { metadata: checkedMetadata(metadata) }) });
  }

  private opened(key: string): { readonly logical: string; readonly intake: Intake } {
    this.alive();
    const opened = this.open.get(key);
    if (opened === undefined) {
      throw invalid('This asset is not being written.');
    }
    return opened;
  }

  /**
   * Makes the version visible with the rename of its prepared directory, which only one writer of a number can do. What may fail for
   * want of space is done before.
   */
  private publishVersion(assets: readonly StoredAsset[], work: Work): VersionRecord {
    const { layout, lineage } = this.store;
    const prepared = path.join(this.folder, 'version');
    const manifest = Buffer.from(formatManifest(assets));
    fs.mkdirSync(prepared);
    writeFlushed(path.join(prepared, 'manifest.json'), manifest);
    this.makeArtifact();
    work.settle();
    for (;;) {
      const record = this.record(this.freeNumber(), assets, manifest);
      const { workspace, artifact, version, created, producer } = record;
      const file = path.join(prepared, 'version.json');
      fs.rmSync(file, { force: true });
      writeFlushed(file, seal(record));
      flushDirectory(prepared);
      const setAliases = this.prepareAliases(version);
      if (producer !== undefined) {
        // Only a hint where to look: that it is true the version itself says.
        lineage.append({ at: created, workspace, artifact, version, relation: 'produced', run: { workspace: producer.workspace, run: producer.run } });
      }
      if (claimDirectory(prepared, layout.artifact(record).version(version))) {
        setAliases();
        return record;
      }
    }
  }

  private prepareAliases(version: string): () => void {
    const place = this.store.layout.artifact(this.draft);
    const aliases = [...new Set(this.draft.aliases)];
    if (aliases.length === 0) {
      return () => {};
    }
    makeDirectory(place.aliases);
    const prepared = aliases.map((alias) => {
      const file = path.join(this.folder, randomUUID());
      writeFlushed(file, seal(nextAlias(place, alias, version)));
      return { file, alias };
    });
    return () => {
      prepared.forEach(({ file, alias }) => renameFile(file, place.alias(alias)));
      flushIfPossible(place.aliases);
    };
  }

  private record(version: string, assets: readonly StoredAsset[], manifest: Buffer): VersionRecord {
    const { workspace, artifact, type, tags, metadata, producer } = this.draft;
    return {
      workspace, artifact, version, type,
      tags: [...new Set(tags)],
      metadata: metadata ?? {},
      created: Date.now(),
      ...(producer === undefined ? undefined : { producer: { workspace: producer.workspace, run: producer.run, name: this.store.runs.get(producer).name } }),
      assets: assets.length,
      bytes: assets.reduce((sum, asset) => sum + (asset.link === undefined ? asset.size : 0), 0),
      manifest: { bytes: manifest.length, sha256: createHash('sha256').update(manifest).digest('hex') },
    };
  }

  /** The number to try next; `alreadyExists` when it was given exactly and is taken. */
  private freeNumber(): string {
    const { version } = this.draft;
    if (!isBump(version)) {
      this.refuseTaken();
      return version;
    }
    const { live, used } = numbers(this.store.layout.artifact(this.draft));
    return nextVersion(version, live, used);
  }

  private refuseTaken(): void {
    const { version } = this.draft;
    if (isBump(version)) {
      return;
    }
    const { used, deleted } = numbers(this.store.layout.artifact(this.draft));
    if (deleted.has(version)) {
      throw alreadyExists(`version ${referenceText(this.draft)}, deleted since; a number is never used again`);
    }
    if (used.includes(version)) {
      throw alreadyExists(`version ${referenceText(this.draft)}`);
    }
  }

  private makeArtifact(): void {
    const { layout } = this.store;
    const { workspace, artifact, type } = this.draft;
    const place = layout.artifact(this.draft);
    makeDirectory(place.versions);
    const workspaceFile = path.join(layout.workspace(workspace), 'workspace.json');
    if (!isPlainlyEncoded(workspace) && !fs.existsSync(workspaceFile)) {
      createFile(workspaceFile, seal({ workspace }), layout.tmp);
    }
    if (!fs.existsSync(place.facts)) {
      const record: ArtifactRecord = { workspace, artifact, type, tags: [], created: Date.now() };
      createFile(place.facts, seal(record), layout.tmp);
    }
  }
}
