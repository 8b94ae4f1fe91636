import fs from 'node:fs';
import * as path from 'node:path';
import { isVersionNumber, newestFirst } from '../model/version';
import { makeDirectory, replaceFile, settle } from './durable';
import { decodeName } from './fileName';
import type { ArtifactLayout, Layout } from './layout';
import { type AliasRecord, aliasRecord, labelRecord, type LabelRecord, namesIn, readRecord, sound } from './records';
import { seal } from './sealed';

/*
 * What can change about an artifact's versions: which there are, and which alias stands on which. Small files, each replaced whole.
 */

export interface Numbers {
  /** Newest first. */
  readonly live: readonly string[];
  readonly deleted: ReadonlySet<string>;
  /** Live and deleted. */
  readonly used: readonly string[];
}

const NO_NUMBERS: Numbers = { live: [], deleted: new Set(), used: [] };

/** Which version numbers an artifact has. The directory of a deleted version stays, so that nothing takes its number again. */
export function numbers(artifact: ArtifactLayout): Numbers {
  const used = namesIn(artifact.versions).flatMap(versionNumber);
  if (used.length === 0) {
    return NO_NUMBERS;
  }
  const deleted = new Set(namesIn(artifact.deleted).flatMap((name) => versionNumber(withoutExtension(name))));
  return { used, deleted, live: newestFirst(deleted.size === 0 ? used : used.filter((version) => !deleted.has(version))) };
}

function versionNumber(fileName: string): string[] {
  const decoded = decodeName(fileName);
  return typeof decoded === 'object' && isVersionNumber(decoded.name) ? [decoded.name] : [];
}

const withoutExtension = (name: string): string => name.replace(/\.json$/, '');

/** Aliases by the version that they stand on. One that stands on a deleted version is none; a damaged one is found when it is asked for. */
export function aliasesByVersion(artifact: ArtifactLayout, { live }: Numbers): ReadonlyMap<string, readonly string[]> {
  const standing = new Set(live);
  const aliases = new Map<string, string[]>();
  for (const name of namesIn(artifact.aliases).sort()) {
    const record = name.endsWith('.json') ? sound(() => readRecord(path.join(artifact.aliases, name), aliasRecord)) : undefined;
    if (record?.version !== undefined && record.version !== null && standing.has(record.version)) {
      aliases.set(record.version, [...(aliases.get(record.version) ?? []), record.alias]);
    }
  }
  return aliases;
}

/** The version that an alias stands on, whether it is live or not. */
export function aliasTarget(artifact: ArtifactLayout, alias: string): string | undefined {
  return readAlias(artifact, alias)?.version ?? undefined;
}

/** Sets an alias on a version, or on none. */
export function writeAlias(layout: Layout, artifact: ArtifactLayout, alias: string, version: string | null): void {
  // Nothing at all where it is damaged: then it is written anew.
  const here = sound(() => ({ target: aliasTarget(artifact, alias) }));
  if (here !== undefined && here.target === (version ?? undefined)) {
    settle(layout.tmp, (unsettled) => unsettled.look(artifact.alias(alias)));
    return;
  }
  makeDirectory(artifact.aliases);
  replaceFile(artifact.alias(alias), seal(nextAlias(artifact, alias, version)), layout.tmp);
}

export function nextAlias(artifact: ArtifactLayout, alias: string, version: string | null): AliasRecord {
  return { alias, version, generation: (sound(() => readAlias(artifact, alias))?.generation ?? 0) + 1 };
}

const readAlias = (artifact: ArtifactLayout, alias: string): AliasRecord | undefined => readRecord(artifact.alias(alias), aliasRecord);

/** What was said about a version after it was committed. */
export function readLabels(artifact: ArtifactLayout, version: string): LabelRecord | undefined {
  return readRecord(artifact.label(version), labelRecord);
}

export function writeLabels(layout: Layout, artifact: ArtifactLayout, labels: Omit<LabelRecord, 'generation'>): void {
  makeDirectory(artifact.labels);
  const generation = (sound(() => readLabels(artifact, labels.version))?.generation ?? 0) + 1;
  replaceFile(artifact.label(labels.version), seal({ ...labels, generation }), layout.tmp);
}

/** The same as `numbers` says of one, at no more cost where there are many. */
export const isLive = (artifact: ArtifactLayout, version: string): boolean => fs.existsSync(artifact.version(version)) && !isDeleted(artifact, version);

export const isDeleted = (artifact: ArtifactLayout, version: string): boolean => fs.existsSync(artifact.deletion(version));
