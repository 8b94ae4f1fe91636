import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { alreadyExists, corrupt, invalid, noSpace, notFound } from '../model/errors';
import type { JsonObject } from '../model/json';
import { safePath } from '../model/safePath';
import { isBump, nextVersion } from '../model/version';
import { artifactText, type VersionFacts } from './catalog';
import { Claims } from './claims';
import { checkDraft, checkedMetadata, type NewVersion } from './draft';
import { claimDirectory, createFile, flushDirectory, flushFiles, makeDirectory, writeFlushed } from './durable';
import { fileError, naming } from './fileErrors';
import { isPlainlyEncoded } from './fileName';
import { Intake, PACKED_SIZE, type Taken } from './intake';
import type { VersionName } from './layout';
import { byPath, EMPTY_SHA256, fileThatIsFolder, formatManifest, type StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { CHUNK, needsOf, publish } from './objects';
import { PackWriter } from './packWriter';
import type { ArtifactRecord, VersionRecord } from './records';
import { numbers, writeAlias } from './refs';
import { seal } from './sealed';
import type { FileState } from './statCache';
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

/** The asset whose bytes are in the pack that is being written; the pack's name is known when it is complete. */
const THIS_PACK = 'this';

/** Bytes that the store has already, to be confirmed once they are claimed. */
interface Found {
  readonly digest: string;
  /** Present where the same bytes are staged, in case they are gone. */
  readonly staged?: string | undefined;
  /** Stores the bytes after all. */
  readonly otherwise: () => void;
}

/**
 * One version being written. All it writes is in its own folder of `tmp/` until the commit, so that abandoning leaves nothing, and
 * nobody relies on bytes that are not flushed.
 */
export class VersionWriting {
  readonly id: string;
  private readonly folder: string;
  private readonly claims: Claims;
  private readonly assets = new Map<string, StoredAsset>();
  /** Objects to publish, by digest. */
  private readonly staged = new Map<string, string>();
  private readonly pack: PackWriter;
  private readonly open = new Map<string, Intake>();
  private stagedFiles = 0;
  private packed: string | undefined;
  /** One for all small files: making one costs more than reading into it. */
  private readonly smallBuffer = Buffer.allocUnsafe(PACKED_SIZE + 1);
  private base: { readonly bySha: ReadonlyMap<string, StoredAsset> } | undefined;
  private ended = false;

  constructor(
    private readonly store: Store,
    private readonly draft: NewVersion,
    id: string,
  ) {
    checkDraft(draft);
    this.id = id;
    this.folder = path.join(store.layout.tmp, id);
    this.refuseTaken();
    if (draft.producer !== undefined) {
      store.runs.get(draft.producer);
    }
    fs.mkdirSync(this.folder);
    markScratch(this.folder);
    sweepScratch(store.layout.tmp, this.folder);
    this.claims = new Claims(store.layout, this.folder);
    this.pack = new PackWriter(path.join(this.folder, 'pack'));
  }

  /** Stores files of this machine and returns how many bytes they have. */
  put(files: readonly NewFile[], work: Work): number {
    this.touch();
    this.checkSpace(files);
    const found: Found[] = [];
    let bytes = 0;
    for (const [index, file] of files.entries()) {
      work.check();
      this.reserve(file.path);
      const before = bytes;
      bytes += this.putFile(file, found, work, (read) => work.report({ bytes: before + read, files: index, current: file.path }));
      work.report({ bytes, files: index + 1, current: file.path });
    }
    this.confirm(found, work);
    this.store.statCache.save();
    return bytes;
  }

  /** Bytes that come from elsewhere, in pieces. */
  openAsset(logical: string): string {
    this.reserve(logical);
    const key = randomUUID();
    this.open.set(key, new Intake(this.nextStaged()));
    return key;
  }

  append(key: string, bytes: Uint8Array): void {
    const intake = this.intake(key);
    naming(this.folder, () => intake.write(bytes));
  }

  closeAsset(key: string, logical: string, metadata: JsonObject | undefined, work: Work): void {
    const taken = this.intake(key).end();
    this.open.delete(key);
    const found: Found[] = [];
    this.accept(logical, metadata, taken, found);
    this.confirm(found, work);
  }

  /** The source failed; the path may be tried again. */
  dropAsset(key: string, logical: string): void {
    this.open.get(key)?.abandon();
    this.open.delete(key);
    this.assets.delete(logical);
  }

  link(links: readonly NewLink[]): void {
    this.alive();
    for (const { path: logical, link, size, metadata } of links) {
      if (size !== undefined && (!Number.isSafeInteger(size) || size < 0)) {
        throw invalid(`The size of ${logical} is not a number of bytes.`);
      }
      if (!link.isWellFormed() || link === '') {
        throw invalid(`The link of ${logical} is ${link === '' ? 'empty' : 'not valid Unicode'}.`);
      }
      this.reserve(logical);
      this.set(logical, metadata, { path: logical, size: size ?? 0, link });
    }
  }

  /** Takes over assets of a version without touching their bytes. */
  keep(from: VersionName, paths: readonly string[], work: Work): void {
    this.alive();
    const { layout, catalog } = this.store;
    const { record, tree } = this.store.tree(from);
    const kept = paths.map((logical) => {
      const asset = tree.asset(logical);
      if (asset === undefined) {
        throw notFound(`${logical} in ${referenceText(record)}`);
      }
      this.reserve(logical);
      this.assets.set(logical, asset);
      return asset;
    });
    const { objects, packs } = needsOf(kept);
    this.claims.add([...objects, ...packs], work);
    const missing = [...Array.from(objects, (digest) => layout.object(digest)), ...Array.from(packs, (digest) => layout.pack(digest))]
      .find((file) => !fs.existsSync(file));
    if (missing !== undefined) {
      // Either it was deleted just before the claim, or it is damaged.
      catalog.resolve(record);
      throw corrupt(`${referenceText(record)} (${missing} is missing)`);
    }
  }

  commit(work: Work): VersionFacts {
    this.alive();
    const unfinished = this.open.size;
    if (unfinished > 0) {
      throw invalid(`${unfinished} assets are still being written.`);
    }
    const assets = this.finishPack([...this.assets.values()]).sort(byPath);
    const clash = fileThatIsFolder(assets);
    if (clash !== undefined) {
      throw invalid(`“${clash}” is a file and a folder at once.`);
    }
    work.check();
    this.publishBytes(assets, work);
    const record = this.publishVersion(assets, work);
    this.ended = true;
    this.afterCommit(record);
    return this.store.catalog.described(record);
  }

  abandon(): void {
    this.ended = true;
    for (const intake of this.open.values()) {
      intake.abandon();
    }
    this.open.clear();
    this.pack.abandon();
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
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
    this.assets.set(logical, RESERVED);
  }

  private intake(key: string): Intake {
    this.alive();
    const intake = this.open.get(key);
    if (intake === undefined) {
      throw invalid('This asset is not being written.');
    }
    return intake;
  }

  private set(logical: string, metadata: JsonObject | undefined, asset: StoredAsset): void {
    this.assets.set(logical, metadata === undefined ? asset : { ...asset, metadata: checkedMetadata(metadata) });
  }

  /** Returns how many bytes the file has. */
  private putFile({ path: logical, file, metadata }: NewFile, found: Found[], work: Work, progress: (read: number) => void): number {
    try {
      // O_NONBLOCK: opening a pipe would wait for its other end.
      const descriptor = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK as number | undefined ?? 0));
      try {
        const before = fs.fstatSync(descriptor);
        if (!before.isFile()) {
          throw invalid(`${file} is not a file.`);
        }
        const known = this.store.statCache.get(file, before);
        if (known !== undefined && this.reuse(logical, metadata, known, before.size, found, () => this.readAgain(logical, file, metadata, work))) {
          return before.size;
        }
        const taken = this.read(descriptor, before.size, work, progress);
        this.remember(file, before, fs.fstatSync(descriptor), taken);
        this.accept(logical, metadata, taken, found);
        return taken.size;
      } finally {
        fs.closeSync(descriptor);
      }
    } catch (error) {
      throw fileError(error, file);
    }
  }

  private readAgain(logical: string, file: string, metadata: JsonObject | undefined, work: Work): void {
    const descriptor = fs.openSync(file, 'r');
    try {
      this.keepBytes(logical, metadata, this.read(descriptor, 0, work, () => {}));
    } finally {
      fs.closeSync(descriptor);
    }
  }

  private read(descriptor: number, expected: number, work: Work, progress: (read: number) => void): Taken {
    const intake = new Intake(this.nextStaged());
    const buffer = expected > PACKED_SIZE ? Buffer.allocUnsafe(CHUNK) : this.smallBuffer;
    try {
      for (let size = 0; ;) {
        const count = fs.readSync(descriptor, buffer, 0, buffer.length, null);
        if (count === 0) {
          return intake.end();
        }
        work.check();
        naming(this.folder, () => intake.write(buffer.subarray(0, count)));
        size += count;
        progress(size);
      }
    } catch (error) {
      intake.abandon();
      throw error;
    }
  }

  private remember(file: string, before: FileState, after: FileState, taken: Taken): void {
    if (before.size === taken.size && after.size === taken.size && before.mtimeMs === after.mtimeMs && before.ctimeMs === after.ctimeMs) {
      this.store.statCache.set(file, after, taken.sha256);
    }
  }

  /** Uses bytes that the store has already, where it has them. */
  private reuse(logical: string, metadata: JsonObject | undefined, sha256: string, size: number, found: Found[], otherwise: () => void, staged?: string): boolean {
    if (size === 0) {
      this.set(logical, metadata, { path: logical, size, sha256: EMPTY_SHA256 });
      return true;
    }
    if (this.staged.has(sha256)) {
      this.set(logical, metadata, { path: logical, size, sha256 });
      return true;
    }
    if (size > PACKED_SIZE) {
      if (!fs.existsSync(this.store.layout.object(sha256))) {
        return false;
      }
      this.set(logical, metadata, { path: logical, size, sha256 });
      found.push({ digest: sha256, staged, otherwise });
      return true;
    }
    const packed = this.baseAssets().get(sha256);
    if (packed?.pack === undefined || packed.offset === undefined) {
      return false;
    }
    this.set(logical, metadata, { path: logical, size, sha256, pack: packed.pack, offset: packed.offset });
    found.push({ digest: packed.pack, staged, otherwise });
    return true;
  }

  private accept(logical: string, metadata: JsonObject | undefined, taken: Taken, found: Found[]): void {
    const staged = taken.kind === 'large' ? taken.staged : undefined;
    if (!this.reuse(logical, metadata, taken.sha256, taken.size, found, () => this.keepBytes(logical, metadata, taken), staged)) {
      this.keepBytes(logical, metadata, taken);
    } else if (staged !== undefined && this.staged.has(taken.sha256)) {
      fs.rmSync(staged);
    }
  }

  private keepBytes(logical: string, metadata: JsonObject | undefined, taken: Taken): void {
    const { sha256, size } = taken;
    if (taken.kind === 'large') {
      this.staged.set(sha256, taken.staged);
      this.set(logical, metadata, { path: logical, size, sha256 });
    } else {
      const offset = naming(this.folder, () => this.pack.add(sha256, taken.bytes));
      this.set(logical, metadata, { path: logical, size, sha256, pack: THIS_PACK, offset });
    }
  }

  /** Claims what was found in the store; what is gone by then is stored after all. */
  private confirm(found: readonly Found[], work: Work): void {
    this.claims.add(found.map(({ digest }) => digest), work);
    for (const { digest, staged, otherwise } of found) {
      const { layout } = this.store;
      if (!fs.existsSync(layout.object(digest)) && !fs.existsSync(layout.pack(digest))) {
        otherwise();
      } else if (staged !== undefined) {
        fs.rmSync(staged, { force: true });
      }
    }
  }

  /** Small files of the artifact's latest version, which most versions share with the next. */
  private baseAssets(): ReadonlyMap<string, StoredAsset> {
    this.base ??= { bySha: this.latestPacked() };
    return this.base.bySha;
  }

  private latestPacked(): Map<string, StoredAsset> {
    const { catalog, manifests } = this.store;
    const latest = catalog.findArtifact(this.draft)?.latest;
    try {
      const tree = latest === undefined ? undefined : manifests.tree(catalog.resolve({ ...this.draft, version: latest }));
      return new Map(tree?.assets.flatMap((asset) => (asset.sha256 !== undefined && asset.pack !== undefined ? [[asset.sha256, asset]] : [])));
    } catch {
      // Deleted just now, or damaged: then nothing is shared with it.
      return new Map();
    }
  }

  private finishPack(assets: readonly StoredAsset[]): StoredAsset[] {
    if (this.pack.isEmpty) {
      return [...assets];
    }
    const pack = naming(this.folder, () => this.pack.end());
    this.packed = pack;
    return assets.map((asset) => (asset.pack === THIS_PACK ? { ...asset, pack } : asset));
  }

  /** Flushed first, then claimed, then under their final names: from then on others may share them. */
  private publishBytes(assets: readonly StoredAsset[], work: Work): void {
    const { layout } = this.store;
    const { objects, packs } = needsOf(assets);
    const files = [...this.staged.values(), ...(this.packed === undefined ? [] : [this.pack.file])];
    naming(this.folder, () => flushFiles(files));
    this.claims.add([...objects, ...packs], work);
    const touched = new Set<string>();
    naming(layout.root, () => {
      for (const [digest, staged] of this.staged) {
        work.check();
        if (publish(staged, layout.object(digest))) {
          touched.add(path.dirname(layout.object(digest)));
        }
      }
      if (this.packed !== undefined && publish(this.pack.file, layout.pack(this.packed))) {
        touched.add(layout.packs);
      }
      for (const directory of touched) {
        flushDirectory(directory);
      }
    });
  }

  private publishVersion(assets: readonly StoredAsset[], work: Work): VersionRecord {
    const place = this.store.layout.artifact(this.draft);
    const prepared = path.join(this.folder, 'version');
    const manifest = Buffer.from(formatManifest(assets));
    fs.mkdirSync(prepared);
    writeFlushed(path.join(prepared, 'manifest.json'), manifest);
    this.makeArtifact();
    work.settle();
    for (;;) {
      const version = this.freeNumber();
      const record = this.record(version, assets, manifest);
      const file = path.join(prepared, 'version.json');
      fs.rmSync(file, { force: true });
      writeFlushed(file, seal(record));
      flushDirectory(prepared);
      if (claimDirectory(prepared, place.version(version))) {
        return record;
      }
    }
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
    const { live, deleted } = isBump(version) ? NOTHING_TAKEN : numbers(this.store.layout.artifact(this.draft));
    if (deleted.has(version)) {
      throw alreadyExists(`version ${referenceText(this.draft)}, deleted since; a number is never used again`);
    }
    if (live.includes(version)) {
      throw alreadyExists(`version ${referenceText(this.draft)}`);
    }
  }

  private makeArtifact(): void {
    const { layout } = this.store;
    const { workspace, artifact, type } = this.draft;
    const place = layout.artifact(this.draft);
    makeDirectory(place.versions);
    if (!isPlainlyEncoded(workspace)) {
      const file = path.join(layout.workspace(workspace), 'workspace.json');
      if (!fs.existsSync(file)) {
        createFile(file, seal({ workspace }), layout.tmp);
      }
    }
    if (!fs.existsSync(place.facts)) {
      const record: ArtifactRecord = { workspace, artifact, type, tags: [], created: Date.now() };
      createFile(place.facts, seal(record), layout.tmp);
    }
  }

  private afterCommit(record: VersionRecord): void {
    const { layout, lineage, changes } = this.store;
    const { workspace, artifact, version, producer } = record;
    for (const alias of new Set(this.draft.aliases)) {
      writeAlias(layout, layout.artifact(record), alias, version);
    }
    if (producer !== undefined) {
      lineage.append({ at: record.created, workspace, artifact, version, relation: 'produced', run: { workspace: producer.workspace, run: producer.run } });
    }
    this.abandon();
    changes.announce({ workspace, artifact });
  }

  private nextStaged(): string {
    return path.join(this.folder, `object-${this.stagedFiles++}`);
  }

  /** Keeps the sweep away from a log that takes days. */
  private touch(): void {
    this.alive();
    const now = new Date();
    fs.utimesSync(this.folder, now, now);
  }

  private checkSpace(files: readonly NewFile[]): void {
    const needed = files.reduce((sum, { file }) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
    const { bavail, bsize } = fs.statfsSync(this.store.layout.root);
    if (needed > bavail * bsize) {
      throw noSpace(`${this.store.layout.root}: ${needed} bytes are needed and ${bavail * bsize} are free`);
    }
  }
}

const NOTHING_TAKEN = { live: [] as readonly string[], deleted: new Set<string>() };
const RESERVED: StoredAsset = { path: '', size: 0 };
