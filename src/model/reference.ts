import type { ArtifactRef, VersionRef } from './artifact';
import { isLatestAlias, LATEST } from './artifact';
import { invalid } from './errors';
import { isVersionNumber } from './version';

/** `workspace/name:2.1.0`, as people copy and type it. */
export function formatReference(ref: VersionRef): string {
  return `${formatArtifact(ref)}:${ref.version}`;
}

export function formatArtifact(ref: ArtifactRef): string {
  return `${ref.workspace}/${ref.artifact}`;
}

/** What a reference says; what it leaves open is absent. */
export interface ReferenceParts {
  readonly workspace?: string | undefined;
  readonly artifact: string;
  readonly version?: string | undefined;
}

/** Reads `[workspace/]name[:versionOrAlias]`. Throws `invalid` with a sentence that says what is expected. */
export function parseReference(text: string): ReferenceParts {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  const rest = slash < 0 ? trimmed : trimmed.slice(slash + 1);
  const colon = rest.indexOf(':');
  const workspace = slash < 0 ? undefined : trimmed.slice(0, slash);
  const artifact = colon < 0 ? rest : rest.slice(0, colon);
  const version = colon < 0 ? undefined : rest.slice(colon + 1);
  if (artifact === '' || workspace === '' || version === '' || artifact.includes('/')) {
    throw invalid(`“${trimmed}” is not a reference. Write workspace/name:version, for example ada/churn-data:2.1.0 or ada/churn-data:prod.`);
  }
  return { workspace, artifact, version };
}

const MAX_NAME = 100;

/** Says in one sentence why `name` cannot name a workspace or an artifact, or nothing when it can. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') {
    return 'A name is needed.';
  }
  if (name !== name.trim()) {
    return 'A name cannot begin or end with a space.';
  }
  if ([...name].length > MAX_NAME) {
    return `A name has at most ${MAX_NAME} characters.`;
  }
  // eslint-disable-next-line no-control-regex -- these are what the rule is about
  if (/[\u0000-\u001f\u007f\u2028\u2029]/u.test(name)) {
    return 'A name cannot contain line breaks or control characters.';
  }
  if (/[/\\:]/u.test(name)) {
    return 'A name cannot contain “/”, “\\” or “:”.';
  }
  if (name.startsWith('@')) {
    return 'A name cannot begin with “@”.';
  }
  if (name === '.' || name === '..') {
    return '“.” and “..” are not names.';
  }
  if (!name.isWellFormed()) {
    return 'The name is not valid Unicode.';
  }
  return undefined;
}

/** The same for an alias: also not a version number and not `Latest`, which is computed. */
export function aliasProblem(alias: string): string | undefined {
  if (isLatestAlias(alias)) {
    return `“${LATEST}” always means the highest version and cannot be set.`;
  }
  if (isVersionNumber(alias)) {
    return 'An alias cannot look like a version number.';
  }
  return nameProblem(alias);
}

/** The same for a tag: one line of any characters, `customer:1` included. */
export function tagProblem(tag: string): string | undefined {
  return nameProblem(tag.replaceAll(/[/\\:]/gu, '_'));
}
