import fs from 'node:fs';
import * as path from 'node:path';
import type { VersionFacts } from './catalog';
import { allClaims, freeingLock } from './claims';
import { makeDirectory, createFile } from './durable';
import { flushDirectory } from './flushing';
import type { VersionName } from './layout';
import { Lock } from './lock';
import type { RunRecord, VersionRecord } from './records';
import { seal } from './sealed';
import { Spare } from './spare';
import type { Store } from './store';
import { bytesOfFiles, needsIn, NO_NEEDS, removeStored, Unneeded } from './unneeded';
import type { Work } from './work';

export interface RemovalFacts {
  readonly aliases: readonly string[];
  readonly consumers: readonly RunRecord[];
  readonly bytesFreed: number;
}

/** What deleting a version would take away. */
export function planRemoval(store: Store, name: VersionName, work: Work): RemovalFacts {
  const record = store.catalog.resolve(name);
  const search = searchFor(store, record);
  search.look(work);
  search.spare(allClaims(store.layout));
  return facts(store, store.catalog.described(record), bytesOfFiles(search.candidates()));
}

/**
 * Deletes a version for good and frees what nothing else needs. What versions being written rely on stays: they claim it first, and
 * then wait while bytes are being freed (claims.ts), so either their claim is seen here, or they see what is gone.
 */
export function removeVersion(store: Store, name: VersionName, work: Work): RemovalFacts {
  const { layout } = store;
  // One at a time: two that share bytes would each leave them to the other.
  const spare = new Spare(layout);
  const turn = spare.run(() => new Lock(path.join(layout.locks, 'removal')).acquire(work));
  try {
    const record = store.catalog.resolve(name);
    const described = store.catalog.described(record);
    const search = searchFor(store, record);
    search.look(turn.keeping(work));
    turn.confirm();
    work.settle();
    spare.run(() => forget(store, record));
    const freeing = spare.run(() => freeingLock(layout).acquire(turn.keeping(work)));
    try {
      // Claims first: a version that is committed meanwhile is seen by its claim or by its manifest.
      search.spare(allClaims(layout));
      search.look(freeing.keeping(work));
      spare.run(() => search.settle());
      let bytesFreed = 0;
      for (const file of search.candidates()) {
        bytesFreed += spare.run(() => removeStored(file, freeing));
      }
      return facts(store, described, bytesFreed);
    } finally {
      freeing.release();
      store.changes.announce({ workspace: record.workspace, artifact: record.artifact });
    }
  } finally {
    turn.release();
    spare.keep();
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

/** For what a version has alone. */
function searchFor(store: Store, { version, ...name }: VersionRecord): Unneeded {
  const place = store.layout.artifact(name);
  return new Unneeded(store, needsIn(place, version) ?? NO_NEEDS, [place.version(version)]);
}

const facts = ({ graph }: Store, version: VersionFacts, bytesFreed: number): RemovalFacts => ({
  aliases: version.aliases,
  consumers: graph.consumers(version),
  bytesFreed,
});
