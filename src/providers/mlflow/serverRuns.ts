import type { Experiment, ExperimentRef, Metric, Run, RunDetails, RunRef, VersionRef } from '../../model/artifact';
import type { Call, Log } from '../../model/call';
import type { Lineage } from '../../model/lineage';
import { runOfFiles } from '../../model/runFiles';
import { orAbort, orAbortEach } from '../abortable';
import type { ExperimentQuery, NestedRunQuery, RunDraft, RunQuery } from '../provider';
import { HomeExperiment } from './homeExperiment';
import { LineageReader } from './lineage';
import type { Rows } from './mapping/rows';
import { Runs } from './runs';
import type { MlflowServer, Site } from './server';
import type { WebPages } from './webPages';

export interface ServerRunsEnvironment {
  readonly connection: string;
  readonly server: MlflowServer;
  readonly rows: Rows;
  readonly log: Log;
  /** Name of the experiment that runs are started in. */
  readonly experiment: string;
  /** Told of each experiment that is listed, and each run that is looked at. */
  readonly pages: WebPages;
}

/** Experiments, runs and what surrounds them, in whichever workspace of a server they are. */
export class ServerRuns {
  private readonly homes = new WeakMap<Site, HomeExperiment>();

  constructor(private readonly environment: ServerRunsEnvironment) {}

  experiments(query: ExperimentQuery, call?: Call): AsyncIterable<Experiment> {
    const { pages } = this.environment;
    return this.eachAt(query.workspace, async function* seen(runs, site) {
      for await (const experiment of runs.experiments(query, call)) {
        pages.sawExperiment(site, experiment);
        yield experiment;
      }
    }, call);
  }

  runs(query: RunQuery, call?: Call): AsyncIterable<Run> {
    return this.eachAt(query.workspace, (runs) => runs.runs(query, call), call);
  }

  nestedRuns(query: NestedRunQuery, call?: Call): AsyncIterable<Run> {
    return this.eachAt(query.workspace, (runs) => runs.nestedRuns(query, call), call);
  }

  loggedModels(experiment: ExperimentRef, call?: Call): AsyncIterable<Run> {
    return this.eachAt(experiment.workspace, (runs) => runs.loggedModels(experiment, call), call);
  }

  run(ref: RunRef, call?: Call): Promise<RunDetails> {
    return this.at(ref.workspace, async (runs, site) => {
      const details = await runs.run(ref, call);
      this.environment.pages.sawRun(site, details);
      return details;
    }, call);
  }

  metricHistory(run: RunRef, metric: string, call?: Call): Promise<readonly Metric[]> {
    return this.at(run.workspace, (runs) => runs.metricHistory(run, metric, call), call);
  }

  start(draft: RunDraft, call?: Call): Promise<Run> {
    return this.at(draft.workspace, (runs) => runs.start(draft, call), call);
  }

  end(run: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    return this.at(run.workspace, (runs) => runs.end(run, status, call), call);
  }

  lineage(of: VersionRef | RunRef, call?: Call): Promise<Lineage> {
    return this.at(of.workspace, async (runs, site) => {
      const reader = this.reader(site, runs);
      const run = 'run' in of ? of : runOfFiles(of);
      return run === undefined ? await reader.aroundVersion(of as VersionRef, call) : await reader.aroundRun(run, call);
    }, call);
  }

  related(run: RunRef, call?: Call): Promise<Pick<Lineage, 'nodes' | 'edges'>> {
    return this.at(run.workspace, (runs, site) => this.reader(site, runs).besideRun(run, call), call);
  }

  of(site: Site): Runs {
    const { rows, log } = this.environment;
    return new Runs({ site, rows, log, home: this.home(site) });
  }

  home(site: Site): HomeExperiment {
    const known = this.homes.get(site) ?? new HomeExperiment(site, this.environment.experiment);
    this.homes.set(site, known);
    return known;
  }

  private reader(site: Site, runs: Runs): LineageReader {
    const { connection, rows } = this.environment;
    return new LineageReader(connection, site, rows, runs);
  }

  private at<T>(workspace: string, work: (runs: Runs, site: Site) => Promise<T>, call?: Call): Promise<T> {
    const read = async (): Promise<T> => {
      const site = await this.environment.server.site(workspace, call);
      return await work(this.of(site), site);
    };
    return orAbort(read(), call?.signal);
  }

  private eachAt<T extends object>(workspace: string, work: (runs: Runs, site: Site) => AsyncIterable<T>, call?: Call): AsyncIterable<T> {
    const read = async function* read(server: MlflowServer, runsAt: (site: Site) => Runs): AsyncGenerator<T, void, undefined> {
      const site = await server.site(workspace, call);
      yield* work(runsAt(site), site);
    };
    return orAbortEach(read(this.environment.server, (site) => this.of(site)), call?.signal);
  }
}
