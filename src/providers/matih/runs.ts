import type { Experiment, Run, RunDetails, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isArtifactError, notFound } from '../../model/errors';
import { hasText } from '../../model/hasText';
import type { ExperimentQuery, RunDraft, RunQuery } from '../provider';
import type { ExperimentRow, RunRow } from './calls/answers';
import type { MatihCalls } from './calls/matihCalls';
import type { Catalog } from './catalog';
import { makeRun } from './makeRun';
import type { Rows } from './rows';
import { TAG } from './tags';
import { isVersionRun } from './versions';

export interface RunsEnvironment {
  readonly calls: MatihCalls;
  readonly catalog: Catalog;
  readonly rows: Rows;
  /** Where the files of a run, or all of an experiment, lie: for people. */
  readonly shown: (of: RunRow | ExperimentRow, call?: Call) => Promise<string>;
}

/** MATIH's experiments and runs. Those that hold files of versions are left out: the versions themselves show them. */
export class Runs {
  constructor(private readonly environment: RunsEnvironment) {}

  async *experiments({ workspace, search = '' }: ExperimentQuery, call?: Call): AsyncGenerator<Experiment, void, undefined> {
    const { calls, catalog, rows, shown } = this.environment;
    if (workspace !== catalog.tenant) {
      return;
    }
    const found: ExperimentRow[] = [];
    for await (const row of calls.experiments(search, call)) {
      if (hasText(row.name, search)) {
        found.push(row);
      }
    }
    for (const row of found.sort((a, b) => b.changed - a.changed)) {
      yield rows.experiment(row, await shown(row, call));
    }
  }

  /** MATIH promises no order: the newest is known when all are. */
  async *runs({ workspace, experiment, search = '' }: RunQuery, call?: Call): AsyncGenerator<Run, void, undefined> {
    const { calls, rows } = this.environment;
    const found: Run[] = [];
    for (const id of workspace !== this.environment.catalog.tenant ? [] : experiment === undefined ? await this.experimentIds(call) : [experiment]) {
      for await (const row of calls.runs(id, call)) {
        if (!isVersionRun(row) && hasText(row.name, search)) {
          found.push(rows.run({ ...row, experiment: row.experiment ?? id }));
        }
      }
    }
    yield* found.sort((a, b) => b.started - a.started);
  }

  async run({ workspace, run }: RunRef, call?: Call): Promise<RunDetails> {
    const { calls, catalog, rows, shown } = this.environment;
    if (workspace !== catalog.tenant) {
      throw notFound(`run ${run}`);
    }
    const row = await calls.run(run, call);
    return rows.runDetails(row, await shown(row, call));
  }

  async start({ name }: RunDraft, call?: Call): Promise<Run> {
    const { calls, catalog, rows } = this.environment;
    const made = await makeRun(calls, { experiment: (await catalog.madeExperiment(call)).id, name, tags: { [TAG.created]: String(Date.now()) } }, call);
    return rows.run(made);
  }

  /** An answer that got lost may have ended it: ending it once more may be refused. */
  async end({ run }: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    const { calls } = this.environment;
    try {
      await calls.end(run, status, call);
    } catch (error) {
      const isDoubtful = isArtifactError(error, 'alreadyExists') || isArtifactError(error, 'invalid') || isArtifactError(error, 'offline') || isArtifactError(error, 'serverFault');
      if (!isDoubtful || (await calls.run(run, call).catch(() => undefined))?.status !== status) {
        throw error;
      }
    }
  }

  private async experimentIds(call?: Call): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const { id } of this.environment.calls.experiments('', call)) {
      ids.push(id);
    }
    return ids;
  }
}
