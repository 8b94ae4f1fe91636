import fs from 'node:fs';
import * as v from 'valibot';
import { corrupt, isArtifactError } from '../model/errors';
import type { JsonObject } from '../model/json';
import { isVersionNumber } from '../model/version';
import { isMissing } from './fileErrors';
import { MOST_RECORD } from './jsonMarks';
import { unseal } from './sealed';
import { readSmallFile } from './smallFile';

/*
 * The small JSON files of a store. They may come from anywhere, so their shape is checked, not believed.
 */

const text = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());
const digest = v.pipe(text, v.regex(/^[0-9a-f]{64}$/));
const versionNumber = v.pipe(text, v.check(isVersionNumber));
const tags = v.pipe(v.array(text), v.readonly());
const metadata = v.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const RUN_ID = /^[0-9a-z][0-9a-z-]{0,63}$/;
const runId = v.pipe(text, v.regex(RUN_ID));

export const artifactRecord = v.object({
  workspace: text,
  artifact: text,
  type: text,
  description: v.optional(text),
  tags,
  created: time,
});

/** Says the whole name of a workspace whose directory is named by a digest. */
export const workspaceRecord = v.object({ workspace: text });

export const versionRecord = v.object({
  workspace: text,
  artifact: text,
  version: versionNumber,
  type: text,
  tags,
  metadata,
  created: time,
  producer: v.optional(v.object({ workspace: text, run: runId, name: text })),
  assets: count,
  bytes: count,
  manifest: v.object({ bytes: count, sha256: digest }),
});

export const aliasRecord = v.object({ alias: text, version: v.nullable(versionNumber), generation: count });

export const labelRecord = v.object({ version: versionNumber, tags, metadata, generation: count });

export const deletionRecord = v.object({ version: versionNumber, deleted: time });

/** What a removal remembers of an artifact's versions (knownNeeds.ts). */
export const needsRecord = v.object({
  versions: v.array(v.object({ version: versionNumber, state: text, objects: v.array(digest), packs: v.array(digest) })),
});

export const runRecord = v.object({
  run: runId,
  workspace: text,
  name: text,
  status: v.picklist(['running', 'finished', 'failed']),
  started: time,
  ended: v.optional(time),
});

const used = { at: time, workspace: text, artifact: text, version: versionNumber };
export const lineageRecord = v.object({
  ...used,
  relation: v.picklist(['produced', 'consumed']),
  run: v.object({ workspace: text, run: runId }),
});

export type ArtifactRecord = v.InferOutput<typeof artifactRecord>;
export type VersionRecord = v.InferOutput<typeof versionRecord>;
export type AliasRecord = v.InferOutput<typeof aliasRecord>;
export type LabelRecord = v.InferOutput<typeof labelRecord>;
export type RunRecord = v.InferOutput<typeof runRecord>;
export type LineageRecord = v.InferOutput<typeof lineageRecord>;

type Schema<T> = v.GenericSchema<unknown, T>;

/** The record in a file, nothing where there is no file; `corrupt` names a file that is not what was written. */
export function readRecord<T>(file: string, schema: Schema<T>): T | undefined {
  const content = readSmallFile(file, MOST_RECORD);
  return content === undefined ? undefined : parseRecord(content.toString('utf8'), file, schema);
}

export function parseRecord<T>(content: string, file: string, schema: Schema<T>): T {
  const result = v.safeParse(schema, unseal(content, file));
  if (!result.success) {
    throw corrupt(file);
  }
  return result.output;
}

/** What is there, unless it is damaged. */
export function sound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isArtifactError(error, 'corrupt')) {
      return undefined;
    }
    throw error;
  }
}

/** Names in a directory, none where there is no directory. */
export function namesIn(directory: string): string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    if (isMissing(error)) {
      return [];
    }
    throw error;
  }
}
