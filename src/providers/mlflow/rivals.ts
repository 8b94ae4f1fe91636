import { isArtifactError } from '../../model/errors';
import { newestFirst } from '../../model/version';
import { newestEntry } from './briefView';
import type { ModelVersion, RegisteredModel } from './calls/answers';
import { ownNumber } from './mapping/modelView';
import { lostVersion } from './serverErrors';
import type { Site } from './server';
import { TAG } from './mapping/tags';
import { VersionLookup } from './versionLookup';

/** More than register a version of one model at the same moment. */
const MOST_RIVALS = 20;

export interface Claim {
  /** Of the registered model. */
  readonly name: string;
  readonly number: string;
  /** Whose it is. */
  readonly draft: string;
}

export interface Outcome {
  readonly entry?: ModelVersion | undefined;
  readonly spare: readonly ModelVersion[];
}

type Registry = Pick<Site, 'registry'>;

/** Our version, if it was the first with its number, and what else of ours has the number: more than one, where an answer was lost. */
export async function outcomeOf(site: Registry, { name, number, draft }: Claim): Promise<Outcome> {
  const rivals = await rivalsFor(site, name, number);
  const [first] = rivals;
  if (first === undefined) {
    throw lostVersion(name);
  }
  const ours = rivals.filter((each) => each.tags[TAG.draft] === draft);
  return first === ours[0] ? { entry: first, spare: ours.slice(1) } : { spare: ours };
}

/** The first made first. */
async function rivalsFor({ registry }: Registry, name: string, number: string): Promise<readonly ModelVersion[]> {
  try {
    return (await registry.numbered(name, number)).filter((each) => ownNumber(each) === number);
  } catch (error) {
    if (!isArtifactError(error, 'invalid')) {
      throw error;
    }
    // A server that does not search by tags.
    const all = await registry.versionsOf(name);
    return all.filter((each) => ownNumber(each) === number).sort((a, b) => Number(a.version) - Number(b.version));
  }
}

/** Who registered versions after `model` was read, ours included where it stands already. */
export async function newestRivals({ registry }: Registry, model: RegisteredModel): Promise<readonly ModelVersion[]> {
  const before = Number(newestEntry(model)?.version ?? 0);
  return (await registry.newestOf(model.name, MOST_RIVALS)).items.filter((each) => Number(each.version) > before);
}

/**
 * The newest version says which number is the highest: the one of others, too, who registered theirs after `model` was read and before
 * ours stood. False where it says so already.
 */
export async function retellHighest({ registry }: Registry, model: RegisteredModel, entry: ModelVersion, rivals: Promise<readonly ModelVersion[]>): Promise<boolean> {
  const told = entry.tags[TAG.highest];
  const lookup = new VersionLookup(registry, model, { newest: entry.version, hasOurs: true });
  const since = (await rivals).filter(({ version }) => version !== entry.version);
  const others = (await Promise.all(since.map(async (each) => ownNumber(each) ?? (await lookup.of(each))?.number))).filter((number) => number !== undefined);
  const [highest] = newestFirst(told === undefined ? others : [told, ...others]);
  const isStale = highest !== undefined && highest !== told;
  if (isStale) {
    await registry.setVersionTag(model.name, entry.version, TAG.highest, highest);
  }
  return isStale;
}
