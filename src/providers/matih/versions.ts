import type { ArtifactRef } from '../../model/artifact';
import { compareVersions, isVersionNumber } from '../../model/version';
import type { RunRow } from './calls/answers';
import { isOrphan } from './leftovers';
import { aliasCounts, TAG } from './tags';

/** A run that holds the files of a version. */
export interface VersionRun extends RunRow {
  readonly tags: Readonly<Record<string, string>>;
  /** Where it was logged to the end, and before that only for the time in which numbers are given out. */
  readonly number?: string | undefined;
}

/** One artifact with its complete versions, the highest number first. */
export interface KnownArtifact {
  readonly name: string;
  readonly type: string;
  readonly versions: readonly KnownVersion[];
}

export interface KnownVersion extends VersionRun {
  readonly number: string;
  readonly aliases: readonly string[];
}

export const isVersionRun = ({ tags }: Pick<VersionRun, 'tags'>): boolean => tags[TAG.upload] !== undefined;

export const versionRun = (row: RunRow & Pick<VersionRun, 'tags'>): VersionRun => {
  const number = row.tags[TAG.version];
  return { ...row, number: number !== undefined && isVersionNumber(number) ? number : undefined };
};

/** Complete: its manifest is there, and everybody may see it. */
export const isComplete = ({ tags, number }: VersionRun): boolean => number !== undefined && tags[TAG.upload] === 'done';

/** Whether nobody else may have its number: complete, or about to be. */
export const holdsNumber = (run: VersionRun): boolean => isComplete(run) || (run.number !== undefined && run.tags[TAG.upload] === 'pending' && run.status === 'running' && !isOrphan(run));

/** The artifacts that have a complete version. */
export function artifactsOf(runs: readonly VersionRun[]): readonly KnownArtifact[] {
  const byName = new Map<string, VersionRun[]>();
  for (const run of runs.filter(isComplete)) {
    const name = run.tags[TAG.artifact] ?? '';
    const own = byName.get(name) ?? [];
    own.push(run);
    byName.set(name, own);
  }
  return [...byName].filter(([name]) => name !== '').map(([name, own]) => artifactOf(name, own));
}

export const runsOf = (runs: readonly VersionRun[], { artifact }: Pick<ArtifactRef, 'artifact'>): readonly VersionRun[] => runs.filter(({ tags }) => tags[TAG.artifact] === artifact);

function artifactOf(name: string, runs: readonly VersionRun[]): KnownArtifact {
  const byNumber = new Map<string, VersionRun & { readonly number: string }>();
  // The same one for everybody, should a number ever be there twice.
  for (const run of [...runs].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (run.number !== undefined && !byNumber.has(run.number)) {
      byNumber.set(run.number, { ...run, number: run.number });
    }
  }
  const rows = [...byNumber.values()].sort((a, b) => compareVersions(b.number, a.number));
  const holders = aliasHolders(rows);
  const versions = rows.map((row) => ({ ...row, aliases: [...holders].filter(([, { id, count }]) => id === row.id && count > 0).map(([alias]) => alias).sort() }));
  return { name, type: versions[0]?.tags[TAG.type] ?? 'data', versions };
}

interface Holder {
  readonly id: string;
  readonly count: number;
}

/** Of each alias the version that got it, or lost it, last. */
function aliasHolders(runs: readonly VersionRun[]): ReadonlyMap<string, Holder> {
  const holders = new Map<string, Holder>();
  for (const { id, tags } of runs) {
    for (const [alias, count] of Object.entries(aliasCounts(tags))) {
      const known = holders.get(alias);
      if (known === undefined || Math.abs(count) > Math.abs(known.count)) {
        holders.set(alias, { id, count });
      }
    }
  }
  return holders;
}

/**
 * What to write at one version so that it has exactly these aliases, or these beside its own. One write moves an alias: the version that had
 * it before is outdone.
 */
export function aliasesFor(runs: readonly VersionRun[], id: string, aliases: readonly string[]): Readonly<Record<string, number>> {
  const holders = aliasHolders(runs.filter((run) => isComplete(run) || run.id === id));
  const next = 1 + Math.max(0, ...[...holders.values()].map(({ count }) => Math.abs(count)));
  const own = runs.find((run) => run.id === id);
  const before = own === undefined ? {} : aliasCounts(own.tags);
  const kept = Object.entries(before).map(([alias, count]) => [alias, holders.get(alias)?.id === id && count > 0 && !aliases.includes(alias) ? -next : count] as const);
  const set = aliases.filter((alias) => holders.get(alias)?.id !== id || (before[alias] ?? 0) <= 0).map((alias) => [alias, next] as const);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(set) };
}
