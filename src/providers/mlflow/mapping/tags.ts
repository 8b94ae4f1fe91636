import type { JsonObject } from '../../../model/json';

/** What we write at registered models, model versions and runs, beside what MLflow knows itself. */
export const TAG = {
  // At the registered model.
  name: 'mlartifacts.name',
  type: 'mlartifacts.type',
  tags: 'mlartifacts.tags',
  /** + fingerprint: an alias that the registry does not take, as `{alias, version}`. */
  alias: 'mlartifacts.alias.',
  /** + number: a number that was deleted and is not used again. The value is the model version that had it. */
  deleted: 'mlartifacts.deleted.',
  // At the model version, `tags` too.
  version: 'mlartifacts.version',
  /** The highest number of the artifact when this version was made, so that lists need not read all versions. */
  highest: 'mlartifacts.highest',
  metadata: 'mlartifacts.metadata',
  /** Name of the file beside manifest.json that holds metadata too long for a tag. */
  metadataFile: 'mlartifacts.metadata_file',
  assets: 'mlartifacts.assets',
  bytes: 'mlartifacts.bytes',
  /** SHA-256 of manifest.json. */
  manifest: 'mlartifacts.manifest',
  /** Finds a version again whose making was not answered. */
  draft: 'mlartifacts.draft',
  producer: 'mlartifacts.source_run_id',
  producerName: 'mlartifacts.source_run_name',
  // At the run that holds the files of a version.
  /** `pending` until the version stands, then `done`. */
  upload: 'mlartifacts.upload',
  /** Which process is at it, so that the next one can tell whether it still lives. */
  maker: 'mlartifacts.maker',
  /** + id: what it takes to give up the parts of a large file, as a process writes it that sends one. */
  parts: 'mlartifacts.parts.',
  // At an input of a run.
  consumed: 'mlartifacts.consumed',
} as const;

export const PROMPT = 'mlflow.prompt.is_prompt';
export const PARENT_RUN = 'mlflow.parentRunId';
/** What people wrote about a run, a logged model or an experiment. */
export const DESCRIPTION = 'mlflow.note.content';
/** At a logged model: the versions that were registered from it, as JSON. */
export const REGISTERED = 'mlflow.modelVersions';
/** The least of all limits, PostgreSQL's and 2.x's for tags in the registry. */
export const MOST_TAG = 5_000;

type Tags = Readonly<Record<string, string>>;

export const isPrompt = (tags: Tags): boolean => tags[PROMPT]?.toLowerCase() === 'true';

/** A list; anything else counts as none, since everybody may write tags. */
export function listOf(json: string | undefined): readonly unknown[] {
  const value = parsed(json);
  return Array.isArray(value) ? value as readonly unknown[] : [];
}

export const textsOf = (json: string | undefined): readonly string[] => listOf(json).filter((each): each is string => typeof each === 'string');

export function objectOf(json: string | undefined): JsonObject | undefined {
  const value = parsed(json);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function countOf(text: string | undefined): number | undefined {
  const number = text === undefined || text === '' ? NaN : Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Ours, or MLflow's own. */
export const isReserved = (key: string): boolean => key.startsWith('mlartifacts.') || key.startsWith('mlflow.');

/** Those of others. */
export const foreignTags = (tags: Tags): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !isReserved(key)));

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
