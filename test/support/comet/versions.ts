import { compare, inc, valid } from 'semver';
import type { Quirks } from './quirks';
import { type Experiment, newId, type Records, type StoredArtifact, type StoredVersion } from './records';
import { Refusal } from './refusal';

/** Comet's rules of versions and aliases. */

const isLatestWord = (alias: string, quirks: Quirks): boolean => alias === 'Latest' || (quirks.latestInAnyCase && alias.toLowerCase() === 'latest');

export function latestOf(artifact: StoredArtifact, quirks: Quirks): StoredVersion | undefined {
  const closed = artifact.versions.filter(({ state }) => state === 'CLOSED');
  return quirks.latest === 'newest' ? closed.at(-1) : [...closed].sort((a, b) => compare(b.number, a.number))[0];
}

export const aliasesOf = (version: StoredVersion, quirks: Quirks): string[] =>
  [...version.aliases, ...latestOf(version.artifact, quirks) === version ? ['Latest'] : []];

export const listed = (artifact: StoredArtifact, quirks: Quirks): StoredVersion[] =>
  artifact.versions.filter(({ state }) => quirks.unfinishedInLists || state === 'CLOSED');

export function versionBy(artifact: StoredArtifact, quirks: Quirks, by: { readonly version?: string | undefined; readonly alias?: string | undefined; readonly either?: string | undefined }): StoredVersion | undefined {
  const { version, alias = by.either } = by;
  const numbered = artifact.versions.find(({ number }) => number === (version ?? by.either));
  if (version !== undefined || numbered !== undefined) {
    return numbered;
  }
  if (alias === undefined || isLatestWord(alias, quirks)) {
    return latestOf(artifact, quirks);
  }
  return artifact.versions.findLast(({ aliases }) => aliases.includes(alias));
}

export interface Wanted {
  readonly name: string;
  readonly type: string;
  readonly experiment: Experiment;
  readonly version: string | undefined;
  readonly aliases: readonly string[];
  readonly tags: readonly string[];
  readonly metadata: string | null;
}

/** Makes an artifact where its name is new, and an open version of it. */
export function upsert(records: Records, quirks: Quirks, wanted: Wanted): { readonly made: StoredVersion; readonly previous: string | null } {
  const { name, type, experiment } = wanted;
  if (quirks.longNames === 'refused' && name.length > 100) {
    throw new Refusal(7777777, 'The artifact name is too long');
  }
  const known = records.artifacts.find((each) => each.name === name && each.workspace === experiment.workspace);
  if (known !== undefined && known.type !== type && quirks.otherType === 'refused') {
    throw new Refusal(7777777, `The artifact has the type ${known.type}`);
  }
  const artifact: StoredArtifact = known ?? {
    id: newId(), name, type, workspace: experiment.workspace, project: experiment.project, owner: experiment.user, experiment: experiment.key,
    tags: [], description: null, versions: [], deletedNumbers: new Set(),
  };
  const highest = highestOf(artifact, quirks);
  const number = wanted.version === undefined ? nextMajor(artifact, highest) : exact(artifact, wanted.version);
  const aliases = ownAliases(wanted.aliases);
  claim(artifact, undefined, aliases, quirks);
  if (known === undefined) {
    records.artifacts.push(artifact);
  } else if (quirks.otherType === 'changed') {
    artifact.type = type;
  }
  const made: StoredVersion = {
    id: newId(), artifact, number, experiment: experiment.key, owner: experiment.user, added: Date.now(), state: 'OPEN',
    aliases, tags: [...new Set(wanted.tags)], metadata: wanted.metadata, assets: new Map(), consumers: new Set(), uploading: 0,
  };
  artifact.versions.push(made);
  return { made, previous: highest ?? null };
}

/** Labels replace; what is undefined stays. */
export function relabel(version: StoredVersion, quirks: Quirks, change: { readonly aliases?: readonly string[] | undefined; readonly tags?: readonly string[] | undefined; readonly metadata?: string | undefined }): void {
  if (change.aliases !== undefined) {
    const aliases = ownAliases(change.aliases);
    claim(version.artifact, version, aliases, quirks);
    version.aliases = aliases;
  }
  version.tags = change.tags === undefined ? version.tags : [...new Set(change.tags)];
  version.metadata = change.metadata ?? version.metadata;
}

/** `Latest` is the server's own. */
const ownAliases = (aliases: readonly string[]): string[] => [...new Set(aliases)].filter((alias) => alias !== 'Latest');

function claim(artifact: StoredArtifact, by: StoredVersion | undefined, aliases: readonly string[], quirks: Quirks): void {
  for (const other of artifact.versions.filter((each) => each !== by && each.aliases.some((alias) => aliases.includes(alias)))) {
    if (quirks.aliasTwice === 'refused') {
      throw new Refusal(7777777, `An alias is taken by version ${other.number}`);
    }
    if (quirks.aliasTwice === 'moves') {
      other.aliases = other.aliases.filter((alias) => !aliases.includes(alias));
    }
  }
}

function highestOf(artifact: StoredArtifact, quirks: Quirks): string | undefined {
  const counted = artifact.versions.filter(({ state }) => quirks.unfinishedCount || state === 'CLOSED').map(({ number }) => number);
  return counted.sort(compare).at(-1);
}

function nextMajor(artifact: StoredArtifact, highest: string | undefined): string {
  let number = highest === undefined ? '1.0.0' : inc(highest, 'major')!;
  while (artifact.deletedNumbers.has(number) || artifact.versions.some((each) => each.number === number)) {
    number = inc(number, 'major')!;
  }
  return number;
}

function exact(artifact: StoredArtifact, number: string): string {
  if (valid(number) !== number) {
    throw new Refusal(42001, `${number} is no version`);
  }
  if (artifact.deletedNumbers.has(number)) {
    throw new Refusal(7000019, `Version ${number} was deleted and cannot be used again`);
  }
  if (artifact.versions.some((each) => each.number === number)) {
    throw new Refusal(90399, `Version ${number} exists`);
  }
  return number;
}
