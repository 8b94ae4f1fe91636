import { setTimeout } from 'node:timers/promises';
import type { Call, Log } from '../../model/call';
import { alreadyExists, isArtifactError } from '../../model/errors';
import { isBump, newestFirst, nextVersion } from '../../model/version';
import { orAbort } from '../abortable';
import type { VersionDraft } from '../provider';
import type { ModelVersion } from './calls/answers';
import { Catalog } from './catalog';
import type { ArtifactFiles } from './files/artifactFiles';
import { clause } from './filter';
import { metadataTags, setAlias, tagsText } from './labels';
import { type ModelView, ownNumber } from './modelView';
import { modelName } from './names';
import { isLost, lostVersion } from './serverErrors';
import type { Site } from './server';
import { MOST_TAG, TAG } from './tags';

type Tags = Readonly<Record<string, string>>;

export interface Registrable {
  /** The folder of the files, and what holds it. */
  readonly source: { readonly uri: string; readonly runId?: string | undefined; readonly modelId?: string | undefined };
  /** Where metadata goes that is too long for a tag. */
  readonly files?: ArtifactFiles | undefined;
  readonly tags: Tags;
  readonly producerName?: string | undefined;
  /** Called before each attempt, with the number that will be tried. */
  readonly before?: ((version: string) => Promise<void>) | undefined;
}

const LOOKS = 3;
const LOOK_AGAIN_MS = 300;

/** Gives files that lie on the server a number: the moment at which a version becomes visible. */
export class Registration {
  private readonly catalog: Catalog;
  /** The model that was made for this version, until it has one. */
  private made: string | undefined;

  constructor(
    private readonly site: Site,
    private readonly log: Log,
    private readonly draft: VersionDraft,
    /** Finds our own version again. */
    private readonly id: string,
  ) {
    this.catalog = new Catalog(site);
  }

  /**
   * The number that the version got. MLflow has no rule that a number be unique: after registering we look who else has it, and all who
   * look agree that the first one stays. The others take the next number, or `alreadyExists` where the number was an exact one.
   */
  async register(what: Registrable, call: Call = {}): Promise<string> {
    const { version } = this.draft;
    const labels = await orAbort(this.labels(what, call), call.signal);
    for (;;) {
      const view = await orAbort(this.view(call), call.signal);
      const number = this.free(view);
      await what.before?.(number);
      call.signal?.throwIfAborted();
      // From here on it may be there, so that giving up would come too late.
      await this.create(view, number, what, labels);
      this.made = undefined;
      const entry = await this.won(view, number);
      if (entry !== undefined) {
        await this.setAliases(view, entry);
        return number;
      }
      if (!isBump(version)) {
        throw alreadyExists(`version ${number} of ${this.draft.workspace}/${this.draft.artifact}`);
      }
    }
  }

  /** Takes away the model that was made for a version that did not come. */
  async undo(): Promise<void> {
    const name = this.made;
    this.made = undefined;
    if (name !== undefined && (await this.site.registry.versionsOf(name)).length === 0) {
      await this.site.registry.deleteModel(name);
    }
  }

  private async labels({ files, producerName }: Registrable, call: Call): Promise<Tags> {
    const { tags = [], metadata = {}, producer } = this.draft;
    const all: Tags = {
      [TAG.draft]: this.id,
      [TAG.tags]: tagsText(tags),
      ...await metadataTags(metadata, files, call),
      ...(producer === undefined ? undefined : { [TAG.producer]: producer.run, [TAG.producerName]: (producerName ?? producer.run).slice(0, MOST_TAG) }),
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  }

  private async view(call: Call): Promise<ModelView> {
    const { artifact, type } = this.draft;
    const known = await this.catalog.find(artifact, call);
    if (known !== undefined) {
      return known;
    }
    const name = modelName(artifact);
    try {
      await this.site.registry.createModel(name, { [TAG.name]: artifact, [TAG.type]: type });
      this.made = name;
    } catch (error) {
      if (isLost(error)) {
        this.made = name;
      } else if (!isArtifactError(error, 'alreadyExists')) {
        throw error;
      }
    }
    const view = await this.catalog.find(artifact, call);
    if (view === undefined) {
      throw alreadyExists(`something else than an artifact under the name ${name}, a prompt perhaps. Choose another name`);
    }
    return view;
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

  private async create({ model, versions }: ModelView, number: string, { source, tags }: Registrable, labels: Tags): Promise<void> {
    const highest = newestFirst([number, ...versions.map((version) => version.number)])[0] ?? number;
    const request = {
      name: model.name, source: source.uri, runId: source.runId, modelId: source.modelId,
      tags: { ...labels, ...tags, [TAG.version]: number, [TAG.highest]: highest },
    };
    try {
      await this.site.registry.createVersion(request);
    } catch (error) {
      if (!isLost(error)) {
        throw error;
      }
      this.log.warn(`registering ${model.name} ${number} was not answered: ${String(error)}`);
      if (!await this.isThere(number)) {
        await this.site.registry.createVersion(request);
      }
    }
  }

  /** Whether our version was made although nobody answered. */
  private async isThere(number: string): Promise<boolean> {
    for (let look = 1; ; look++) {
      const found = (await this.site.registry.versions(clause(`tags.\`${TAG.draft}\``, '=', this.id))).some((each) => ownNumber(each) === number);
      if (found || look === LOOKS) {
        return found;
      }
      await setTimeout(LOOK_AGAIN_MS * look);
    }
  }

  /** Our version, if it was the first with its number; otherwise what we made is taken back. */
  private async won({ model }: ModelView, number: string): Promise<ModelVersion | undefined> {
    const rivals = (await this.site.registry.versionsOf(model.name)).filter((each) => ownNumber(each) === number);
    const [first] = rivals.sort((a, b) => Number(a.version) - Number(b.version));
    if (first === undefined) {
      throw lostVersion(model.name);
    }
    const isOurs = first.tags[TAG.draft] === this.id;
    // More than one may be ours, where an answer was lost.
    for (const each of rivals) {
      if (each.tags[TAG.draft] === this.id && (!isOurs || each !== first)) {
        await this.site.registry.deleteVersion(model.name, each.version);
      }
    }
    return isOurs ? first : undefined;
  }

  /** The version stands: an alias that could not be set is told in the log, and the caller reads what is there. */
  private async setAliases({ model }: ModelView, { version }: ModelVersion): Promise<void> {
    for (const alias of new Set(this.draft.aliases)) {
      try {
        await setAlias(this.site.registry, model.name, alias, version);
      } catch (error) {
        this.log.error(`alias ${alias} was not set on ${model.name} ${version}`, error);
      }
    }
  }
}
