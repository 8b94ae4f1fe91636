import type { ArtifactRef, VersionRef } from '../../model/artifact';
import { isLatestAlias } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isArtifactError, notFound } from '../../model/errors';
import { hasText } from '../../model/hasText';
import { compareNatural } from '../../model/naturalOrder';
import { formatReference } from '../../model/reference';
import { isVersionNumber } from '../../model/version';
import { aboveOthers, briefView, lastOfOurs, type Wanted } from './briefView';
import type { RegisteredModel } from './calls/answers';
import { allOf, clause } from './filter';
import { aliasMap, type ModelView, modelView, type NumberedVersion } from './mapping/modelView';
import { modelName } from './mapping/names';
import { isLast, pages } from './paging';
import { artifactName } from './mapping/rows';
import type { Site } from './server';
import { isPrompt, TAG } from './mapping/tags';

/** More than a page of the tree, which looks one row ahead: its first rows are one request. */
const MODELS_A_PAGE = 250;

/** The same for versions. */
const VERSIONS_A_PAGE = 250;

/** Each of them costs a few requests, all versions one or two. */
const MOST_LOOKUPS = 20;

/** Some of the versions of an artifact, and the highest of all in any case. */
export interface VersionRows {
  readonly view: ModelView;
  readonly rows: readonly NumberedVersion[];
}

/** Finds artifacts and versions in the model registry. */
export class Catalog {
  constructor(private readonly site: Site) {}

  /** Registered models whose artifact name contains `search`. In natural order as long as they are on one page, then in the server's. */
  async *models(search: string, call?: Call): AsyncGenerator<RegisteredModel, void, undefined> {
    const seen = new Set<string>();
    for (const filter of filters(search)) {
      const walk = pages(MODELS_A_PAGE, (page) => this.site.registry.models({ filter, ...page }, call));
      let isOnly = true;
      for await (const page of walk) {
        isOnly &&= isLast(page);
        const fitting = page.items.filter((model) => !isPrompt(model.tags) && !seen.has(model.name) && hasText(artifactName(model), search));
        fitting.forEach((model) => seen.add(model.name));
        yield* isOnly ? fitting.sort((a, b) => compareNatural(artifactName(a), artifactName(b))) : fitting;
      }
    }
  }

  /** The registered model of an artifact, ours under its safe name or anybody's under its own. */
  async model(artifact: string, call?: Call): Promise<RegisteredModel | undefined> {
    for (const name of new Set([artifact, modelName(artifact)])) {
      const model = await this.registered(name, call);
      if (model !== undefined && artifactName(model) === artifact && !isPrompt(model.tags)) {
        return model;
      }
    }
    return undefined;
  }

  /** By the name in the registry; nothing where there is none. */
  async registered(name: string, call?: Call): Promise<RegisteredModel | undefined> {
    try {
      return await this.site.registry.model(name, call);
    } catch (error) {
      // 2.x refuses some names before it looks.
      if (isArtifactError(error, 'notFound') || isArtifactError(error, 'invalid')) {
        return undefined;
      }
      throw error;
    }
  }

  /** With its highest version and those that are wanted at least: all of them are read only where the registry cannot tell without, or where many are wanted. */
  async brief(artifact: string, wanted: Wanted = {}, call?: Call): Promise<ModelView | undefined> {
    const { registry } = this.site;
    const [number] = wanted.names?.filter(isVersionNumber) ?? [];
    // Most models have the name that they would get from us: what is asked of the version need not wait for the answer.
    const guessed = number === undefined ? undefined : { model: modelName(artifact), number, found: registry.numbered(modelName(artifact), number, call) };
    guessed?.found.catch(() => undefined);
    const model = await this.model(artifact, call);
    if (model === undefined) {
      return undefined;
    }
    const many = (wanted.names?.length ?? 0) + (wanted.integers?.length ?? 0) > MOST_LOOKUPS;
    const view = many ? undefined : await unlessUnsearchable(briefView(registry, model, { ...wanted, guessed: guessed?.model === model.name ? guessed : undefined }, call));
    return view ?? modelView(model, await registry.versionsOf(model.name, call));
  }

  /** All, highest number first. Of many, what was made last comes before the others are read, as far as all of those have lower numbers. */
  async *versions(ref: ArtifactRef, call?: Call): AsyncGenerator<VersionRows, void, undefined> {
    const { registry } = this.site;
    const guess = modelName(ref.artifact);
    const [model, guessed] = await Promise.all([this.model(ref.artifact, call), registry.newestOf(guess, VERSIONS_A_PAGE, call)]);
    if (model === undefined) {
      throw noArtifact(ref);
    }
    const page = model.name === guess ? guessed : await registry.newestOf(model.name, VERSIONS_A_PAGE, call);
    const newest = modelView(model, page.items);
    if (isLast(page)) {
      yield { view: newest, rows: newest.versions };
      return;
    }
    const first = await unlessUnsearchable(aboveOthers(newest, () => lastOfOurs(registry, model.name, call))) ?? [];
    yield { view: newest, rows: first };
    const view = modelView(model, await registry.versionsOf(model.name, call));
    const last = Math.max(...page.items.map(({ version }) => Number(version)));
    const given = new Set(first.map(({ entry }) => entry.version));
    const isOpen = ({ entry }: NumberedVersion): boolean => given.size === 0 || (!given.has(entry.version) && Number(entry.version) <= last);
    yield { view, rows: view.versions.filter(isOpen) };
  }

  /** With as many versions as `brief` reads. */
  async version(ref: VersionRef, call?: Call): Promise<{ readonly view: ModelView; readonly version: NumberedVersion }> {
    const view = await this.brief(ref.artifact, { names: [ref.version] }, call);
    if (view === undefined) {
      throw noArtifact(ref);
    }
    const version = pick(view, ref.version);
    if (version === undefined) {
      throw notFound(`version ${formatReference(ref)}`);
    }
    return { view, version };
  }
}

/** Nothing from a server that does not search by tags. */
async function unlessUnsearchable<T>(searching: Promise<T>): Promise<T | undefined> {
  try {
    return await searching;
  } catch (error) {
    if (isArtifactError(error, 'invalid')) {
      return undefined;
    }
    throw error;
  }
}

export const noArtifact = ({ workspace, artifact }: ArtifactRef): Error => notFound(`artifact ${workspace}/${artifact}`);

/** An exact number, an alias, or `Latest`. */
export function pick({ model, versions }: ModelView, name: string): NumberedVersion | undefined {
  if (isLatestAlias(name)) {
    return versions[0];
  }
  const pointed = aliasMap(model).get(name);
  return versions.find(({ number, entry }) => number === name || (pointed !== undefined && entry.version === pointed));
}

/**
 * By the name in the registry, which holds what is safe of the artifact's name; where the text has more than that, by the tag with the
 * artifact's name too. A text that cannot be said is looked for in all of them.
 */
function filters(search: string): readonly (string | undefined)[] {
  if (search === '') {
    return [undefined];
  }
  const byName = allOf(clause('name', 'ILIKE', search));
  const isSafe = /^[\w.-]+$/u.test(search);
  return isSafe ? [byName] : [...new Set([byName, allOf(clause(`tags.\`${TAG.name}\``, 'ILIKE', search))])];
}
