import type { Experiment, Metric, Run, RunDetails, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { hasText } from '../../model/hasText';
import { compareNatural } from '../../model/naturalOrder';
import type { ExperimentQuery, RunDraft, RunQuery } from '../provider';
import type { ExperimentCalls } from './calls/experimentCalls';
import { historyOf, runDetails } from './experimentDetails';
import type { Rows } from './rows';

const EXPERIMENTS_A_PAGE = 100;

/** Comet's projects are groups of runs, its experiments are runs. */
export class Runs {
  constructor(
    private readonly calls: ExperimentCalls,
    private readonly rows: Rows,
    /** Name of the project that experiments are started in. */
    private readonly project: string,
  ) {}

  async *experiments({ workspace, search = '' }: ExperimentQuery, call?: Call): AsyncGenerator<Experiment, void, undefined> {
    const projects = await this.calls.projects(workspace, call);
    const sorted = [...projects].sort((a, b) => b.lastUpdated - a.lastUpdated || compareNatural(a.projectName, b.projectName));
    for (const { projectName } of sorted) {
      if (hasText(projectName, search)) {
        yield this.rows.project(workspace, projectName);
      }
    }
  }

  async *runs({ workspace, experiment, search = '' }: RunQuery, call?: Call): AsyncGenerator<Run, void, undefined> {
    const projects = experiment === undefined ? (await this.calls.projects(workspace, call)).map(({ projectName }) => projectName) : [experiment];
    for (const projectName of projects) {
      const seen = new Set<string>();
      for (let page = 1; ; page++) {
        const rows = await this.calls.experiments({ workspaceName: workspace, projectName, page, size: EXPERIMENTS_A_PAGE }, call);
        const fresh = rows.filter(({ experimentKey }) => !seen.has(experimentKey));
        for (const info of fresh) {
          seen.add(info.experimentKey);
          const run = this.rows.run(workspace, info);
          if (hasText(run.name, search)) {
            yield run;
          }
        }
        // A server that does not page answers all of them each time.
        if (rows.length < EXPERIMENTS_A_PAGE || fresh.length === 0) {
          break;
        }
      }
    }
  }

  /** Without what it logged. */
  async found({ workspace, run }: RunRef, call?: Call): Promise<Run> {
    return this.rows.run(workspace, await this.calls.experiment(run, call));
  }

  async run({ workspace, run }: RunRef, call?: Call): Promise<RunDetails> {
    const info = await this.calls.experiment(run, call);
    const [metrics, parameters, others, tags] = await Promise.all([
      this.calls.summaries(run, 'metrics', call), this.calls.summaries(run, 'parameters', call), this.calls.summaries(run, 'others', call), this.calls.tags(run, call),
    ]);
    return runDetails(this.rows.run(workspace, info), info.userName ?? undefined, { metrics, parameters, others, tags });
  }

  async metricHistory({ run }: RunRef, metric: string, call?: Call): Promise<readonly Metric[]> {
    return historyOf(metric, await this.calls.points(run, metric, call));
  }

  async start({ workspace, name }: RunDraft, call?: Call): Promise<Run> {
    const run = await this.calls.create({ workspaceName: workspace, projectName: this.project, experimentName: name }, call);
    await this.calls.setStatus(run, { isAlive: true, error: null, hasCrashed: false }, call);
    return { ...this.rows.runRef(workspace, run), kind: 'run', name, status: 'running', started: Date.now(), experiment: this.project };
  }

  async end({ run }: RunRef, status: 'finished' | 'failed', call?: Call): Promise<void> {
    await this.calls.setStatus(run, { isAlive: false, error: null, hasCrashed: status === 'failed' }, call);
  }
}
