import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ArchivedStore } from './archivedStore';
import { ArrivalChecks } from './arrivalChecks';
import { Arrivals, type KeptAlias } from './arrivals';
import { settle } from './durable';
import type { VersionName } from './layout';
import type { StoredAsset } from './manifest';
import { referenceText } from './manifests';
import { mend, type Mendable } from './mending';
import { provideArtifact } from './namedFolders';
import { sound, type VersionRecord } from './records';
import { isDeleted, isLive, readLabels } from './refs';
import { type Twin, twinOf } from './restoring';
import { type Rest, short } from './shortage';
import type { Store } from './store';
import type { Work } from './work';

/**
 * What a version of an archive is to this store: `new`; `same`, here already with this content; `taken`, its number stands for other content
 * here; `deleted`, its number stood for a version that was deleted here; `damaged`, it is here and cannot be compared; `healed`, it is the
 * same, and bytes or a record that are damaged or missing here come anew.
 */
export type Arrival = 'new' | 'same' | 'healed' | 'taken' | 'deleted' | 'damaged';

export interface ArrivingVersion extends VersionName {
  readonly state: Arrival;
  readonly assets: number;
  readonly bytes: number;
  /** Its tags and metadata were changed here and there, differently. Those here stay. */
  readonly keptLabels?: true;
}

export interface ImportPlan {
  /** By name. */
  readonly versions: readonly ArrivingVersion[];
  /** Aliases that stand on another version here, and stay there. */
  readonly keptAliases: readonly KeptAlias[];
}

/** An archive whose versions come into a store. Everything in it is verified before anything is written. */
export class VersionImport {
  private readonly records: ReadonlyMap<string, VersionRecord>;
  private readonly arrivals: Arrivals;
  /** Assets of versions that are here, and whose bytes are not; by reference. */
  private readonly broken = new Map<string, readonly Mendable[]>();

  /** The last version that came of each artifact. */
  private readonly brought = new Map<string, string>();

  private constructor(
    private readonly store: Store,
    private readonly archive: ArchivedStore,
    work: Work,
  ) {
    const records = archive.versions(work).map((record) => [referenceText(record), record] as const);
    this.records = new Map(records.sort(([a], [b]) => (a < b ? -1 : 1)));
    this.arrivals = new Arrivals(store, archive);
  }

  /** To be closed, unless this throws. */
  static open(store: Store, file: string, work: Work): VersionImport {
    const archive = ArchivedStore.open(file, work);
    try {
      return new VersionImport(store, archive, work);
    } catch (error) {
      archive.close();
      throw error;
    }
  }

  close(): void {
    this.archive.close();
  }

  /**
   * Looks at all versions, and reads and verifies every byte of those that are new, and of those that are here where they are. Throws for
   * an archive of which nothing can be trusted.
   */
  plan(work: Work): ImportPlan {
    const checks = new ArrivalChecks(this.store, this.archive);
    const versions = Array.from(this.records.values(), (record): ArrivingVersion => {
      work.check();
      checks.checkRecord(record);
      const assets = this.archive.assets(record);
      const standing = this.standing(record, assets);
      const state = typeof standing === 'string' ? standing : standing.restore === undefined ? 'same' : 'healed';
      if (typeof standing !== 'string') {
        checks.hold(record, standing.assets.map((here, index) => ({ here, there: assets[index] ?? here })));
      } else if (standing === 'new') {
        checks.expect(record, assets);
      }
      const { workspace, artifact, version, assets: count, bytes } = record;
      return { workspace, artifact, version, state, assets: count, bytes, ...(state === 'same' && this.keepsLabels(record) ? { keptLabels: true } : undefined) };
    });
    checks.verify(work).forEach((assets, record) => this.broken.set(referenceText(record), assets));
    const arriving = versions.filter(({ state }) => state === 'new' || state === 'same' || state === 'healed');
    return {
      versions: versions.map((version) => (this.broken.has(referenceText(version)) ? { ...version, state: 'healed' } : version)),
      keptAliases: this.arrivals.aliases(this.recordsOf(arriving), false, work),
    };
  }

  /** Writes one version, or what is damaged of it here; nothing when somebody else took its number since. */
  bring(name: VersionName, work: Work): VersionName | undefined {
    const record = this.records.get(referenceText(name));
    const assets = record && this.archive.assets(record);
    const standing = record && assets && this.standing(record, assets);
    if (record === undefined || assets === undefined || standing === undefined || (typeof standing === 'string' && standing !== 'new')) {
      return undefined;
    }
    this.store.created();
    if (standing !== 'new') {
      return this.heal(record, standing, work);
    }
    const { workspace, artifact, type, version, tags, metadata, created, producer } = record;
    this.makeArtifact(record);
    if (producer !== undefined) {
      this.arrivals.bringRun(producer, created);
    }
    const after = this.brought.get(this.store.layout.artifact(record).folder);
    const writing = this.store.begin({ workspace, artifact, type, version, tags, metadata, created, producer, after }, randomUUID());
    try {
      const files = assets.filter(({ link }) => link === undefined);
      const rest = (): Rest => ({ bytes: files.reduce((sum, { size }) => sum + size, 0), of: `the files of ${referenceText(record)}` });
      short(this.store.layout.root, rest, () => writing.adopt(files, (asset) => this.archive.bytes(asset, record, work), work));
      writing.link(assets.flatMap(({ path, link, size, metadata: its }) => (link === undefined ? [] : [{ path, link, size, metadata: its }])));
      writing.commitRecord(work);
    } finally {
      writing.abandon();
    }
    this.brought.set(this.store.layout.artifact(record).folder, version);
    this.arrivals.bringLabels(record);
    return { workspace, artifact, version };
  }

  /** Brings what belongs to versions that are here now: aliases that stand on nothing here, labels, lineage. Tells which aliases stay elsewhere. */
  finish(work: Work): readonly KeptAlias[] {
    const here = [...this.records.values()].filter((record) => {
      work.check();
      return typeof this.standing(record, this.archive.assets(record)) === 'object';
    });
    here.forEach((record) => {
      work.check();
      this.makeArtifact(record);
      this.arrivals.bringLabels(record);
    });
    if (here.length > 0) {
      // One that was here already may be somebody's who was stopped before it was flushed.
      settle(this.store.layout.tmp, (unsettled) => here.forEach((record) => unsettled.look(this.store.layout.artifact(record).version(record.version))));
    }
    const kept = this.arrivals.aliases(here, true, work);
    this.arrivals.bringLineage(here, work);
    for (const artifact of new Map(here.map(({ workspace, artifact: name }) => [JSON.stringify([workspace, name]), { workspace, artifact: name }])).values()) {
      this.store.changes.announce(artifact);
    }
    return kept;
  }

  /** Nothing where all is right by now. */
  private heal(record: VersionRecord, { restore }: Twin, work: Work): VersionName | undefined {
    const broken = this.broken.get(referenceText(record)) ?? [];
    if (broken.length === 0 && restore === undefined) {
      return undefined;
    }
    mend(this.store, broken, (asset) => this.archive.bytes(asset, record, work), work);
    restore?.();
    this.broken.delete(referenceText(record));
    return { workspace: record.workspace, artifact: record.artifact, version: record.version };
  }

  /** What is here under its number. */
  private standing(record: VersionRecord, assets: readonly StoredAsset[]): Twin | 'new' | 'deleted' | 'taken' | 'damaged' {
    const { layout } = this.store;
    const place = layout.artifact(record);
    if (!isLive(place, record.version)) {
      return isDeleted(place, record.version) ? 'deleted' : 'new';
    }
    const twin = twinOf(layout, record, assets);
    return twin === 'other' ? 'taken' : twin;
  }

  private keepsLabels(record: VersionRecord): boolean {
    const there = this.archive.labels(record);
    const here = sound(() => readLabels(this.store.layout.artifact(record), record.version));
    return there !== undefined && here !== undefined && !isDeepStrictEqual([there.tags, there.metadata], [here.tags, here.metadata]);
  }

  /** What is said of the artifact itself comes along where it is new, or damaged here. */
  private makeArtifact(record: VersionRecord): void {
    const facts = this.archive.artifact(record);
    if (facts?.workspace === record.workspace && facts.artifact === record.artifact) {
      provideArtifact(this.store.layout, facts);
    }
  }

  private recordsOf(names: readonly VersionName[]): VersionRecord[] {
    return names.flatMap((name) => this.records.get(referenceText(name)) ?? []);
  }
}
