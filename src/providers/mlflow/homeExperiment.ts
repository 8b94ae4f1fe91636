import type { Call } from '../../model/call';
import { isArtifactError } from '../../model/errors';
import { deletedExperiment } from './serverErrors';
import type { Site } from './server';

/** Somebody may rename it, and give its name to another one. */
const BELIEVED_MS = 60_000;

/** The experiment that runs are started in unless they have another one. */
export class HomeExperiment {
  private known: { readonly id: string; readonly until: number } | undefined;

  constructor(
    private readonly site: Pick<Site, 'tracking'>,
    private readonly name: string,
    private readonly now = Date.now,
  ) {}

  /** Makes something in it. Its id is not asked for each time, and looked for again where nothing can be made in it any more. */
  async making<T>(make: (experimentId: string) => Promise<T>, call?: Call): Promise<T> {
    const { known } = this;
    if (known !== undefined && this.now() < known.until) {
      try {
        return await make(known.id);
      } catch (error) {
        // Deleted meanwhile.
        if (!isArtifactError(error, 'invalid') && !isArtifactError(error, 'notFound')) {
          throw error;
        }
      }
    }
    const id = await this.id(call);
    this.known = { id, until: this.now() + BELIEVED_MS };
    return await make(id);
  }

  /** Made when it is missing. */
  private async id(call?: Call): Promise<string> {
    const found = await this.find(call);
    if (found !== undefined) {
      return found;
    }
    try {
      return await this.site.tracking.createExperiment(this.name, call);
    } catch (error) {
      const other = isArtifactError(error, 'alreadyExists') ? await this.find(call) : undefined;
      if (other === undefined) {
        throw error;
      }
      return other;
    }
  }

  /** MLflow finds deleted experiments by their name, and keeps the name taken. */
  private async find(call?: Call): Promise<string | undefined> {
    const { experiment_id: id, lifecycle_stage: stage } = await this.site.tracking.experimentByName(this.name, call) ?? {};
    if (stage === 'deleted') {
      throw deletedExperiment(this.name);
    }
    return id;
  }
}
