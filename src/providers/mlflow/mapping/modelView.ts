import { compareVersions, isVersionNumber, newestFirst } from '../../../model/version';
import type { ModelVersion, RegisteredModel } from '../calls/answers';
import { objectOf, TAG } from './tags';

/** A model version with the number that it has as a version of an artifact. */
export interface NumberedVersion {
  readonly number: string;
  /** Whether we logged it, or what it is a copy of: what we know of it stands in tags, and its run holds a manifest. */
  readonly own: boolean;
  readonly entry: ModelVersion;
}

/** A registered model and all its versions as an artifact with versions. */
export interface ModelView {
  readonly model: RegisteredModel;
  /** Highest number first. */
  readonly versions: readonly NumberedVersion[];
  /** Numbers that were deleted. */
  readonly deleted: readonly string[];
}

export function modelView(model: RegisteredModel, entries: readonly ModelVersion[]): ModelView {
  return viewOf(model, [...numbered(entries, integersOfDeleted(model)).values()]);
}

/** Each number once, in their order. */
export function viewOf(model: RegisteredModel, versions: readonly NumberedVersion[]): ModelView {
  const byNumber = new Map(versions.map((each) => [each.number, each]));
  return { model, versions: newestFirst([...byNumber.keys()]).flatMap((number) => byNumber.get(number) ?? []), deleted: [...integersOfDeleted(model).keys()] };
}

/** Each number that was deleted, with the model version that had it. */
const integersOfDeleted = ({ tags }: RegisteredModel): ReadonlyMap<string, string> => new Map(Object.entries(tags)
  .filter(([key]) => key.startsWith(TAG.deleted))
  .map(([key, integer]) => [key.slice(TAG.deleted.length), integer] as const)
  .filter(([number]) => isVersionNumber(number)));

/**
 * Of two that claim one number, the one that was made first has it: two clients may have asked at once, and the other is about to step
 * back. What other tools registered or copied is `<integer>.0.0`, or the next free number below it where one of ours has that.
 */
function numbered(entries: readonly ModelVersion[], deleted: ReadonlyMap<string, string>): ReadonlyMap<string, NumberedVersion> {
  const versions = new Map<string, NumberedVersion>();
  const byAge = [...entries].sort((a, b) => Number(a.version) - Number(b.version));
  for (const entry of byAge) {
    const number = ownNumber(entry);
    if (number !== undefined && !versions.has(number)) {
      versions.set(number, { number, own: true, entry });
    }
  }
  for (const entry of byAge) {
    if (ownNumber(entry) === undefined) {
      const version = numberedAsForeign(entry, deleted, (number) => versions.has(number));
      versions.set(version.number, version);
    }
  }
  return versions;
}

/** The number that we gave it. A copy has the tags of its original, whose number that is. */
export const ownNumber = (entry: Pick<ModelVersion, 'tags' | 'source'>): string | undefined => (isOurs(entry) && !isCopy(entry) ? entry.tags[TAG.version] : undefined);

const isOurs = ({ tags }: Pick<ModelVersion, 'tags'>): boolean => isVersionNumber(tags[TAG.version] ?? '');

/** Made by MLflow from another version: its `copy_model_version`, the button *Promote model*. */
const isCopy = ({ source }: Pick<ModelVersion, 'source'>): boolean => /^models:\/+.+\/\d+$/u.test(source);

/** A version of another tool. `isTaken` tells which numbers are ours. */
export const foreignVersion = (model: RegisteredModel, entry: ModelVersion, isTaken: (number: string) => boolean): NumberedVersion =>
  numberedAsForeign(entry, integersOfDeleted(model), isTaken);

function numberedAsForeign(entry: ModelVersion, deleted: ReadonlyMap<string, string>, isTaken: (number: string) => boolean): NumberedVersion {
  for (let patch = 0; ; patch++) {
    const number = `${Number(entry.version)}.0.${patch}`;
    // What is deleted is taken for ever, but for a version whose own removal was interrupted.
    if (!isTaken(number) && (!deleted.has(number) || deleted.get(number) === entry.version)) {
      return { number, own: isOurs(entry), entry };
    }
  }
}

/** The aliases of a model version: the registry's own and those that it does not take, in order. */
export function aliasesOf(model: RegisteredModel, version: string): readonly string[] {
  return [...aliasMap(model)].flatMap(([alias, at]) => (at === version ? [alias] : [])).sort();
}

/** Each alias with the model version that it points at. One that points at nothing may be among them: 2.x leaves those of deleted versions. */
export function aliasMap({ aliases, tags }: RegisteredModel): ReadonlyMap<string, string> {
  const map = new Map(aliases.map(({ alias, version }) => [alias, version]));
  for (const [key, value] of Object.entries(tags)) {
    const { alias, version } = key.startsWith(TAG.alias) ? objectOf(value) ?? {} : {};
    if (typeof alias === 'string' && typeof version === 'string') {
      map.set(alias, version);
    }
  }
  return map;
}

/** The highest number as far as the newest versions of each stage tell, which come with the model; all of them are not read for a list. */
export function highestOf({ latest_versions: newest }: RegisteredModel): string | undefined {
  const numbers = newest.flatMap((entry) => {
    const highest = isCopy(entry) ? undefined : entry.tags[TAG.highest];
    return [ownNumber(entry) ?? `${Number(entry.version)}.0.0`, ...(highest !== undefined && isVersionNumber(highest) ? [highest] : [])];
  });
  return numbers.sort(compareVersions).at(-1);
}
