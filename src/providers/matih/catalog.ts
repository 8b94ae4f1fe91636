import { type ArtifactRef, isLatestAlias, type VersionRef, type WorkspaceRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isArtifactError, notFound } from '../../model/errors';
import { formatArtifact, formatReference } from '../../model/reference';
import type { ExperimentRow } from './calls/answers';
import type { MatihCalls } from './calls/matihCalls';
import { artifactsOf, isVersionRun, type KnownArtifact, type KnownVersion, runsOf, type VersionRun, versionRun } from './versions';

/** The versions of a connection: the runs of one experiment that hold files of versions. */
export class Catalog {
  private known: ExperimentRow | undefined;

  constructor(
    private readonly calls: MatihCalls,
    readonly tenant: string,
    /** Name of the experiment. */
    private readonly home: string,
  ) {}

  /** Nothing where nobody has made it yet. */
  async experiment(call?: Call): Promise<ExperimentRow | undefined> {
    if (this.known === undefined) {
      for await (const row of this.calls.experiments(this.home, call)) {
        if (row.name === this.home) {
          this.known = row;
          break;
        }
      }
    }
    return this.known;
  }

  /** The experiment, made where it is missing; an answer that got lost may have made it. */
  async madeExperiment(call?: Call): Promise<ExperimentRow> {
    const known = await this.experiment(call);
    if (known !== undefined) {
      return known;
    }
    try {
      this.known = await this.calls.createExperiment(this.home, call);
      return this.known;
    } catch (error) {
      const found = isArtifactError(error) ? await this.experiment(call).catch(() => undefined) : undefined;
      if (found === undefined) {
        throw error;
      }
      return found;
    }
  }

  /** All that versions are made of, those that are being logged too. */
  async runs({ workspace }: WorkspaceRef, call?: Call): Promise<readonly VersionRun[]> {
    // Who has no such workspace has nothing in it.
    const home = workspace === this.tenant ? await this.experiment(call) : undefined;
    const found: VersionRun[] = [];
    if (home !== undefined) {
      for await (const row of this.calls.runs(home.id, call)) {
        if (isVersionRun(row)) {
          found.push(versionRun(row));
        }
      }
    }
    return found;
  }

  async runsOf(ref: ArtifactRef, call?: Call): Promise<readonly VersionRun[]> {
    return runsOf(await this.runs(ref, call), ref);
  }

  async artifact(ref: ArtifactRef, call?: Call): Promise<KnownArtifact> {
    const [found] = artifactsOf(await this.runsOf(ref, call));
    if (found === undefined) {
      throw notFound(`artifact ${formatArtifact(ref)}`);
    }
    return found;
  }

  /** An exact number, an alias, or the latest. */
  async version(ref: VersionRef, call?: Call): Promise<{ readonly artifact: KnownArtifact; readonly version: KnownVersion }> {
    const artifact = await this.artifact(ref, call);
    const version = isLatestAlias(ref.version) ? artifact.versions[0] : artifact.versions.find(({ number, aliases }) => number === ref.version || aliases.includes(ref.version));
    if (version === undefined) {
      throw notFound(`version ${formatReference(ref)}`);
    }
    return { artifact, version };
  }
}
