import { setTimeout } from 'node:timers/promises';
import type { Call } from '../../model/call';
import { alreadyExists, isArtifactError, unlessMissing } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import { type Bump, isBump, isVersionNumber, nextVersion } from '../../model/version';
import type { VersionDraft } from '../provider';
import type { CometCalls } from './calls/cometCalls';
import { isOpen } from './rows';

const TRIES = 4;

/** A version that takes assets. */
export interface OpenVersion {
  readonly artifactId: string;
  readonly experimentKey: string;
  readonly artifactVersionId: string;
  readonly version: string;
}

export interface OpeningEnvironment {
  readonly calls: CometCalls;
  /** Milliseconds before a new try. */
  readonly pause: number;
  /** Ids of versions of the artifact that others were logging before. */
  readonly openBefore: ReadonlySet<string>;
  /** Nobody wants it any more. */
  readonly gone: AbortSignal;
}

/** Begins a version, once: a number that is taken is skipped, and an answer that got lost is looked for. */
export class Opening {
  constructor(
    private readonly environment: OpeningEnvironment,
    private readonly draft: VersionDraft,
  ) {}

  async open(experimentKey: string): Promise<OpenVersion> {
    const { version, workspace, artifact } = this.draft;
    const refused: string[] = [];
    for (;;) {
      const wanted = version === 'major' ? undefined : isBump(version) ? await this.next(version, refused) : version;
      try {
        return await this.upsert(experimentKey, wanted);
      } catch (error) {
        if (!isArtifactError(error, 'alreadyExists')) {
          throw error;
        }
        if (!isBump(version) || wanted === undefined) {
          throw alreadyExists(`version ${version} of ${workspace}/${artifact}`, error);
        }
        // It may be one that was deleted, which no list names.
        refused.push(wanted);
      }
    }
  }

  /** A lost answer may have made a version: one that is open and bears our experiment is ours. */
  private async upsert(experimentKey: string, version: string | undefined): Promise<OpenVersion> {
    const { artifact, type, tags = [], metadata } = this.draft;
    for (let attempt = 1; ; attempt++) {
      try {
        const made = await this.environment.calls.upsert({
          artifactName: artifact, artifactType: type, experimentKey, version, versionMetadata: textOf(metadata), versionTags: [...new Set(tags)].sort(),
        });
        return { experimentKey, artifactId: made.artifactId, artifactVersionId: made.artifactVersionId, version: made.currentVersion };
      } catch (error) {
        if (!isArtifactError(error, 'offline') && !isArtifactError(error, 'serverFault')) {
          throw error;
        }
        const found = await this.madeUnheard(experimentKey);
        if (found !== undefined) {
          return found;
        }
        // What answers nonsense is not asked again; a broken connection is.
        if (attempt === TRIES || !isArtifactError(error, 'offline')) {
          throw error;
        }
        await setTimeout(this.environment.pause * attempt, undefined, { signal: this.environment.gone });
      }
    }
  }

  /** Waits for a server that starts again; whoever gave up still wants to know, but not to wait. */
  private async madeUnheard(experimentKey: string): Promise<OpenVersion | undefined> {
    const { gone } = this.environment;
    try {
      return await this.look(experimentKey, { signal: gone }, true);
    } catch (error) {
      if (!gone.aborted) {
        throw error;
      }
      return await this.look(experimentKey);
    }
  }

  private async look(experimentKey: string, call?: Call, patient?: boolean): Promise<OpenVersion | undefined> {
    const { calls, openBefore } = this.environment;
    const { workspace, artifact: name } = this.draft;
    const artifact = await unlessMissing(calls.artifact(workspace, name, call, patient));
    const open = artifact?.versions.filter((row) => isOpen(row) && !openBefore.has(row.artifactVersionId)) ?? [];
    for (const { artifactVersionId, version } of [...open].sort((a, b) => b.added - a.added)) {
      const details = await calls.version({ artifactId: artifact?.artifactId ?? '', versionId: artifactVersionId }, `version ${version} of ${workspace}/${name}`, call, patient);
      if (details.experimentKey === experimentKey) {
        return { experimentKey, artifactId: artifact?.artifactId ?? '', artifactVersionId, version };
      }
    }
    return undefined;
  }

  /** After every number that was ever given out, those of open and failed versions too: Comet uses none twice. */
  private async next(bump: Bump, refused: readonly string[]): Promise<string> {
    const artifact = await unlessMissing(this.environment.calls.artifact(this.draft.workspace, this.draft.artifact));
    const numbers = artifact?.versions.map((row) => row.version).filter(isVersionNumber) ?? [];
    return nextVersion(bump, numbers, [...numbers, ...refused]);
  }
}

const textOf = (metadata: JsonObject | undefined): string | undefined => (metadata === undefined || Object.keys(metadata).length === 0 ? undefined : JSON.stringify(metadata));
