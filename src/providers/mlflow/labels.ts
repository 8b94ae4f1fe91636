import { createHash } from 'node:crypto';
import type { Call, Log } from '../../model/call';
import { invalid } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import { partKeys, tagParts } from '../tagParts';
import type { ModelVersion, RegisteredModel } from './calls/answers';
import type { ArtifactFiles } from './files/artifactFiles';
import { aliasMap } from './mapping/modelView';
import { isRegistryAlias } from './mapping/names';
import { MOST_TAG, TAG } from './mapping/tags';
import { writeWhole } from './wholeFile';
import type { RegistryCalls } from './calls/registryCalls';

type Tags = Readonly<Record<string, string>>;

const MOST_PARTS = 200;
/** What comes with the version is there without a request of its own; what is longer than this would make lists heavy. */
const MOST_PARTS_BESIDE_FILES = 10;

/** The tag of an alias that the registry does not take. */
const aliasTag = (alias: string): string => `${TAG.alias}${createHash('sha256').update(alias).digest('hex').slice(0, 16)}`;

/** Points an alias at a model version, away from any other. */
export async function setAlias(registry: RegistryCalls, model: string, alias: string, version: string): Promise<void> {
  await (isRegistryAlias(alias)
    ? registry.setAlias(model, alias, version)
    : registry.setModelTag(model, aliasTag(alias), JSON.stringify({ alias, version })));
}

export async function dropAlias(registry: RegistryCalls, model: string, alias: string): Promise<void> {
  await (isRegistryAlias(alias) ? registry.deleteAlias(model, alias) : registry.deleteModelTag(model, aliasTag(alias)));
}

/** On a version that stands: an alias that could not be set is told in the log, and the caller reads what is there. */
export async function setAliases(registry: RegistryCalls, { name, version }: ModelVersion, aliases: readonly string[] | undefined, log: Log): Promise<void> {
  for (const alias of new Set(aliases)) {
    try {
      await setAlias(registry, name, alias, version);
    } catch (error) {
      log.error(`alias ${alias} was not set on ${name} ${version}`, error);
    }
  }
}

/** Leaves exactly these aliases on a model version. */
export async function replaceAliases(registry: RegistryCalls, model: RegisteredModel, version: string, aliases: readonly string[]): Promise<void> {
  const before = aliasMap(model);
  for (const [alias, at] of before) {
    if (at === version && !aliases.includes(alias)) {
      await dropAlias(registry, model.name, alias);
    }
  }
  for (const alias of aliases) {
    if (before.get(alias) !== version) {
      await setAlias(registry, model.name, alias, version);
    }
  }
}

/** A list of labels as tags of a model version, in the order in which they are to be set. */
export function labelTags(tags: readonly string[]): Tags {
  const { parts, head } = tagParts(TAG.tags, JSON.stringify([...new Set(tags)].sort()), MOST_TAG);
  if (Object.keys(parts).length > MOST_PARTS) {
    throw invalid(`MLflow keeps at most ${MOST_PARTS * MOST_TAG} characters of tags: these are too many.`);
  }
  return { ...parts, [TAG.tags]: head };
}

/** Metadata as tags of a model version, in the order in which they are to be set: as it is, in parts, or as the name of a file where it is too long. */
export async function metadataTags(metadata: JsonObject, files: ArtifactFiles | undefined, call?: Call): Promise<Tags> {
  const text = JSON.stringify(metadata);
  const { parts, head } = tagParts(TAG.metadata, text, MOST_TAG);
  if (Object.keys(parts).length <= (files === undefined ? MOST_PARTS : MOST_PARTS_BESIDE_FILES)) {
    return { ...parts, [TAG.metadata]: head, [TAG.metadataFile]: '' };
  }
  if (files === undefined) {
    throw invalid(`MLflow keeps at most ${MOST_PARTS * MOST_TAG} characters of metadata for a version whose files were not logged from here.`);
  }
  const bytes = Buffer.from(text);
  const name = `metadata-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.json`;
  await writeWhole(files, name, bytes, call);
  // In this order: the old metadata holds until its tag is emptied.
  return { [TAG.metadataFile]: name, [TAG.metadata]: '' };
}

/** The parts of what the changes take the place of. Others that are there may be about to be named by somebody else. */
export const staleParts = (before: Tags, changes: Tags): readonly string[] =>
  [TAG.tags, TAG.metadata].filter((name) => changes[name] !== undefined).flatMap((name) => partKeys(name, before)).filter((key) => changes[key] === undefined && before[key] !== undefined);
