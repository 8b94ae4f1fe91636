import fs from 'node:fs';
import * as path from 'node:path';
import type { VersionFacts } from './catalog';
import { allClaims, freeingLock } from './claims';
import { flushDirectory, makeDirectory, createFile } from './durable';
import { KnownNeeds } from './knownNeeds';
import { ArtifactLayout, type VersionName } from './layout';
import { Lock } from './lock';
import { readManifest, readVersionIn } from './manifests';
import { type Needs, needsOf } from './objects';
import { namesIn, type RunRecord, sound, type VersionRecord } from './records';
import { numbers } from './refs';
import { seal } from './sealed';
import type { Store } from './store';
import type { Work } from './work';

export interface RemovalFacts {
  readonly aliases: readonly string[];
  readonly consumers: readonly RunRecord[];
  readonly bytesFreed: number;
}

/** What deleting a version would take away. */
export function planRemoval(store: Store, name: VersionName, work: Work): RemovalFacts {
  const record = store.catalog.resolve(name);
  const search = new Search(store, record);
  search.look(work);
  search.spare(allClaims(store.layout));
  return facts(store, store.catalog.described(record), bytesOf(search.candidates()));
}

/**
 * Deletes a version for good and frees what nothing else needs. What versions being written rely on stays: they claim it first, and
 * then wait while bytes are being freed (claims.ts), so either their claim is seen here, or they see what is gone.
 */
export function removeVersion(store: Store, name: VersionName, work: Work): RemovalFacts {
  const { layout } = store;
  // One at a time: two that share bytes would each leave them to the other.
  const turn = new Lock(path.join(layout.locks, 'removal')).acquire(work);
  try {
    const record = store.catalog.resolve(name);
    const described = store.catalog.described(record);
    const search = new Search(store, record);
    search.look(work);
    turn.confirm();
    work.settle();
    forget(store, record);
    const freeing = freeingLock(layout).acquire(work);
    try {
      // Claims first: a version that is committed meanwhile is seen by its claim or by its manifest.
      search.spare(allClaims(layout));
      search.look(work);
      let bytesFreed = 0;
      for (const file of search.candidates()) {
        freeing.confirm();
        bytesFreed += free(file);
      }
      return facts(store, described, bytesFreed);
    } finally {
      freeing.release();
      store.changes.announce({ workspace: record.workspace, artifact: record.artifact });
    }
  } finally {
    turn.release();
  }
}

/** From here on the number is taken for ever and the version is gone; what follows only tidies up. */
function forget({ layout }: Store, { workspace, artifact, version }: VersionRecord): void {
  const place = layout.artifact({ workspace, artifact });
  makeDirectory(place.deleted);
  createFile(place.deletion(version), seal({ version, deleted: Date.now() }), layout.tmp);
  fs.rmSync(path.join(place.version(version), 'manifest.json'), { force: true });
  fs.rmSync(place.label(version), { force: true });
  flushDirectory(place.version(version));
}

/** Looks through the manifests of the whole store for what a version shares with others. */
class Search {
  private readonly objects: Set<string>;
  private readonly packs: Set<string>;
  private readonly seen = new Set<string>();

  constructor(
    private readonly store: Store,
    record: VersionRecord,
  ) {
    const place = store.layout.artifact(record);
    this.seen.add(place.version(record.version));
    const needs = needsIn(place, record.version);
    this.objects = new Set(needs?.objects);
    this.packs = new Set(needs?.packs);
  }

  /** Drops what versions need that were not seen before. */
  look(work: Work): void {
    const { workspaces } = this.store.layout;
    // By the directories, not by what they are called: one whose name cannot be read may well need something.
    for (const workspace of namesIn(workspaces)) {
      for (const artifact of namesIn(path.join(workspaces, workspace))) {
        if (this.isOver) {
          return;
        }
        const place = new ArtifactLayout(path.join(workspaces, workspace, artifact));
        const { live } = numbers(place);
        const known = new KnownNeeds(this.store.layout, place, live);
        for (const version of live) {
          work.check();
          this.lookAt(place, version, known);
        }
        known.save();
      }
    }
  }

  spare(digests: ReadonlySet<string>): void {
    for (const digest of digests) {
      this.objects.delete(digest);
      this.packs.delete(digest);
    }
  }

  candidates(): string[] {
    const { layout } = this.store;
    return [...Array.from(this.objects, (digest) => layout.object(digest)), ...Array.from(this.packs, (digest) => layout.pack(digest))];
  }

  /** Nothing is left that could be freed. */
  private get isOver(): boolean {
    return this.objects.size + this.packs.size === 0;
  }

  private lookAt(place: ArtifactLayout, version: string, known: KnownNeeds): void {
    const key = place.version(version);
    if (this.isOver || this.seen.has(key)) {
      return;
    }
    this.seen.add(key);
    const needs = known.of(version, () => needsIn(place, version));
    if (needs === undefined) {
      // What a damaged version needs is not known, so nothing is freed.
      this.objects.clear();
      this.packs.clear();
      return;
    }
    needs.objects.forEach((digest) => this.objects.delete(digest));
    needs.packs.forEach((digest) => this.packs.delete(digest));
  }
}

/** Nothing when it cannot be told. */
function needsIn(place: ArtifactLayout, version: string): Needs | undefined {
  return sound(() => {
    const record = readVersionIn(place, version);
    return record === undefined ? undefined : needsOf(readManifest(place, record));
  });
}

const facts = ({ graph }: Store, version: VersionFacts, bytesFreed: number): RemovalFacts => ({
  aliases: version.aliases,
  consumers: graph.consumers(version),
  bytesFreed,
});

const bytesOf = (files: readonly string[]): number => files.reduce((sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

function free(file: string): number {
  const bytes = bytesOf([file]);
  if (process.platform === 'win32') {
    // Windows does not delete what is read-only.
    fs.chmodSync(file, 0o666);
  }
  fs.rmSync(file, { force: true });
  return bytes;
}
