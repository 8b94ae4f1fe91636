import fs from 'node:fs';
import * as path from 'node:path';
import type * as v from 'valibot';
import { isArtifactError } from '../model/errors';
import { decodeName } from './fileName';
import type { Finding, FoundIn } from './finding';
import { ArtifactLayout, type Layout } from './layout';
import { linesOf, soundLine } from './lineageLines';
import { MOST_MANIFEST, type StoredAsset } from './manifest';
import { readManifest, readVersionIn } from './manifests';
import { readArtifact } from './namedFolders';
import { aliasRecord, artifactRecord, deletionRecord, labelRecord, namesIn, readRecord, runRecord, workspaceRecord } from './records';
import { isDeleted, numbers } from './refs';
import { readSmallFile } from './smallFile';
import type { Work } from './work';

/** A version whose list of files can be read. */
export interface SoundVersion {
  readonly name: FoundIn;
  /** Its directory. */
  readonly folder: string;
  readonly assets: readonly StoredAsset[];
}

type Told = (finding: Pick<Finding, 'problem' | 'file' | 'of'>) => void;

/** Reads all small files of a store. Tells what is wrong with them, and gives every live version that is not. */
export function* checkRecords(layout: Layout, told: Told, work: Work): Generator<SoundVersion> {
  for (const workspace of namesIn(layout.workspaces)) {
    const folder = path.join(layout.workspaces, workspace);
    check(path.join(folder, 'workspace.json'), workspaceRecord, decodeName(workspace) === 'hashed', told);
    for (const artifact of namesIn(folder)) {
      yield* checkArtifact(new ArtifactLayout(path.join(folder, artifact)), told, work);
    }
  }
  for (const name of namesIn(layout.runs).filter((each) => each.endsWith('.json'))) {
    check(path.join(layout.runs, name), runRecord, false, told);
  }
  for (const name of namesIn(layout.lineage).filter((each) => each.endsWith('.jsonl'))) {
    checkLines(path.join(layout.lineage, name), told);
  }
}

/** The live versions of a store whose lists of files can be read, without a word about the others. */
export const soundVersions = (layout: Layout, work: Work): Generator<SoundVersion> => checkRecords(layout, () => {}, work);

function* checkArtifact(place: ArtifactLayout, told: Told, work: Work): Generator<SoundVersion> {
  const known = numbers(place);
  const { live, deleted, used } = known;
  // What a log that did not finish leaves is no artifact.
  if (used.length === 0) {
    return;
  }
  const facts = readArtifact(place, known);
  const name = facts === undefined ? namedByFolder(place) : { workspace: facts.workspace, artifact: facts.artifact };
  const of = name === undefined ? undefined : { of: name };
  check(place.facts, artifactRecord, true, (finding) => told({ ...finding, ...of }));
  for (const [folder, schema] of [[place.aliases, aliasRecord], [place.labels, labelRecord], [place.deleted, deletionRecord]] as const) {
    for (const file of namesIn(folder).filter((each) => each.endsWith('.json'))) {
      check<unknown>(path.join(folder, file), schema, false, (finding) => told({ ...finding, ...of }));
    }
  }
  for (const version of [...live, ...deleted]) {
    work.check();
    const folder = place.version(version);
    const toldOfVersion: Told = (finding) => {
      // It may have been deleted meanwhile.
      if (deleted.has(version) || !isDeleted(place, version)) {
        told({ ...finding, ...(name === undefined ? undefined : { of: { ...name, version } }) });
      }
    };
    const record = telling(path.join(folder, 'version.json'), true, () => readVersionIn(place, version), toldOfVersion);
    if (record === undefined || deleted.has(version)) {
      continue;
    }
    const assets = telling(path.join(folder, 'manifest.json'), true, () => readManifest(place, record), toldOfVersion);
    if (assets !== undefined) {
      yield { name: { workspace: record.workspace, artifact: record.artifact, version }, folder, assets };
    }
  }
}

function namedByFolder({ folder }: ArtifactLayout): FoundIn | undefined {
  const [workspace, artifact] = [path.dirname(folder), folder].map((each) => decodeName(path.basename(each)));
  return typeof workspace === 'object' && typeof artifact === 'object' ? { workspace: workspace.name, artifact: artifact.name } : undefined;
}

function check<T>(file: string, schema: v.GenericSchema<unknown, T>, isNeeded: boolean, told: Told): void {
  telling(file, isNeeded, () => readRecord(file, schema), told);
}

/** What `read` gives. A failure to read is told as damage: a disk that cannot give a file back has lost it. */
function telling<T>(file: string, isNeeded: boolean, read: () => T | undefined, told: Told): T | undefined {
  try {
    const value = read();
    if (value === undefined && isNeeded) {
      told({ problem: 'missing', file });
    }
    return value;
  } catch (error) {
    told({ problem: isArtifactError(error, 'corrupt') && !fs.existsSync(file) ? 'missing' : 'damaged', file });
    return undefined;
  }
}

function checkLines(file: string, told: Told): void {
  const bytes = telling(file, true, () => readSmallFile(file, MOST_MANIFEST), told) ?? Buffer.alloc(0);
  const isDamaged = (line: string): boolean => soundLine(line, file) === undefined;
  // What has no end is still being written, or never will be; what has another end had the right one.
  const last = bytes.lastIndexOf(0x0a) + 1;
  const end = bytes.toString('utf8', last);
  if ((isDamaged(end) && !isDamaged(end.slice(0, -1))) || hasLine(bytes.subarray(0, last), isDamaged)) {
    told({ problem: 'damaged', file });
  }
}

function hasLine(bytes: Buffer, such: (line: string) => boolean): boolean {
  for (const line of linesOf(bytes)) {
    if (such(line)) {
      return true;
    }
  }
  return false;
}
