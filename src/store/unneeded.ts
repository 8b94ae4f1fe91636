import fs from 'node:fs';
import * as path from 'node:path';
import { settle } from './durable';
import type { Holding } from './holding';
import { KnownNeeds } from './knownNeeds';
import { ArtifactLayout } from './layout';
import { readManifest, readVersionIn } from './manifests';
import { type Needs, needsOf } from './objects';
import { allowReplacing } from './publish';
import { namesIn, sound } from './records';
import { numbers } from './refs';
import type { Store } from './store';
import type { Work } from './work';

/** Which of some objects and packs no version needs: looks through the manifests of the whole store. */
export class Unneeded {
  private readonly objects: Set<string>;
  private readonly packs: Set<string>;
  private readonly seen: Set<string>;
  /** Directories of deletions that were believed. */
  private readonly deletions = new Set<string>();
  private damagedVersion: string | undefined;

  /** `except` are directories of versions whose needs do not count. */
  constructor(
    private readonly store: Store,
    { objects, packs }: Needs,
    except: readonly string[] = [],
  ) {
    this.objects = new Set(objects);
    this.packs = new Set(packs);
    this.seen = new Set(except);
  }

  /** The directory of a version that is so damaged that nobody can say what it needs: then nothing is unneeded. */
  get damaged(): string | undefined {
    return this.damagedVersion;
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
        const { live, deleted } = numbers(place);
        if (deleted.size > 0) {
          this.deletions.add(place.deleted);
        }
        const known = new KnownNeeds(this.store.layout, place, live);
        for (const version of live) {
          work.check();
          this.lookAt(place, version, known);
        }
        known.save();
      }
    }
  }

  /** To be called before anything is removed: no power cut may bring a version back whose needs did not count. */
  settle(): void {
    if (this.deletions.size > 0) {
      settle(this.store.layout.tmp, (unsettled) => this.deletions.forEach((directory) => unsettled.lookInto(directory)));
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

  /** Takes some candidates out. */
  take(most: number): string[] {
    const { layout } = this.store;
    const files: string[] = [];
    for (const [digests, place] of [[this.objects, (digest: string) => layout.object(digest)], [this.packs, (digest: string) => layout.pack(digest)]] as const) {
      for (const digest of digests) {
        if (files.length === most) {
          return files;
        }
        digests.delete(digest);
        files.push(place(digest));
      }
    }
    return files;
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
      this.damagedVersion = key;
      this.objects.clear();
      this.packs.clear();
      return;
    }
    needs.objects.forEach((digest) => this.objects.delete(digest));
    needs.packs.forEach((digest) => this.packs.delete(digest));
  }
}

/** Nothing when it cannot be told. */
export function needsIn(place: ArtifactLayout, version: string): Needs | undefined {
  return sound(() => {
    const record = readVersionIn(place, version);
    return record === undefined ? undefined : needsOf(readManifest(place, record));
  });
}

export const NO_NEEDS: Needs = { objects: new Set(), packs: new Set() };

export const bytesOfFiles = (files: readonly string[]): number => files.reduce((sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);

/** Removes a file of objects/ or packs/ and returns its size. Throws, and leaves it, when the lock was taken over. */
export function removeStored(file: string, freeing: Holding): number {
  const bytes = bytesOfFiles([file]);
  allowReplacing(file);
  freeing.remove(file);
  return bytes;
}
