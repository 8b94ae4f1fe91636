import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { RunRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import { isArtifactError, unlessMissing } from '../../model/errors';
import { isRunning, type Maker, thisMaker } from '../../store/processes';
import { userName } from '../userName';
import type { RunEntry } from './calls/answers';
import type { ArtifactFiles } from './files/artifactFiles';
import { allOf, clause } from './filter';
import { allPages } from './paging';
import { makeRun } from './runMaking';
import { rootOf } from './places';
import type { Site } from './server';
import { objectOf, PARENT_RUN, TAG } from './mapping/tags';

/** A pending upload of a process that cannot be asked whether it lives is given up after a week. */
const GIVEN_UP_MS = 7 * 24 * 3_600_000;
const PENDING_A_PAGE = 100;
/** Characters, on PostgreSQL. */
export const MOST_RUN_NAME = 250;
/** Milliseconds in which a server has made, or refused, a version whose maker is gone. */
const LAST_WORDS_MS = 2_000;

export interface NewUpload {
  readonly artifact: string;
  readonly experimentId: string;
  readonly producer?: RunRef | undefined;
}

/**
 * The runs that hold the files of versions: one each, below the run that made the version. It stays `pending` until the version stands
 * in the registry; what was left pending by a process that died is taken away by the next one.
 */
export class Uploads {
  constructor(
    private readonly site: Site,
    private readonly log: Log,
  ) {}

  begin({ artifact, experimentId, producer }: NewUpload, call?: Call): Promise<RunEntry> {
    const user = userName();
    return makeRun(this.site, this.log, {
      experimentId,
      name: `${artifact} (upload)`,
      user,
      tags: {
        'mlflow.user': user,
        'mlflow.source.name': 'ML Artifacts',
        [TAG.upload]: 'pending',
        [TAG.maker]: JSON.stringify(thisMaker()),
        ...(producer === undefined ? undefined : { [PARENT_RUN]: producer.run }),
      },
    }, call);
  }

  /** Before its version is asked for. */
  async finish(run: string, call?: Call): Promise<void> {
    await this.site.tracking.updateRun(run, { status: 'FINISHED', end_time: Date.now() }, call);
  }

  async name(run: string, name: string): Promise<void> {
    await this.site.tracking.updateRun(run, { status: 'FINISHED', run_name: name.slice(0, MOST_RUN_NAME) });
  }

  async remember(run: string, note: string): Promise<void> {
    await this.site.tracking.setRunTag(run, `${TAG.parts}${randomUUID()}`, note);
  }

  async settle(run: string): Promise<void> {
    await unlessDeleted(this.site.tracking.setRunTag(run, TAG.upload, 'done'));
  }

  /** Before its version is removed: a removal that is interrupted is brought to its end by the next one who logs. */
  async reopen(run: string): Promise<void> {
    await unlessDeleted(this.site.tracking.setRunTag(run, TAG.maker, JSON.stringify(thisMaker())));
    await unlessDeleted(this.site.tracking.setRunTag(run, TAG.upload, 'pending'));
  }

  /** Takes the files away and then the run, so that one without the other is found again. False: the files stay, as nobody here may delete them. */
  async discard(run: string, call?: Call): Promise<boolean> {
    const root = await unlessMissing(rootOf(this.site, run, call));
    if (root === undefined) {
      return false;
    }
    const isFreed = await this.removeAll(root.files, run, call);
    await unlessDeleted(this.site.tracking.deleteRun(run, call));
    return isFreed;
  }

  /** Takes away what dead processes left behind in these experiments. Never fails: whoever logs has other things in mind. */
  async sweep(places: Promise<readonly string[]>): Promise<void> {
    try {
      const filter = allOf(clause(`tags.\`${TAG.upload}\``, '=', 'pending'));
      const experimentIds = await places;
      const dead = (await allPages(PENDING_A_PAGE, (page) => this.site.tracking.runs({ experimentIds, filter, ...page }))).filter(isDead);
      if (dead.some(({ info }) => info.status === 'FINISHED')) {
        // Its writer asked for the version before it died: the server may be about to make it.
        await setTimeout(LAST_WORDS_MS);
      }
      for (const { info } of dead) {
        await this.bury(info.run_id);
      }
    } catch (error) {
      this.log.warn(`unfinished uploads were not looked for: ${String(error)}`);
    }
  }

  /** One that is somebody else's to delete must not keep the others. */
  private async bury(run: string): Promise<void> {
    this.log.info(`run ${run} holds an upload that nobody finishes: it is taken away unless it became a version`);
    try {
      if (await this.isVersion(run)) {
        await this.settle(run);
      } else {
        await this.giveUpParts(run);
        await this.discard(run);
      }
    } catch (error) {
      this.log.warn(`the unfinished upload of run ${run} stays: ${String(error)}`);
    }
  }

  /** What a process that is gone had sent of large files: the list of files does not show it. */
  private async giveUpParts(run: string): Promise<void> {
    const root = await unlessMissing(rootOf(this.site, run));
    const noted = Object.entries(root?.tags ?? {}).filter(([key]) => key.startsWith(TAG.parts)).map(([, note]) => note);
    await root?.files.giveUpParts?.(noted);
  }

  private async removeAll(files: ArtifactFiles, run: string, call?: Call): Promise<boolean> {
    try {
      for (const { path } of files.remove === undefined ? [] : await files.list('', call)) {
        await files.remove?.(path, call);
      }
      return files.remove !== undefined;
    } catch (error) {
      // A bucket without credentials of ours.
      if (!isArtifactError(error, 'unsupported') && !isArtifactError(error, 'forbidden') && !isArtifactError(error, 'signInNeeded')) {
        throw error;
      }
      this.log.warn(`the files of run ${run} stay: ${error.message}`);
      return false;
    }
  }

  /** What a version points to stays: its writer may have died, or lost the connection, after it stood. True when the files are gone. */
  async settleOrDiscard(run: string): Promise<boolean> {
    if (await this.isVersion(run)) {
      await this.settle(run);
      return false;
    }
    return await this.discard(run);
  }

  private async isVersion(run: string): Promise<boolean> {
    return (await this.site.registry.versions(clause('run_id', '=', run))).length > 0;
  }
}

/** MLflow changes nothing at a run that was deleted there, and the next one who logs does not find it: no mark at it is needed. */
async function unlessDeleted(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isArtifactError(error, 'invalid') && !isArtifactError(error, 'notFound')) {
      throw error;
    }
  }
}

function isDead({ info, data }: RunEntry): boolean {
  const { space, pid } = objectOf(data.tags[TAG.maker]) ?? {};
  const maker: Maker | undefined = typeof space === 'string' && typeof pid === 'number' ? { space, pid } : undefined;
  const runs = maker && isRunning(maker);
  return runs === undefined ? Date.now() - info.start_time > GIVEN_UP_MS : !runs;
}
