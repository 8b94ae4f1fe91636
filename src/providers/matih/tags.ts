import { invalid } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import { type TagParts, tagParts, textOfTags } from '../tagParts';

type Tags = Readonly<Record<string, string>>;

/** What we write at the run that holds the files of a version. */
export const TAG = {
  artifact: 'mlartifacts.name',
  type: 'mlartifacts.type',
  /** `pending` until all is there, then `done`; `abandoned` where it was given up. */
  upload: 'mlartifacts.upload',
  /** Finds a run again whose making was not answered. */
  draft: 'mlartifacts.draft',
  /** JSON: which process is at it, so that another one can tell whether it still lives. */
  maker: 'mlartifacts.maker',
  version: 'mlartifacts.version',
  /** JSON: alias → when it was set here, as a count over the whole artifact; below zero where it was taken away. */
  aliases: 'mlartifacts.aliases',
  tags: 'mlartifacts.tags',
  /** JSON, or `#digest:n` where it stands in n tags `mlartifacts.metadata.digest.i`. */
  metadata: 'mlartifacts.metadata',
  assets: 'mlartifacts.assets',
  bytes: 'mlartifacts.bytes',
  /** SHA-256 of manifest.json. */
  manifest: 'mlartifacts.manifest',
  /** Where it is below the root of the run. */
  manifestFile: 'mlartifacts.manifest_file',
  /** Milliseconds since 1970, by the clock of whoever made it: MATIH's own times are whole seconds. */
  created: 'mlartifacts.created',
  producer: 'mlartifacts.source_run_id',
  producerName: 'mlartifacts.source_run_name',
} as const;

/** Characters of a value. MLflow, on which MATIH is built, cuts off in silence what is longer than 8,000. */
const MOST = 5_000;
const MOST_PARTS = 40;

/** Text for one tag. Throws `invalid` where it is too long to be kept. */
export function oneTag(value: unknown, what: string): string {
  const text = JSON.stringify(value);
  if (text.length > MOST) {
    throw invalid(`MATIH keeps at most ${MOST} characters of ${what}.`);
  }
  return text;
}

/** Metadata as tags: those that must stand before, and the one that makes them count. */
export function metadataTags(metadata: JsonObject): TagParts {
  const tagged = tagParts(TAG.metadata, JSON.stringify(metadata), MOST);
  if (Object.keys(tagged.parts).length > MOST_PARTS) {
    throw invalid(`MATIH keeps at most ${MOST * MOST_PARTS} characters of metadata. Log the rest as a file.`);
  }
  return tagged;
}

/** Anything else than what we write counts as none: everybody may write tags. */
export const metadataOf = (tags: Tags): JsonObject => objectOf(textOfTags(TAG.metadata, tags)) ?? {};

/** Aliases with their counts. */
export function aliasCounts(tags: Tags): Readonly<Record<string, number>> {
  const counts = Object.entries(objectOf(tags[TAG.aliases]) ?? {}).filter((each): each is [string, number] => Number.isSafeInteger(each[1]));
  return Object.fromEntries(counts);
}

export function textsOf(json: string | undefined): readonly string[] {
  const value = parsed(json);
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

export function countOf(text: string | undefined): number | undefined {
  const number = text === undefined || text === '' ? NaN : Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Tags that are neither ours nor the server's own. */
export const foreignTags = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !/^(?:mlartifacts|mlflow|matih)\./u.test(key)));

export function objectOf(json: string | undefined): JsonObject | undefined {
  const value = parsed(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonObject : undefined;
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
