import { ArtifactError, corrupt, invalid } from '../model/errors';
import { refuse } from '../model/draftRules';
import { nameProblem, tagProblem } from '../model/reference';
import type { ArchivedStore } from './archivedStore';
import { checkDraft } from './draft';
import { EMPTY_SHA256, type StoredAsset } from './manifest';
import { readRecord, runRecord, type VersionRecord } from './records';
import type { Store } from './store';
import type { Work } from './work';

/** Beyond it JavaScript has no dates. */
const LAST_TIME = 8.64e15;

/** What an archive has to be before anything of it is written. */
export class ArrivalChecks {
  /** Assets to read, each place in the archive once. */
  private readonly expected = new Map<string, { readonly asset: StoredAsset; readonly of: VersionRecord }>();
  private totalBytes = 0;

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

  /** Reads all that is expected; what is missing or wrong is `corrupt`. */
  verify(work: Work): void {
    let bytes = 0;
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
