import { invalid } from '../model/errors';
import type { JsonObject } from '../model/json';
import { aliasProblem, nameProblem, tagProblem } from '../model/reference';
import { isBump, isVersionNumber } from '../model/version';
import { isPlainlyEncoded } from './fileName';
import type { ArtifactName } from './layout';
import type { RunName } from './runs';

export interface NewVersion extends ArtifactName {
  readonly type: string;
  /** A bump or an exact number. */
  readonly version: string;
  readonly aliases?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly producer?: RunName | undefined;
}

export interface NewLabels {
  readonly aliases?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** Throws `invalid` with the sentence for the first thing that cannot be. */
export function checkDraft(draft: NewVersion): void {
  const { workspace, artifact, type, version } = draft;
  refuse(nameProblem(workspace));
  refuse(nameProblem(artifact));
  refuse(tagProblem(type));
  if (!isBump(version) && !(isVersionNumber(version) && isPlainlyEncoded(version))) {
    throw invalid(`“${version}” is not a version number. Write one like 2.1.0, or major, minor or patch.`);
  }
  checkLabels(draft);
}

export function checkLabels({ aliases = [], tags = [], metadata = {} }: NewLabels): void {
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
