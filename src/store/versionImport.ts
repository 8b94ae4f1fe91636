import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ArchivedStore } from './archivedStore';
import { ArrivalChecks } from './arrivalChecks';
import { Arrivals, type KeptAlias } from './arrivals';
import type { VersionFacts } from './catalog';
import { settle } from './durable';
import type { VersionName } from './layout';
import type { StoredAsset } from './manifest';
import { readVersion, referenceText } from './manifests';
import { mend, type Mendable } from './mending';
import { provideArtifact } from './namedFolders';
import { sound, type VersionRecord } from './records';
import { numbers, readLabels } from './refs';
import type { Store } from './store';
import type { Work } from './work';

/**
 * What a version of an archive is to this store: `new`; `same`, here already with this content; `taken`, its number stands for other content
 * here; `deleted`, its number stood for a version that was deleted here; `damaged`, it is here and cannot be compared; `healed`, it is the
 * same, and bytes that are damaged or missing here come anew.
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

  private constructor(
    private readonly store: Store,
    private readonly archive: ArchivedStore,
  ) {
    const records = archive.versions().map((record) => [referenceText(record), record] as const);
    this.records = new Map(records.sort(([a], [b]) => (a < b ? -1 : 1)));
    this.arrivals = new Arrivals(store, archive);
  }

  /** To be closed, unless this throws. */
  static open(store: Store, file: string, work: Work): VersionImport {
    const archive = ArchivedStore.open(file, work);
    try {
      return new VersionImport(store, archive);
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
      const state = this.stateOf(record, assets);
      if (state === 'new') {
        checks.expect(record, assets);
      } else if (state === 'same') {
        checks.hold(record, this.assetsHere(record).map((here, index) => ({ here, there: assets[index] ?? here })));
      }
      const { workspace, artifact, version, assets: count, bytes } = record;
      return { workspace, artifact, version, state, assets: count, bytes, ...(state === 'same' && this.keepsLabels(record) ? { keptLabels: true } : undefined) };
    });
    checks.verify(work).forEach((assets, record) => this.broken.set(referenceText(record), assets));
    const arriving = versions.filter(({ state }) => state === 'new' || state === 'same');
    return {
      versions: versions.map((version) => (this.broken.has(referenceText(version)) ? { ...version, state: 'healed' } : version)),
      keptAliases: this.arrivals.aliases(this.recordsOf(arriving), false),
    };
  }

  /** Writes one version, or what is damaged of it here; nothing when somebody else took its number since. */
  bring(name: VersionName, work: Work): VersionFacts | undefined {
    const record = this.records.get(referenceText(name));
    const assets = record && this.archive.assets(record);
    const state = record && assets && this.stateOf(record, assets);
    if (record === undefined || assets === undefined || (state !== 'new' && state !== 'same')) {
      return undefined;
    }
    this.store.created();
    if (state === 'same') {
      const broken = this.broken.get(referenceText(name));
      return broken && this.heal(record, broken, work);
    }
    const { workspace, artifact, type, version, tags, metadata, created, producer } = record;
    this.makeArtifact(record);
    if (producer !== undefined) {
      this.arrivals.bringRun(producer, created);
    }
    const writing = this.store.begin({ workspace, artifact, type, version, tags, metadata, created, producer }, randomUUID());
    try {
      writing.adopt(assets.filter(({ link }) => link === undefined), (asset) => this.archive.bytes(asset, record, work), work);
      writing.link(assets.flatMap(({ path, link, size, metadata: its }) => (link === undefined ? [] : [{ path, link, size, metadata: its }])));
      writing.commit(work);
    } finally {
      writing.abandon();
    }
    this.arrivals.bringLabels(record);
    return this.store.catalog.version(name);
  }

  /** Brings what belongs to versions that are here now: aliases that stand on nothing here, labels, lineage. Tells which aliases stay elsewhere. */
  finish(): readonly KeptAlias[] {
    const here = this.recordsOf([...this.records.values()].filter((record) => this.stateOf(record, this.archive.assets(record)) === 'same'));
    here.forEach((record) => {
      this.makeArtifact(record);
      this.arrivals.bringLabels(record);
    });
    if (here.length > 0) {
      // One that was here already may be somebody's who was stopped before it was flushed.
      settle(this.store.layout.tmp, (unsettled) => here.forEach((record) => unsettled.look(this.store.layout.artifact(record).version(record.version))));
    }
    const kept = this.arrivals.aliases(here, true);
    this.arrivals.bringLineage(here);
    for (const artifact of new Map(here.map(({ workspace, artifact: name }) => [JSON.stringify([workspace, name]), { workspace, artifact: name }])).values()) {
      this.store.changes.announce(artifact);
    }
    return kept;
  }

  private heal(record: VersionRecord, broken: readonly Mendable[], work: Work): VersionFacts {
    mend(this.store, broken, (asset) => this.archive.bytes(asset, record, work), work);
    this.broken.delete(referenceText(record));
    return this.store.catalog.version(record);
  }

  private assetsHere(record: VersionRecord): readonly StoredAsset[] {
    return this.store.manifests.tree(this.store.catalog.resolve(record)).assets;
  }

  private stateOf(record: VersionRecord, assets: readonly StoredAsset[]): Arrival {
    const place = this.store.layout.artifact(record);
    const { live, deleted } = numbers(place);
    if (!live.includes(record.version)) {
      return deleted.has(record.version) ? 'deleted' : 'new';
    }
    const isSame = sound(() => {
      const here = readVersion(this.store.layout, record);
      return here !== undefined && sameFacts(here, record) && sameAssets(this.store.manifests.tree(here).assets, assets);
    });
    return isSame === undefined ? 'damaged' : isSame ? 'same' : 'taken';
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

/** Where the bytes lie is each store's own business, and so is the digest of the list that says it. */
const sameFacts = (a: VersionRecord, b: VersionRecord): boolean =>
  a.type === b.type && isDeepStrictEqual([a.tags, a.metadata], [b.tags, b.metadata]);

const sameAssets = (these: readonly StoredAsset[], those: readonly StoredAsset[]): boolean =>
  these.length === those.length && these.every((asset, index) => {
    const { path, size, sha256, link, metadata } = those[index] ?? asset;
    return isDeepStrictEqual([asset.path, asset.size, asset.sha256, asset.link, asset.metadata], [path, size, sha256, link, metadata]);
  });
