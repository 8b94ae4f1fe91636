import type { Call, Log } from '../../model/call';
import { alreadyExists, isArtifactError } from '../../model/errors';
import { isBump, newestFirst, nextVersion } from '../../model/version';
import { orAbort } from '../abortable';
import type { VersionDraft } from '../provider';
import type { ModelVersion } from './calls/answers';
import type { NewModelVersion } from './calls/registryCalls';
import { Catalog } from './catalog';
import type { ArtifactFiles } from './files/artifactFiles';
import { clause } from './filter';
import { labelTags, metadataTags, setAliases } from './labels';
import { makeOnce } from './makingOnce';
import { type ModelView, modelView, ownNumber } from './mapping/modelView';
import { modelName } from './mapping/names';
import { NewModel } from './newModels';
import { newestRivals, outcomeOf, retellHighest } from './rivals';
import type { Site } from './server';
import { MOST_TAG, TAG } from './mapping/tags';

type Tags = Readonly<Record<string, string>>;

export interface Registrable {
  /** The folder of the files, and what holds it. */
  readonly source: { readonly uri: string; readonly runId?: string | undefined; readonly modelId?: string | undefined };
  /** Where metadata goes that is too long for tags. */
  readonly files?: ArtifactFiles | undefined;
  readonly tags: Tags;
  readonly producerName?: string | undefined;
  /** Hears the number that is asked for, which a rival may turn out to have had first. */
  readonly onMaking?: ((number: string) => void) | undefined;
  /** Hears it again as soon as the version is there, when that may still turn out. */
  readonly onMade?: ((number: string) => void) | undefined;
}

export interface Registered {
  readonly number: string;
  /** Whoever read the version as soon as it was there saw it as it is now. */
  readonly isUntouched: boolean;
}

/** Gives files that lie on the server a number: the moment at which a version becomes visible. */
export class Registration {
  private readonly catalog: Catalog;
  private viewing: Promise<ModelView> | undefined;
  private isNew: Promise<boolean> | undefined;
  private readonly newModel: NewModel;
  private creating = false;

  constructor(
    private readonly site: Site,
    private readonly log: Log,
    private readonly draft: VersionDraft,
    /** Finds our own version again. */
    private readonly id: string,
  ) {
    this.catalog = new Catalog(site);
    this.newModel = new NewModel(site, id);
  }

  /** Looks early whether there is a model. Only that there is none is worth something later: making it under the same name tells whether that still holds. */
  expect(call: Call): void {
    const { artifact } = this.draft;
    if (modelName(artifact) === artifact) {
      this.isNew ??= this.catalog.model(artifact, call).then((model) => model === undefined, () => false);
    }
  }

  /** Begins to look which number is free, for a model that is made where there is none: as soon as all files are on the server. */
  begin(call: Call): Promise<ModelView> {
    this.viewing ??= this.view(call);
    return orAbort(this.viewing, call.signal);
  }

  /**
   * The number that the version got. MLflow has no rule that a number be unique: after registering we look who else has it, and all who
   * look agree that the first one stays. The others take the next number, or `alreadyExists` where the number was an exact one: `undo`
   * takes theirs away.
   */
  async register(what: Registrable, call: Call = {}): Promise<Registered> {
    const { version, aliases = [] } = this.draft;
    const labels = await orAbort(this.labels(what, call), call.signal);
    let lost: readonly ModelVersion[] = [];
    for (;;) {
      const view = await this.begin(call);
      this.viewing = undefined;
      const number = this.free(view);
      call.signal?.throwIfAborted();
      // From here on it may be there, so that giving up would come too late.
      this.creating = true;
      what.onMaking?.(number);
      if (!await this.create(view, number, what, labels)) {
        continue;
      }
      what.onMade?.(number);
      const { model } = view;
      // Side by side, as each is a question to a server that may be far away.
      const [outcome, rivals] = [outcomeOf(this.site, { name: model.name, number, draft: this.id }), newestRivals(this.site, model)];
      const asked = Promise.allSettled([outcome, rivals]);
      if (view.versions.length === 0 && !await this.newModel.stands(model.name)) {
        await asked;
        continue;
      }
      // Not before the next one is there: were the newest deleted, MLflow would give its integer again, and who came first could not be told.
      await this.takeBack(lost);
      const { entry, spare } = await outcome;
      if (entry !== undefined) {
        await this.takeBack(spare);
        const isRetold = await retellHighest(this.site, model, entry, rivals).catch((error: unknown) => this.log.warn(`the highest number of ${entry.name} was not told: ${String(error)}`));
        await setAliases(this.site.registry, entry, aliases, this.log);
        return { number, isUntouched: isRetold === false && aliases.length === 0 && lost.length === 0 && spare.length === 0 };
      }
      lost = spare;
      if (!isBump(version)) {
        throw alreadyExists(`version ${number} of ${this.draft.workspace}/${this.draft.artifact}`);
      }
    }
  }

  /** Takes away what a failed `register` may have left: a version that nobody was told of, and the model that was made for it. */
  async undo(): Promise<void> {
    await this.viewing?.catch(() => undefined);
    if (this.creating) {
      await this.takeBack(await this.ours());
    }
    await this.newModel.undo();
  }

  private async labels({ files, producerName }: Registrable, call: Call): Promise<Tags> {
    const { tags = [], metadata = {}, producer } = this.draft;
    const all: Tags = {
      [TAG.draft]: this.id,
      ...labelTags(tags),
      ...await metadataTags(metadata, files, call),
      ...(producer === undefined ? undefined : { [TAG.producer]: producer.run, [TAG.producerName]: (producerName ?? producer.run).slice(0, MOST_TAG) }),
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  }

  private async view(call: Call): Promise<ModelView> {
    const { artifact, type } = this.draft;
    const isNew = await this.isNew === true;
    this.isNew = undefined;
    const known = isNew ? undefined : await this.known(call);
    if (known !== undefined) {
      return known;
    }
    const name = modelName(artifact);
    const made = await this.newModel.make(name, { [TAG.name]: artifact, [TAG.type]: type });
    const view = made === undefined ? await this.known(call) : modelView(made, []);
    if (view === undefined) {
      throw alreadyExists(`something else than an artifact under the name ${name}, a prompt perhaps. Choose another name`);
    }
    return view;
  }

  /**
   * A rival's version that is taken back while the server reads it comes without its tags, and would pass for one of another tool, with a
   * number to go on from. So those of others count when they are there twice.
   */
  private async known(call: Call): Promise<ModelView | undefined> {
    let seen = '';
    for (;;) {
      const { artifact, version } = this.draft;
      const view = await this.catalog.brief(artifact, { names: isBump(version) ? [] : [version] }, call);
      const others = view?.versions.flatMap(({ own, entry }) => (own ? [] : [entry.version])).join() ?? '';
      if (others === seen) {
        return view;
      }
      seen = others;
    }
  }

  private free({ versions, deleted }: ModelView): string {
    const { version, workspace, artifact } = this.draft;
    const live = versions.map(({ number }) => number);
    if (isBump(version)) {
      return nextVersion(version, live, [...live, ...deleted]);
    }
    if (live.includes(version) || deleted.includes(version)) {
      throw alreadyExists(`version ${version} of ${workspace}/${artifact}`);
    }
    return version;
  }

  /** False where the model was taken away meanwhile by whoever had made it for a version that did not come. */
  private async create({ model, versions }: ModelView, number: string, { source, tags }: Registrable, labels: Tags): Promise<boolean> {
    const highest = newestFirst([number, ...versions.map((version) => version.number)])[0] ?? number;
    const request = {
      name: model.name, source: source.uri, runId: source.runId, modelId: source.modelId,
      tags: { ...labels, ...tags, [TAG.version]: number, [TAG.highest]: highest },
    };
    try {
      await this.createOnce(request);
    } catch (error) {
      if (versions.length === 0 && isArtifactError(error, 'notFound') && await this.catalog.registered(model.name) === undefined) {
        return false;
      }
      throw error;
    }
    return true;
  }

  private async createOnce(request: NewModelVersion): Promise<void> {
    const number = request.tags[TAG.version];
    await makeOnce({
      make: () => this.site.registry.createVersion(request),
      find: async () => (await this.ours()).find((each) => ownNumber(each) === number),
      onLost: (error) => this.log.warn(`registering ${request.name} ${String(number)} was not answered: ${String(error)}`),
    });
  }

  /** What was registered for this draft. */
  private ours(): Promise<readonly ModelVersion[]> {
    return this.site.registry.versions(clause(`tags.\`${TAG.draft}\``, '=', this.id));
  }

  private async takeBack(versions: readonly ModelVersion[]): Promise<void> {
    for (const { name, version } of versions) {
      await this.site.registry.deleteVersion(name, version);
    }
  }
}
