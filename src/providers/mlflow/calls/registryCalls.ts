import { allOf, clause } from '../filter';
import type { Call } from '../../../model/call';
import { unlessMissing } from '../../../model/errors';
import { allPages, pages, type Page, type PageRequest } from '../paging';
import { DownloadUri, ModelAnswer, ModelsPage, type ModelVersion, Nothing, type RegisteredModel, VersionAnswer, VersionsPage } from './answers';
import { tagList } from './tagList';
import { TAG } from '../mapping/tags';
import type { Wire } from './wire';

type Tags = Readonly<Record<string, string>>;

/** As many as the server takes at once. */
const VERSIONS_A_PAGE = 10_000;
/** Where the last one is not what is looked for, as it is a copy, others before it may be copies, too. */
const NUMBERED_A_PAGE = 250;

export interface NewModelVersion {
  readonly name: string;
  readonly source: string;
  /** The run, and the logged model, that hold the files: the server checks `source` against them. */
  readonly runId?: string | undefined;
  readonly modelId?: string | undefined;
  readonly tags: Tags;
}

/** The calls of the model registry, one function each, in MLflow's own words. */
export class RegistryCalls {
  constructor(private readonly wire: Wire) {}

  async model(name: string, call?: Call): Promise<RegisteredModel> {
    return (await this.wire.get('registered-models/get', { name }, ModelAnswer, { call, what: `registered model ${name}` })).registered_model;
  }

  async models(query: PageRequest & { readonly filter?: string | undefined }, call?: Call): Promise<Page<RegisteredModel>> {
    const { filter, size, token } = query;
    const page = await this.wire.get('registered-models/search', { filter, max_results: size, page_token: token, order_by: 'name' }, ModelsPage, { call, what: 'registered models' });
    return { items: page.registered_models, next: page.next_page_token };
  }

  /** May be sent twice, as there is one of a name: whose it is stands in its tags. */
  async createModel(name: string, tags: Tags, call?: Call): Promise<RegisteredModel> {
    return (await this.wire.set('POST', 'registered-models/create', { name, tags: tagList(tags) }, ModelAnswer, { call, what: `registered model ${name}` })).registered_model;
  }

  /** A deletion that is sent again because its answer got lost meets nothing. */
  async deleteModel(name: string, call?: Call): Promise<void> {
    await unlessMissing(this.wire.set('DELETE', 'registered-models/delete', { name }, Nothing, { call, what: `registered model ${name}` }));
  }

  async setModelTag(name: string, key: string, value: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'registered-models/set-tag', { name, key, value }, Nothing, { call, what: `tag ${key} of ${name}` });
  }

  async deleteModelTag(name: string, key: string, call?: Call): Promise<void> {
    await this.wire.set('DELETE', 'registered-models/delete-tag', { name, key }, Nothing, { call, what: `tag ${key} of ${name}` });
  }

  async setAlias(name: string, alias: string, version: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'registered-models/alias', { name, alias, version }, Nothing, { call, what: `alias ${alias} of ${name}` });
  }

  async deleteAlias(name: string, alias: string, call?: Call): Promise<void> {
    await this.wire.set('DELETE', 'registered-models/alias', { name, alias }, Nothing, { call, what: `alias ${alias} of ${name}` });
  }

  async version(name: string, version: string, call?: Call): Promise<ModelVersion> {
    return (await this.wire.get('model-versions/get', { name, version }, VersionAnswer, { call, what: `version ${version} of ${name}` })).model_version;
  }

  /** Every version of a model, the last made first. */
  async versionsOf(name: string, call?: Call): Promise<readonly ModelVersion[]> {
    // A name that the grammar cannot say: all versions are asked for.
    return (await this.versions(clause('name', '=', name), call)).filter((each) => each.name === name);
  }

  /** Versions of a model with a number of ours in their tags, the first made first. There are several while clients claim it at once, or where others copied one. */
  async numbered(name: string, number: string, call?: Call): Promise<readonly ModelVersion[]> {
    const filter = allOf(clause('name', '=', name), clause(`tags.\`${TAG.version}\``, '=', number));
    const found = await this.versions(filter, call);
    return found.filter((each) => each.name === name && each.tags[TAG.version] === number).sort((a, b) => Number(a.version) - Number(b.version));
  }

  /** Versions of a model with a number of ours in their tags that begins like this. */
  async numberedLike(name: string, beginning: string, call?: Call): Promise<readonly ModelVersion[]> {
    const found = await this.versions(allOf(clause('name', '=', name), clause(`tags.\`${TAG.version}\``, 'LIKE', beginning)), call);
    return found.filter((each) => each.name === name && each.tags[TAG.version]?.startsWith(beginning) === true);
  }

  /** Versions of a model with any number of ours in their tags, the last made first. That one is mostly all that is wanted: it is asked for alone. */
  async *numberedLast(name: string, call?: Call): AsyncGenerator<ModelVersion, void, undefined> {
    const filter = allOf(clause('name', '=', name), clause(`tags.\`${TAG.version}\``, 'LIKE', ''));
    for await (const { items } of pages(NUMBERED_A_PAGE, ({ size, token }) => this.page(filter, { size: token === undefined ? 1 : size, token }, call))) {
      yield* items.filter((each) => each.name === name);
    }
  }

  /** At most `size` of a model's versions, the last made first. */
  async newestOf(name: string, size: number, call?: Call): Promise<Page<ModelVersion>> {
    const { value } = await pages(size, (page) => this.page(clause('name', '=', name), page, call)).next();
    return { next: value?.next, items: (value?.items ?? []).filter((each) => each.name === name) };
  }

  async versions(filter: string | undefined, call?: Call): Promise<readonly ModelVersion[]> {
    return allPages(VERSIONS_A_PAGE, (page) => this.page(filter, page, call));
  }

  private async page(filter: string | undefined, { size, token }: PageRequest, call?: Call): Promise<Page<ModelVersion>> {
    const query = { filter, max_results: size, page_token: token, order_by: 'version_number DESC' };
    const page = await this.wire.get('model-versions/search', query, VersionsPage, { call, what: 'model versions' });
    return { items: page.model_versions, next: page.next_page_token };
  }

  async createVersion({ name, source, runId, modelId, tags }: NewModelVersion, call?: Call): Promise<ModelVersion> {
    const body = { name, source, run_id: runId, model_id: modelId, tags: tagList(tags) };
    return (await this.wire.make('model-versions/create', body, VersionAnswer, { call, what: `version of ${name}` })).model_version;
  }

  /** As with models, what is gone is as good as deleted. */
  async deleteVersion(name: string, version: string, call?: Call): Promise<void> {
    await unlessMissing(this.wire.set('DELETE', 'model-versions/delete', { name, version }, Nothing, { call, what: `version ${version} of ${name}` }));
  }

  async setVersionTag(name: string, version: string, key: string, value: string, call?: Call): Promise<void> {
    await this.wire.set('POST', 'model-versions/set-tag', { name, version, key, value }, Nothing, { call, what: `tag ${key} of ${name} ${version}` });
  }

  /** What is gone is as good as deleted. */
  async deleteVersionTag(name: string, version: string, key: string, call?: Call): Promise<void> {
    await unlessMissing(this.wire.set('DELETE', 'model-versions/delete-tag', { name, version, key }, Nothing, { call, what: `tag ${key} of ${name} ${version}` }));
  }

  async downloadUri(name: string, version: string, call?: Call): Promise<string> {
    return (await this.wire.get('model-versions/get-download-uri', { name, version }, DownloadUri, { call, what: `files of ${name} ${version}` })).artifact_uri;
  }
}
