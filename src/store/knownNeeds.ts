import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { isArtifactError } from '../model/errors';
import { writeCacheFile } from './cacheFile';
import type { ArtifactLayout, Layout } from './layout';
import type { Needs } from './objects';
import { needsRecord, readRecord } from './records';
import { seal } from './sealed';

/** A version with more is not remembered: reading its manifest takes hardly longer. */
const MOST_DIGESTS = 100;

interface Known {
  /** What the version's directory looked like when its manifest was read. */
  readonly state: string;
  readonly needs: Needs;
}

/**
 * What an artifact's versions need, as far as a removal has read it before: the next one asks for all of it again. A version never
 * changes, so that this stays true as long as the directory is the same one, which somebody may have put back by hand with another
 * content. A convenience that may be deleted at any time; sealed, because bytes are freed by what it says.
 */
export class KnownNeeds {
  private readonly file: string;
  private known: Map<string, Known> | undefined;
  private changed = false;

  constructor(
    layout: Layout,
    private readonly place: ArtifactLayout,
    /** The versions there are: of others nothing is kept. */
    private readonly live: readonly string[],
  ) {
    const name = path.relative(layout.workspaces, place.folder).split(path.sep).join('/');
    this.file = path.join(layout.cache, 'needs', `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.json`);
  }

  /** What is known of a version, or else what `read` says; nothing when it cannot tell either. */
  of(version: string, read: () => Needs | undefined): Needs | undefined {
    this.known ??= load(this.file, this.live);
    // Before the manifest is read: what happens meanwhile is seen next time.
    const state = stateOf(this.place.version(version));
    const before = this.known.get(version);
    if (before !== undefined && before.state === state) {
      return before.needs;
    }
    const needs = read();
    if (needs !== undefined && state !== undefined && needs.objects.size + needs.packs.size <= MOST_DIGESTS) {
      this.known.set(version, { state, needs });
      this.changed = true;
    }
    return needs;
  }

  /** Keeps what was learnt for others. That it cannot is no loss. */
  save(): void {
    if (!this.changed) {
      return;
    }
    this.changed = false;
    const versions = Array.from(this.known ?? [], ([version, { state, needs }]) => ({ version, state, objects: [...needs.objects], packs: [...needs.packs] }));
    try {
      writeCacheFile(this.file, seal({ versions }));
    } catch (error) {
      // More than can be read again.
      if (!isArtifactError(error, 'invalid')) {
        throw error;
      }
    }
  }
}

function load(file: string, live: readonly string[]): Map<string, Known> {
  const standing = new Set(live);
  try {
    const versions = readRecord(file, needsRecord)?.versions ?? [];
    return new Map(versions.filter(({ version }) => standing.has(version))
      .map(({ version, state, objects, packs }) => [version, { state, needs: { objects: new Set(objects), packs: new Set(packs) } }]));
  } catch {
    // Damaged, or not ours to read: then nothing is known.
    return new Map();
  }
}

function stateOf(directory: string): string | undefined {
  const status = fs.statSync(directory, { throwIfNoEntry: false });
  return status === undefined ? undefined : `${status.dev}:${status.ino}:${status.mtimeMs}:${status.ctimeMs}`;
}
