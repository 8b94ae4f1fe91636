import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { corrupt, invalid, notFound } from '../model/errors';
import type { JsonObject } from '../model/json';
import { AdoptedAssets } from './adoptedAssets';
import type { VersionFacts } from './catalog';
import { touchFolder } from './diskClock';
import { checkDraft, type NewVersion } from './draft';
import { makeFolders } from './durable';
import { naming } from './fileErrors';
import { IncomingBytes } from './incomingBytes';
import type { Intake } from './intake';
import type { VersionName } from './layout';
import type { StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { NewAssets } from './newAssets';
import { type NewFile, NewFiles, type Put } from './newFiles';
import { needsOf } from './objects';
import { Publication } from './publication';
import type { VersionRecord } from './records';
import { Retraction } from './retraction';
import { restOfVersion, short } from './shortage';
import { Spare } from './spare';
import type { Store } from './store';
import { markScratch, sweepScratch } from './sweep';
import type { Work } from './work';

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
  private readonly files: NewFiles;
  private readonly publication: Publication;
  private readonly assets: NewAssets;
  private readonly open = new Map<string, { readonly logical: string; readonly intake: Intake }>();
  private readonly retraction: Retraction;
  private ended = false;

  /** `id` names its folder in `tmp/`. */
  constructor(
    private readonly store: Store,
    private readonly draft: NewVersion,
    id: string,
  ) {
    checkDraft(draft);
    this.folder = path.join(store.layout.tmp, id);
    this.publication = new Publication(store, draft, this.folder);
    this.publication.refuseTaken();
    if (draft.producer !== undefined) {
      store.runs.get(draft.producer);
    }
    makeFolders(this.folder);
    markScratch(this.folder);
    sweepScratch(store.layout.tmp, this.folder);
    new Spare(store.layout).keep();
    this.retraction = new Retraction(store);
    this.assets = new NewAssets(draft);
    this.bytes = new IncomingBytes(store, this.folder, draft);
    this.files = new NewFiles(store, this.folder, this.bytes, this.assets, () => this.touch());
  }

  /** Stores files of this machine. All of them, or none. */
  put(files: readonly NewFile[], work: Work): Put {
    return this.files.put(files, work);
  }

  /** Begins an asset whose bytes come from elsewhere, in pieces; returns what its pieces are sent with. */
  openAsset(logical: string): string {
    this.touch();
    this.assets.reserve(logical);
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
    this.bytes.accept(intake.end(), (placed) => this.assets.set(logical, placed, metadata), work);
    this.bytes.confirm(work);
    this.open.delete(key);
  }

  /** The source failed; the path may be tried again. */
  dropAsset(key: string): void {
    const dropped = this.open.get(key);
    if (dropped !== undefined) {
      dropped.intake.abandon();
      this.open.delete(key);
      this.assets.drop(dropped.logical);
    }
  }

  link(links: readonly NewLink[]): void {
    this.alive();
    for (const { path: logical, link, size = 0, metadata } of links) {
      if (!Number.isSafeInteger(size) || size < 0) {
        throw invalid(`The size of “${logical}” is not a number of bytes.`);
      }
      if (link === '' || !link.isWellFormed()) {
        throw invalid(`The link of “${logical}” is ${link === '' ? 'empty' : 'not valid Unicode'}.`);
      }
      this.assets.reserve(logical);
      this.assets.set(logical, { size, link }, metadata);
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
      this.assets.adopt(asset);
    }
  }

  /** Takes assets whose digests are known, which `read` verifies; it is asked only for bytes that the store does not have. */
  adopt(assets: readonly StoredAsset[], read: (asset: StoredAsset) => Iterable<Uint8Array>, work: Work): void {
    this.touch();
    new AdoptedAssets(this.folder, this.bytes, this.assets).take(assets, read, work);
  }

  commit(work: Work): VersionFacts {
    return this.store.catalog.committed(this.commitRecord(work), this.draft.aliases);
  }

  /** The same, without a look at the artifact's other versions. */
  commitRecord(work: Work): VersionRecord {
    return short(this.store.layout.root, () => restOfVersion(this.assets.complete(undefined), this.bytes.waiting), () => this.published(work));
  }

  private published(work: Work): VersionRecord {
    this.store.opened();
    this.touch();
    const assets = this.assets.complete(this.bytes.finishPack());
    work.check();
    const needs = needsOf(assets);
    this.retraction.prepare(needs);
    this.bytes.publish(needs, work);
    const record = this.publication.publish(assets, work);
    this.retraction.forget();
    this.bytes.mend(assets);
    this.store.statCache.save();
    this.store.changes.announce({ workspace: record.workspace, artifact: record.artifact });
    this.tidy();
    return record;
  }

  /** Harmless after `commit`. */
  abandon(): void {
    this.tidy();
    this.retraction.perform();
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
    naming(this.folder, () => touchFolder(this.folder));
  }

  private alive(): void {
    if (this.ended) {
      throw invalid('This version was committed or abandoned before.');
    }
  }

  private opened(key: string): { readonly logical: string; readonly intake: Intake } {
    this.alive();
    const opened = this.open.get(key);
    if (opened === undefined) {
      throw invalid('This asset is not being written.');
    }
    return opened;
  }
}
