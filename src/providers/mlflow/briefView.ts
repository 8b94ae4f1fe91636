import { isLatestAlias } from '../../model/artifact';
import type { Call } from '../../model/call';
import { unlessMissing } from '../../model/errors';
import { compareVersions, isVersionNumber, newestFirst } from '../../model/version';
import type { ModelVersion, RegisteredModel } from './calls/answers';
import { aliasMap, deletedNumbers, type ModelView, type NumberedVersion, ownNumber } from './modelView';
import type { Site } from './server';
import { TAG } from './tags';

/**
 * A model with its highest version and those of these names, without a read of all the others. Nothing where only all of them can tell:
 * what other tools registered has a number that depends on the others, and the newest version may not say which number is the highest.
 */
export async function briefView({ registry }: Pick<Site, 'registry'>, model: RegisteredModel, names: readonly string[], call?: Call): Promise<ModelView | undefined> {
  const newest = newestEntry(model);
  const highest = newest && highestAt(newest);
  if (newest === undefined || highest === undefined) {
    return undefined;
  }
  const versions = new Map<string, NumberedVersion>();
  const find = async (number: string): Promise<void> => {
    const entry = (await registry.numbered(model.name, number, call)).find((each) => ownNumber(each) === number);
    if (entry !== undefined) {
      versions.set(number, { number, own: true, entry });
    }
  };
  const isFound = async (name: string): Promise<boolean> => {
    if (isLatestAlias(name) || isVersionNumber(name)) {
      const number = isVersionNumber(name) ? name : highest;
      await find(number);
      return versions.has(number) || (number !== highest && !mayBeForeign(number, newest.version));
    }
    const pointed = aliasMap(model).get(name);
    const entry = pointed === undefined ? undefined : await unlessMissing(registry.version(model.name, pointed, call));
    const number = entry && ownNumber(entry);
    if (number !== undefined) {
      await find(number);
    }
    // 2.x leaves the aliases of deleted versions behind.
    return entry === undefined || (number !== undefined && versions.get(number)?.entry.version === pointed);
  };
  const found = await Promise.all(names.map(isFound));
  if (!versions.has(highest)) {
    await (ownNumber(newest) === highest ? versions.set(highest, { number: highest, own: true, entry: newest }) : find(highest));
  }
  // It may have been deleted by a client that knows nothing of numbers.
  return versions.has(highest) && !found.includes(false)
    ? { model, versions: newestFirst([...versions.keys()]).flatMap((number) => versions.get(number) ?? []), deleted: deletedNumbers(model) }
    : undefined;
}

/** Of the versions that were made last, those that are higher than any that was made before: the first of ours among them tells the highest of its time. */
export function aboveOthers({ versions }: ModelView): readonly NumberedVersion[] {
  const byAge = [...versions].sort((a, b) => Number(a.entry.version) - Number(b.entry.version));
  const [bound] = byAge.flatMap(({ entry }) => highestAt(entry) ?? []);
  return bound === undefined ? [] : versions.filter(({ number }) => compareVersions(number, bound) > 0);
}

/** The version that was made last, which comes with the model: the newest of each stage do. */
export const newestEntry = ({ latest_versions: newest }: RegisteredModel): ModelVersion | undefined =>
  [...newest].sort((a, b) => Number(b.version) - Number(a.version))[0];

/** The highest number when a version of ours was made. */
export function highestAt(entry: ModelVersion): string | undefined {
  const highest = entry.tags[TAG.highest];
  return ownNumber(entry) !== undefined && highest !== undefined && isVersionNumber(highest) ? highest : undefined;
}

/** Whether a version of another tool may have this number: it begins with the integer that the registry gave. */
function mayBeForeign(number: string, newest: string): boolean {
  const [, integer] = /^(\d+)\.0\.\d+$/u.exec(number) ?? [];
  return integer !== undefined && Number(integer) <= Number(newest);
}
