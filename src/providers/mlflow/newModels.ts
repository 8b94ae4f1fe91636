import { setTimeout } from 'node:timers/promises';
import { isArtifactError, unlessMissing } from '../../model/errors';
import type { RegisteredModel } from './calls/answers';
import type { Site } from './server';
import { TAG } from './mapping/tags';

const LOOKS = 5;
const LOOK_AGAIN_MS = 200;
/** Stands in the place of a draft's id while its model is taken away. */
const GOING = 'going';

/** Registered models that are made for a first version, and are taken away again when it does not come. */
export class NewModel {
  private name: string | undefined;

  constructor(
    private readonly site: Site,
    /** Of the draft: whose the model is stands in its tags, as the answer may get lost. */
    private readonly id: string,
  ) {}

  /** As it was made; nothing where somebody else made it meanwhile. */
  async make(name: string, tags: Readonly<Record<string, string>>): Promise<RegisteredModel | undefined> {
    this.name = name;
    try {
      return await this.site.registry.createModel(name, { ...tags, [TAG.draft]: this.id });
    } catch (error) {
      if (!isArtifactError(error, 'alreadyExists')) {
        throw error;
      }
      return undefined;
    }
  }

  /**
   * Takes the model away if it was made here and has no versions. MLflow has no rule that it be empty: others are warned first and
   * looked for once more, while they look for the warning after they registered something.
   */
  async undo(): Promise<void> {
    const { name } = this;
    const { registry } = this.site;
    if (name === undefined || await this.draftOf(name) !== this.id || (await registry.versionsOf(name)).length > 0) {
      return;
    }
    await registry.setModelTag(name, TAG.draft, GOING);
    if ((await registry.versionsOf(name)).length > 0) {
      await registry.setModelTag(name, TAG.draft, this.id);
    } else {
      await registry.deleteModel(name);
    }
  }

  /** Whether what was just registered as a first version stands, and is not taken away with its model by whoever made that. */
  async stands(name: string): Promise<boolean> {
    for (let look = 1; look <= LOOKS; look++) {
      const draft = await this.draftOf(name);
      if (draft !== GOING) {
        return draft !== undefined;
      }
      await setTimeout(LOOK_AGAIN_MS * look);
    }
    // Whoever was about to take it away is gone.
    await this.site.registry.setModelTag(name, TAG.draft, '');
    return await this.draftOf(name) !== undefined;
  }

  /** Nothing where there is no such model. */
  private async draftOf(name: string): Promise<string | undefined> {
    const model = await unlessMissing(this.site.registry.model(name));
    return model && (model.tags[TAG.draft] ?? '');
  }
}
