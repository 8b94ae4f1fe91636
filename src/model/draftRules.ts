import { invalid } from './errors';
import type { JsonObject } from './json';
import { aliasProblem, nameProblem, tagProblem } from './reference';
import { isBump, isVersionNumber } from './version';

export interface DraftLabels {
  readonly aliases?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
}

export interface DraftNames extends DraftLabels {
  readonly workspace: string;
  readonly artifact: string;
  readonly type: string;
  /** A bump or an exact number. */
  readonly version: string;
}

/** Throws `invalid` with the sentence for the first thing that cannot be, on any back end. */
export function checkDraft(draft: DraftNames): void {
  const { workspace, artifact, type, version } = draft;
  refuse(nameProblem(workspace));
  refuse(nameProblem(artifact));
  refuse(tagProblem(type));
  if (!isBump(version) && !isVersionNumber(version)) {
    throw notANumber(version);
  }
  checkLabels(draft);
}

export const notANumber = (version: string): Error => invalid(`“${version}” is not a version number. Write one like 2.1.0, or major, minor or patch.`);

export function checkLabels({ aliases = [], tags = [], metadata = {} }: DraftLabels): void {
  aliases.forEach((alias) => refuse(aliasProblem(alias)));
  tags.forEach((tag) => refuse(tagProblem(tag)));
  checkedMetadata(metadata);
}

export function checkedMetadata(metadata: unknown): JsonObject {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw invalid('Metadata is a JSON object.');
  }
  return metadata as JsonObject;
}

export function refuse(problem: string | undefined): void {
  if (problem !== undefined) {
    throw invalid(problem);
  }
}
