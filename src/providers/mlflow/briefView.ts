import { isLatestAlias } from '../../model/artifact';
import type { Call } from '../../model/call';
import { compareVersions, isVersionNumber } from '../../model/version';
import type { ModelVersion, RegisteredModel } from './calls/answers';
import type { RegistryCalls } from './calls/registryCalls';
import { aliasMap, type ModelView, type NumberedVersion, ownNumber, viewOf } from './mapping/modelView';
import { TAG } from './mapping/tags';
import { type Guessed, VersionLookup } from './versionLookup';

/** Which versions are meant, beside the highest. */
export interface Wanted {
  /** Exact numbers, aliases, or `Latest`. */
  readonly names?: readonly string[];
  /** What the registry calls them. */
  readonly integers?: readonly string[];
  /** What was asked before the model was there. */
  readonly guessed?: Guessed | undefined;
}

/**
 * A model with its highest version and those that are wanted, without a read of all the others. Nothing where only all of them can tell:
 * the last version of ours may not say which number was the highest, or name one that others deleted.
 */
export async function briefView(registry: RegistryCalls, model: RegisteredModel, { names = [], integers = [], guessed }: Wanted, call?: Call): Promise<ModelView | undefined> {
  const newest = newestEntry(model);
  if (newest === undefined) {
    return undefined;
  }
  const last = ownNumber(newest) === undefined ? await lastOfOurs(registry, model.name, call) : newest;
  const told = last && highestAt(last);
  if (last !== undefined && told === undefined) {
    return undefined;
  }
  const lookup = new VersionLookup(registry, model, { newest: newest.version, hasOurs: last !== undefined }, call, guessed);
  const aliases = aliasMap(model);
  const numbers = names.filter(isVersionNumber);
  const pointed = names.flatMap((name) => (isLatestAlias(name) ? [] : aliases.get(name) ?? []));
  const [highest, ...found] = await Promise.all([
    highestOf(lookup, newest, told),
    // Two may claim the highest, of which the first has it.
    ...names.some(isLatestAlias) && told !== undefined && ownNumber(newest) === told ? [lookup.at(told)] : [],
    ...[...new Set(numbers)].map((number) => lookup.at(number)),
    // 2.x leaves the aliases of deleted versions behind.
    ...[...new Set([...pointed, ...integers])].map((integer) => lookup.registered(integer)),
  ]);
  return highest === undefined ? undefined : viewOf(model, [highest, ...found].filter((each) => each !== undefined));
}

/** What `told` names, or the newest where that is another tool's and higher: whatever was made since ours was, it has the highest integer. */
async function highestOf(lookup: VersionLookup, newest: ModelVersion, told: string | undefined): Promise<NumberedVersion | undefined> {
  if (told !== undefined && ownNumber(newest) === told) {
    return { number: told, own: true, entry: newest };
  }
  const above = ownNumber(newest) === undefined ? await lookup.of(newest) : undefined;
  const isHighest = above !== undefined && (told === undefined || compareVersions(above.number, told) >= 0);
  return isHighest || told === undefined ? above : await lookup.at(told);
}

/** The version of ours that was made last, which knew all that were made before. */
export async function lastOfOurs(registry: RegistryCalls, model: string, call?: Call): Promise<ModelVersion | undefined> {
  for await (const entry of registry.numberedLast(model, call)) {
    if (ownNumber(entry) !== undefined) {
      return entry;
    }
  }
  return undefined;
}

/** Of the versions that were made last, those that are higher than any that was made before. `last` finds the last of ours among all. */
export async function aboveOthers({ versions }: ModelView, last: () => Promise<ModelVersion | undefined>): Promise<readonly NumberedVersion[]> {
  const byAge = [...versions].sort((a, b) => Number(a.entry.version) - Number(b.entry.version));
  const [first] = byAge.filter(({ entry }) => highestAt(entry) !== undefined);
  // The first of ours among them tells the highest of its time; where none is ours, all before them are lower than what they were told.
  const ours = first?.entry ?? await last();
  const bound = ours && highestAt(ours);
  if (ours !== undefined && bound === undefined) {
    return [];
  }
  const isAbove = ({ number }: NumberedVersion): boolean => bound === undefined || compareVersions(number, bound) > 0;
  // Beside numbers of ours that are not among them, those of others may be higher than they seem.
  const unsure = versions.filter((each) => ownNumber(each.entry) === undefined && !isAbove(each)).map(({ entry }) => `${entry.version}.0.`);
  return versions.filter((each) => isAbove(each) && !unsure.some((beginning) => each.number.startsWith(beginning)));
}

/** The version that was made last, which comes with the model: the newest of each stage do. */
export const newestEntry = ({ latest_versions: newest }: RegisteredModel): ModelVersion | undefined => newestOf(newest);

export const newestOf = (entries: readonly ModelVersion[]): ModelVersion | undefined => [...entries].sort((a, b) => Number(b.version) - Number(a.version))[0];

/** The highest number when a version of ours was made. */
export function highestAt(entry: ModelVersion): string | undefined {
  const highest = entry.tags[TAG.highest];
  return ownNumber(entry) !== undefined && highest !== undefined && isVersionNumber(highest) ? highest : undefined;
}
