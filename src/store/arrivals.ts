import { checkLabels } from '../model/draftRules';
import { isArtifactError } from '../model/errors';
import { aliasProblem, nameProblem } from '../model/reference';
import type { ArchivedStore } from './archivedStore';
import { createFile, makeDirectory } from './durable';
import type { VersionName } from './layout';
import { LineageReader } from './lineageLog';
import { referenceText } from './manifests';
import { type LabelRecord, type LineageRecord, type RunRecord, sound, type VersionRecord } from './records';
import { aliasTarget, isLive, readLabels, writeAlias, writeLabels } from './refs';
import { seal } from './sealed';
import type { Store } from './store';
import type { Work } from './work';

/** An alias of an archive that stands on another version here. */
export interface KeptAlias extends VersionName {
  readonly alias: string;
  /** The version that it stands on here. */
  readonly standsOn: string;
}

/** What versions of an archive bring beside their files. What is said here already stays. */
export class Arrivals {
  constructor(
    private readonly store: Store,
    private readonly archive: ArchivedStore,
  ) {}

  /** Sets the aliases of versions that stand on nothing here, where `write` says so; returns those that stand elsewhere. */
  aliases(records: readonly VersionRecord[], write: boolean, work: Work): KeptAlias[] {
    const { layout } = this.store;
    const kept: KeptAlias[] = [];
    for (const versions of Map.groupBy(records, (record) => layout.artifact(record).folder).values()) {
      const [first] = versions;
      const byNumber = new Map(versions.map((record) => [record.version, record]));
      for (const { alias, version } of first === undefined ? [] : this.archive.aliases(first)) {
        work.check();
        const record = byNumber.get(version ?? '');
        if (record === undefined || aliasProblem(alias) !== undefined) {
          continue;
        }
        const place = layout.artifact(record);
        const standsOn = sound(() => aliasTarget(place, alias));
        if (standsOn !== undefined && standsOn !== version && isLive(place, standsOn)) {
          kept.push({ workspace: record.workspace, artifact: record.artifact, version: record.version, alias, standsOn });
        } else if (write) {
          writeAlias(layout, place, alias, record.version);
        }
      }
    }
    return kept;
  }

  /** What was said of a version after it was logged, unless something was said here that can be read. */
  bringLabels(record: VersionRecord): void {
    const labels = this.archive.labels(record);
    const place = this.store.layout.artifact(record);
    if (labels !== undefined && areLegal(labels) && sound(() => readLabels(place, record.version)) === undefined) {
      writeLabels(this.store.layout, place, { version: record.version, tags: labels.tags, metadata: labels.metadata });
    }
  }

  /** A run that the archive does not tell of is made up from what the version says of it. */
  bringRun({ workspace, run, name }: { readonly workspace: string; readonly run: string; readonly name: string }, at: number): void {
    const { layout, runs } = this.store;
    if (runs.find({ workspace, run }) === undefined) {
      const told = this.archive.run(run);
      const record: RunRecord = told?.workspace === workspace ? told : { run, workspace, name, status: 'finished', started: at, ended: at };
      makeDirectory(layout.runs);
      createFile(layout.run(run), seal(record), layout.tmp);
    }
  }

  /** The lines about these versions that are not here. */
  bringLineage(records: readonly VersionRecord[], work: Work): void {
    const names = new Set(records.map(referenceText));
    const known = new Set(new LineageReader(this.store.layout).all().map(lineKey));
    const lines = Array.from(this.archive.lineage(work)).filter((line) =>
      names.has(referenceText(line)) && nameProblem(line.run.workspace) === undefined && !known.has(lineKey(line)) && known.add(lineKey(line)));
    for (const { run, at } of lines) {
      this.bringRun({ ...run, name: run.run }, at);
    }
    if (lines.length > 0) {
      this.store.lineage.append(...lines);
    }
  }
}

const lineKey = ({ workspace, artifact, version, relation, run }: LineageRecord): string => JSON.stringify([workspace, artifact, version, relation, run.workspace, run.run]);

function areLegal({ tags, metadata }: LabelRecord): boolean {
  try {
    checkLabels({ tags, metadata });
    return true;
  } catch (error) {
    if (isArtifactError(error, 'invalid')) {
      return false;
    }
    throw error;
  }
}
