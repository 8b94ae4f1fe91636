import semver from 'semver';

export type Bump = 'major' | 'minor' | 'patch';

/** A bump of the highest number, or an exact number. */
export type VersionChoice = Bump | (string & {});

export const FIRST_VERSION = '1.0.0';

export const isBump = (choice: string): choice is Bump => choice === 'major' || choice === 'minor' || choice === 'patch';

/** True for `2.1.0` and `2.1.0-rc.1`, false for `v2`, `2.1` and anything with build data (two builds would be one version). */
export function isVersionNumber(text: string): boolean {
  return semver.valid(text) === text && !text.includes('+');
}

/** Ascending, by precedence. */
export const compareVersions = (a: string, b: string): number => semver.compare(a, b);

/** Each is parsed once: a comparison of texts parses both. */
export const newestFirst = (versions: readonly string[]): string[] =>
  versions.map((version) => new semver.SemVer(version)).sort((a, b) => b.compare(a)).map((version) => version.raw);

/**
 * The number after the highest of `live`, skipping numbers that were ever used: a deleted number never comes back.
 * Nothing yet: `1.0.0` whatever the bump. After `2.5.14`: major `3.0.0`, minor `2.6.0`, patch `2.5.15`.
 */
export function nextVersion(bump: Bump, live: readonly string[], everUsed: readonly string[] = live): string {
  const used = new Set(everUsed);
  const highest = newestFirst(live)[0];
  let next = highest === undefined ? FIRST_VERSION : bumped(highest, bump);
  while (used.has(next)) {
    next = bumped(next, bump);
  }
  return next;
}

function bumped(version: string, bump: Bump): string {
  const next = semver.inc(version, bump);
  if (next === null) {
    throw new RangeError(`not a version number: ${version}`);
  }
  return next;
}
