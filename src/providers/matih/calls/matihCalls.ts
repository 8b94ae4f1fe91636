import pLimit from 'p-limit';
import type { Call } from '../../../model/call';
import { orAbort } from '../../abortable';
import type { Http, Query } from '../../http';
import { filled, type Profile, type Route } from '../profile';
import { errorIn } from '../serverErrors';
import { type ExperimentRow, experimentRow, fieldsOf, opened, pageOf, type RunRow, runRow } from './answers';

const CALLS = 8;
const ROWS_A_PAGE = 500;
/** A list that goes on is one that never ends. */
const MOST_ROWS = 1_000_000;

type Tags = Readonly<Record<string, string>>;

interface Ask {
  readonly query?: Query | undefined;
  readonly body?: object | undefined;
  readonly run?: string | undefined;
  readonly experiment?: string | undefined;
  /** False for what makes something. */
  readonly retry?: boolean | undefined;
  readonly call?: Call | undefined;
  readonly what: string;
}

/** The calls, one function each, in MATIH's own words. */
export class MatihCalls {
  private readonly limit = pLimit(CALLS);

  constructor(private readonly http: Http, readonly profile: Profile, private readonly tenant: string) {}

  async *experiments(search: string, call?: Call): AsyncGenerator<ExperimentRow, void, undefined> {
    const query = search === '' ? {} : { [this.profile.query.search]: search };
    for await (const row of this.pages('experiments', 'experiments', query, 'experiments', call)) {
      const experiment = experimentRow(row, 'experiments');
      if (!experiment.deleted) {
        yield experiment;
      }
    }
  }

  async experiment(id: string, call?: Call): Promise<ExperimentRow> {
    const what = `experiment ${id}`;
    return experimentRow((await this.ask('GET', 'experiment', { experiment: id, call, what })).value, what);
  }

  async createExperiment(name: string, call?: Call): Promise<ExperimentRow> {
    const what = `experiment ${name}`;
    return experimentRow((await this.ask('POST', 'experiments', { body: { name }, retry: false, call, what })).value, what);
  }

  /** In no promised order. Tags are read one by one where the list leaves them out. */
  async *runs(experiment: string, call?: Call): AsyncGenerator<RunRow & { readonly tags: Tags }, void, undefined> {
    const what = `runs of experiment ${experiment}`;
    for await (const answer of this.pages('runs', 'runs', { [this.profile.query.experiment]: experiment }, what, call)) {
      const row = runRow(answer, what);
      const { tags } = row.tags === undefined ? await this.run(row.id, call) : row;
      yield { ...row, experiment: row.experiment ?? experiment, tags: tags ?? {} };
    }
  }

  async run(id: string, call?: Call): Promise<RunRow> {
    const what = `run ${id}`;
    return runRow((await this.ask('GET', 'run', { run: id, call, what })).value, what);
  }

  async createRun(body: { readonly experiment_id: string; readonly name: string; readonly tags: Tags }, call?: Call): Promise<RunRow> {
    const what = `run ${body.name}`;
    return runRow((await this.ask('POST', 'runs', { body, retry: false, call, what })).value, what);
  }

  async setTags(run: string, tags: Tags, what: string, call?: Call): Promise<void> {
    await this.ask('POST', 'logBatch', { run, body: { tags }, call, what });
  }

  async end(run: string, status: 'finished' | 'failed', call?: Call): Promise<void> {
    await this.ask('POST', 'end', { run, body: { status }, call, what: `run ${run}` });
  }

  route(route: Route, names: { readonly run?: string | undefined; readonly experiment?: string | undefined }): string {
    return filled(this.profile.routes[route], { run_id: names.run ?? '', experiment_id: names.experiment ?? '', tenant: this.tenant }, encodeURIComponent);
  }

  private async *pages(route: Route, key: string, query: Query, what: string, call?: Call): AsyncGenerator<unknown, void, undefined> {
    const { limit, offset } = this.profile.query;
    const seen = new Set<string>();
    for (let before = 0; before < MOST_ROWS;) {
      const { value, page } = await this.ask('GET', route, { query: { ...query, [limit]: ROWS_A_PAGE, [offset]: before }, call, what });
      const { rows, more } = pageOf(value, page, key, before, what);
      // A server that does not page answers all of them each time.
      const fresh = rows.filter((row) => !seen.has(keyOf(row)));
      fresh.forEach((row) => seen.add(keyOf(row)));
      yield* fresh;
      before += rows.length;
      if (fresh.length === 0 || more === false) {
        return;
      }
    }
  }

  private async ask(method: 'GET' | 'POST', route: Route, { query, body, run, experiment, retry = true, call, what }: Ask): Promise<{ readonly value: unknown; readonly page?: unknown }> {
    call?.signal?.throwIfAborted();
    const answer = await orAbort(this.limit(async () => {
      call?.signal?.throwIfAborted();
      return await this.http.json(method, this.route(route, { run, experiment }), { query, body, retry, call, what });
    }), call?.signal);
    const inside = opened(answer, this.profile.envelope);
    if (inside === undefined) {
      throw errorIn(answer, this.profile.envelope.error, what);
    }
    return inside;
  }
}

function keyOf(row: unknown): string {
  const { run_id: run, id = run, experiment_id: experiment } = fieldsOf(row);
  return JSON.stringify(run ?? id ?? experiment ?? row);
}
