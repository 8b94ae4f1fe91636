import type { Call } from '../../model/call';
import { hasText } from '../../model/hasText';
import { type RunColumn, type RunRow, type RunSort, subjectOfColumn } from '../../model/runTable';
import { orAbortEach } from '../abortable';
import type { RunTable, RunTableQuery } from '../runTable';
import type { RunEntry } from './calls/answers';
import { clause, looksLikeExpression, quoted } from './filter';
import { PARENT_RUN, TAG } from './mapping/tags';
import type { Rows } from './mapping/rows';
import { pages, type PageRequest } from './paging';
import type { MlflowServer, Site } from './server';

/** What somebody waits for, and what comes while they read that. */
const FIRST_ROWS = 250;
const ROWS_A_PAGE = 500;

const FACTS = {
  name: 'attributes.run_name',
  status: 'attributes.status',
  started: 'attributes.start_time',
  user: 'tags.`mlflow.user`',
  source: 'tags.`mlflow.source.name`',
} as const;

/** Runs with their values, in the order and by the filter of the server. */
export class MlflowRunTable implements RunTable {
  readonly expression = 'metrics.loss < 0.1';

  constructor(private readonly server: MlflowServer, private readonly rowsOf: Rows) {}

  sorts(column: RunColumn): boolean {
    return keyOf(column) !== undefined;
  }

  rows(query: RunTableQuery, call?: Call): AsyncIterable<RunRow> {
    return orAbortEach(this.read(query, call), call?.signal);
  }

  private async *read({ workspace, experiment, filter: text = '', sort, topLevel = false }: RunTableQuery, call?: Call): AsyncGenerator<RunRow, void, undefined> {
    const site = await this.server.site(workspace, call);
    const isExpression = looksLikeExpression(text);
    const filter = isExpression ? text : text === '' ? undefined : clause('attributes.run_name', 'ILIKE', text);
    const without = topLevel ? [TAG.upload, PARENT_RUN] : [TAG.upload];
    const search = { experimentIds: [experiment], filter, orderBy: orderOf(sort), ...(isExpression && { what: 'the filter' }) };
    const names = new Map<string, string>();
    for await (const { items } of pages(ROWS_A_PAGE, (page) => site.tracking.runsWithout(without, { ...search, ...page, size: sizeOf(page) }, call))) {
      // Servers before 3.9 cannot leave them out.
      const entries = items.filter(({ info, data }) => without.every((tag) => data.tags[tag] === undefined) && (isExpression || hasText(info.run_name, text)));
      await learnNames(names, entries, site, call);
      for (const entry of entries) {
        const parent = parentOf(entry);
        yield this.rowsOf.tableRow(workspace, entry, parent === undefined ? undefined : { id: parent, name: names.get(parent) ?? parent });
      }
    }
  }
}

const sizeOf = ({ size, token }: PageRequest): number => (token === undefined ? Math.min(size, FIRST_ROWS) : size);

function orderOf({ by, descending }: RunSort): string | undefined {
  return keyOf(by)?.concat(descending ? ' DESC' : ' ASC');
}

/** The column in the words of the server, which knows no durations, and cannot be asked for a name with its own quotes. */
function keyOf(column: RunColumn): string | undefined {
  const subject = subjectOfColumn(column);
  if (subject.kind === 'fact') {
    return subject.fact === 'duration' ? undefined : FACTS[subject.fact];
  }
  return /[`"]/u.test(subject.name) ? undefined : `${subject.kind === 'metric' ? 'metrics' : 'params'}.\`${subject.name}\``;
}

const parentOf = ({ data }: RunEntry): string | undefined => data.tags[PARENT_RUN] || undefined;

/** The names of the runs above, one request for all that are unknown. Who was deleted, or is in another experiment, is not told. */
async function learnNames(names: Map<string, string>, entries: readonly RunEntry[], site: Site, call?: Call): Promise<void> {
  for (const { info } of entries) {
    if (info.run_name !== '') {
      names.set(info.run_id, info.run_name);
    }
  }
  const unknown = [...new Set(entries.map(parentOf))].filter((id) => id !== undefined && !names.has(id)).flatMap((id) => quoted(id ?? '') ?? []);
  if (unknown.length === 0) {
    return;
  }
  const experimentIds = [...new Set(entries.map(({ info }) => info.experiment_id))];
  const { items } = await site.tracking.runs({ experimentIds, filter: `attributes.run_id IN (${unknown.join(', ')})`, size: unknown.length }, call);
  for (const { info } of items) {
    names.set(info.run_id, info.run_name === '' ? info.run_id : info.run_name);
  }
  // Nobody asks for it again.
  entries.map(parentOf).filter((id) => id !== undefined && !names.has(id)).forEach((id) => names.set(id ?? '', id ?? ''));
}
