import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import * as path from 'node:path';
import { alreadyExists } from '../model/errors';
import { isBump, nextVersion } from '../model/version';
import type { NewVersion } from './draft';
import { claimDirectory, makeDirectory, renameFile, writeFlushed } from './durable';
import { flushDirectory, flushIfPossible } from './flushing';
import { formatManifest, type StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { provideArtifact, readArtifact } from './namedFolders';
import type { VersionRecord } from './records';
import { isDeleted, nextAlias, numbers } from './refs';
import { seal } from './sealed';
import type { Store } from './store';
import { Unsettled } from './unsettled';
import type { Work } from './work';

/** How a version whose bytes are in the store gets its number and becomes visible. */
export class Publication {
  /** `folder` is the writer's own in `tmp/`. */
  constructor(
    private readonly store: Store,
    private readonly draft: NewVersion,
    private readonly folder: string,
  ) {}

  /** Throws `alreadyExists` when a number was given exactly and is taken, now or by a version deleted since. */
  refuseTaken(): void {
    const { version } = this.draft;
    if (isBump(version)) {
      return;
    }
    const place = this.store.layout.artifact(this.draft);
    if (isDeleted(place, version)) {
      throw alreadyExists(`version ${referenceText(this.draft)}, deleted since; a number is never used again`);
    }
    if (fs.existsSync(place.version(version))) {
      throw alreadyExists(`version ${referenceText(this.draft)}`);
    }
  }

  /**
   * Makes the version visible with the rename of its prepared directory, which only one writer of a number can do. What may fail for
   * want of space is done before.
   */
  publish(assets: readonly StoredAsset[], work: Work): VersionRecord {
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
    const prepared = aliases.map((alias) => {
      const file = path.join(this.folder, randomUUID());
      writeFlushed(file, seal(nextAlias(place, alias, version)));
      return { file, alias };
    });
    return () => {
      for (const { file, alias } of prepared) {
        try {
          renameFile(file, place.alias(alias));
        } catch {
          // The version is there, and what the commit answers says which aliases stand on it.
        }
      }
      flushIfPossible(place.aliases);
    };
  }

  private record(version: string, assets: readonly StoredAsset[], manifest: Buffer): VersionRecord {
    const { workspace, artifact, type, tags, metadata, producer, created = Date.now() } = this.draft;
    return {
      workspace, artifact, version, type,
      tags: [...new Set(tags)],
      metadata: metadata ?? {},
      created,
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

  private makeArtifact(): void {
    const { layout } = this.store;
    const { workspace, artifact, type } = this.draft;
    const place = layout.artifact(this.draft);
    provideArtifact(layout, readArtifact(place) ?? { workspace, artifact, type, tags: [], created: Date.now() });
    if (this.draft.aliases !== undefined && this.draft.aliases.length > 0) {
      makeDirectory(place.aliases);
    }
    // All of it may be somebody's who was stopped before it was flushed.
    const unsettled = new Unsettled(this.folder);
    [path.join(layout.workspace(workspace), 'workspace.json'), place.facts, place.versions, place.aliases].forEach((each) => unsettled.look(each));
    unsettled.flush();
  }
}
