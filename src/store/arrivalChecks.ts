import { ArtifactError, corrupt, invalid } from '../model/errors';
import { refuse } from '../model/draftRules';
import { nameProblem, tagProblem } from '../model/reference';
import type { ArchivedStore } from './archivedStore';
import { checkDraft } from './draft';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import { isWhole, type Mendable } from './mending';
import { readRecord, runRecord, type VersionRecord } from './records';
import type { Store } from './store';
import type { Work } from './work';

/** Beyond it JavaScript has no dates. */
const LAST_TIME = 8.64e15;

/** What an archive has to be before anything of it is written. */
export class ArrivalChecks {
  /** Assets to read, each place in the archive once. */
  private readonly expected = new Map<string, { readonly asset: StoredAsset; readonly of: VersionRecord }>();
  private readonly held: (Mendable & { readonly of: VersionRecord })[] = [];
  private totalBytes = 0;
  private readBytes = 0;

  constructor(
    private readonly store: Store,
    private readonly archive: ArchivedStore,
  ) {}

  /** Throws `invalid` for names that no store takes. */
  checkRecord(record: VersionRecord): void {
    const { producer } = record;
    try {
      checkDraft(record);
      refuse(Math.abs(record.created) <= LAST_TIME ? undefined : 'Its time cannot be.');
      if (producer !== undefined) {
        refuse(nameProblem(producer.workspace));
        refuse(tagProblem(producer.name));
        const here = readRecord(this.store.layout.run(producer.run), runRecord);
        refuse(here === undefined || here.workspace === producer.workspace ? undefined : `Its run ${producer.run} is another one here.`);
      }
    } catch (error) {
      throw error instanceof ArtifactError ? invalid(`${this.archive.what} cannot be imported: ${error.details}`, error) : error;
    }
  }

  expect(of: VersionRecord, assets: readonly StoredAsset[]): void {
    for (const asset of assets) {
      if (asset.link !== undefined) {
        continue;
      }
      if (asset.size === 0 && asset.sha256 !== EMPTY_SHA256) {
        throw corrupt(`${asset.path} in ${this.archive.what}`);
      }
      const key = `${asset.sha256} ${asset.size} ${asset.pack} ${asset.offset}`;
      if (asset.size > 0 && !this.expected.has(key)) {
        this.expected.set(key, { asset, of });
        this.totalBytes += asset.size;
      }
    }
  }

  /** A version that is here already, with its assets here and there. */
  hold(of: VersionRecord, assets: readonly Mendable[]): void {
    for (const each of assets) {
      if (each.here.link === undefined && each.here.size > 0) {
        this.held.push({ ...each, of });
        this.totalBytes += each.here.size;
      }
    }
  }

  /** Reads all that is expected, which is `corrupt` where something is missing or wrong. Answers what is so here of versions that are held. */
  verify(work: Work): ReadonlyMap<VersionRecord, readonly Mendable[]> {
    const broken = this.brokenHere(work);
    broken.forEach((assets, of) => this.expect(of, assets.map(({ there }) => there)));
    this.verifyExpected(work);
    return broken;
  }

  private brokenHere(work: Work): Map<VersionRecord, Mendable[]> {
    const broken = new Map<VersionRecord, Mendable[]>();
    const known = new Map<string, boolean>();
    for (const { of, here, there } of this.held) {
      const key = `${here.sha256} ${here.size} ${here.pack} ${here.offset}`;
      const whole = known.get(key) ?? isWhole(this.store, here, work);
      known.set(key, whole);
      if (!whole) {
        const some = broken.get(of) ?? [];
        some.push({ here, there });
        broken.set(of, some);
      }
      this.readBytes += here.size;
      work.report({ bytes: this.readBytes, totalBytes: this.totalBytes, current: here.path });
    }
    return broken;
  }

  private verifyExpected(work: Work): void {
    let bytes = this.readBytes;
    let files = 0;
    const totals = { totalBytes: this.totalBytes, totalFiles: this.expected.size };
    for (const { asset, of } of this.expected.values()) {
      for (const chunk of this.archive.bytes(asset, of, work)) {
        bytes += chunk.length;
        work.report({ bytes, files, ...totals, current: asset.path });
      }
      files++;
    }
  }
}
