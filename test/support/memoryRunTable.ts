import type { Run, RunDetails } from '../../src/model/artifact';
import { invalid } from '../../src/model/errors';
import { orderOf, type RunColumn, type RunRow } from '../../src/model/runTable';
import type { RunTable, RunTableQuery } from '../../src/providers/runTable';
import type { MemoryServer } from './memoryServer';

/** The runs of a server in memory as a table; assign it to the server. It knows no order of durations, and one expression: `metrics.loss < NUMBER`. */
export class MemoryRunTable implements RunTable {
  readonly expression = 'metrics.loss < 0.1';
  readonly asked: RunTableQuery[] = [];
  /** Thrown in the place of rows. */
  failure: Error | undefined;
  /** What it waits for before it tells rows. */
  ready: Promise<void> = Promise.resolve();
  /** Rows that were told. */
  given = 0;

  constructor(private readonly server: MemoryServer) {}

  sorts(column: RunColumn): boolean {
    return column !== 'duration';
  }

  async *rows(query: RunTableQuery): AsyncGenerator<RunRow, void, undefined> {
    this.asked.push(query);
    await this.ready;
    const { filter = '', sort, experiment, topLevel = false } = query;
    if (this.failure !== undefined) {
      throw this.failure;
    }
    const below = /^metrics\.loss < (\S+)$/u.exec(filter)?.[1];
    if (filter.startsWith('metrics.') && below === undefined) {
      throw invalid(`Invalid clause: ${filter}`);
    }
    const fits = (row: RunRow): boolean => (below === undefined ? row.name.includes(filter) : (row.metrics.get('loss') ?? Infinity) < Number(below));
    const rows = [...this.server.detailsById.values()].reverse().filter((run) => run.experiment === experiment && !(topLevel && run.parent !== undefined)).map(rowOf).filter(fits);
    for (const row of rows.sort(orderOf(sort))) {
      this.given++;
      yield row;
    }
  }
}

const rowOf = ({ metrics, parameters, user, program, parent, ...run }: RunDetails & Run): RunRow =>
  ({ ...run, user, program, parent, metrics: new Map(metrics.map(({ name, value }) => [name, value])), parameters: new Map(Object.entries(parameters)) });
