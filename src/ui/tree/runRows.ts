import type { Run, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isAbort } from '../../model/errors';
import type { Lineage } from '../../model/lineage';
import { runFiles } from '../../model/runFiles';
import type { NestedRunQuery, Provider } from '../../providers/provider';
import type { Reading } from './children';
import { entries } from './entryRows';
import { any, begun } from './iterations';
import type { ExperimentNode, ModelsNode, NestedNode, Node, RelatedNode, RunNode, RunsNode } from './nodes';
import { rowId } from './rowId';

/** Below `Runs`: experiments where the back end has them, runs where not. A filter finds both, wherever the runs stand. */
export async function* runsRows(branch: RunsNode, { provider, filter }: Reading, call: Call): AsyncGenerator<Node, void, undefined> {
  const search = filter === '' ? {} : { search: filter };
  const isFlat = provider.experiments === undefined;
  const runs = isFlat || filter !== '' ? begun(provider.runs?.({ ...branch.ref, ...search }, call)) : [];
  for await (const value of provider.experiments?.({ ...branch.ref, ...search }, call) ?? []) {
    const { connection, workspace, experiment } = value;
    yield { kind: 'experiment', id: rowId(branch, 'experiment', experiment), ref: { connection, workspace, experiment }, parent: branch, value };
  }
  yield* runRows(branch, runs);
}

/**
 * What was logged in an experiment. Runs that were made below others stand below these, and not among those at the top, which thousands
 * of trials would bury. Some have no row above them: their parent was deleted, or is in another experiment. So that no run is hidden a
 * group has all of them as well; whether there are any costs a question for one row. A server that cannot leave them out (MLflow before
 * 3.9) lists them at the top, too.
 */
export async function* experimentRows(branch: ExperimentNode, provider: Provider, call: Call): AsyncGenerator<Node, void, undefined> {
  const runs = begun(provider.runs?.({ ...branch.ref, topLevel: true }, call));
  const [models, nested] = await Promise.all([
    hasAny(provider.loggedModels?.(branch.ref, call)),
    hasAny(provider.nestedRuns?.({ ...branch.ref, most: 1 }, call)),
  ]);
  if (models) {
    yield { kind: 'models', id: rowId(branch, 'models', ''), ref: branch.ref, parent: branch, value: undefined };
  }
  if (nested) {
    yield { kind: 'nested', id: rowId(branch, 'nested', ''), ref: branch.ref, parent: branch, value: undefined };
  }
  yield* runRows(branch, runs);
}

export const modelsRows = (branch: ModelsNode, provider: Provider, call: Call): AsyncGenerator<RunNode, void, undefined> =>
  runRows(branch, provider.loggedModels?.(branch.ref, call) ?? []);

export const nestedRows = (branch: NestedNode, provider: Provider, call: Call): AsyncGenerator<RunNode, void, undefined> =>
  runRows(branch, provider.nestedRuns?.(branch.ref, call) ?? []);

/** The runs below a run, what it made and used, and the files it keeps of its own: each is shown, when the others cannot be told. */
export async function* partsOfRun(branch: RunNode, provider: Provider, call: Call): AsyncGenerator<Node, void, undefined> {
  const files = provider.runFiles === true ? begun(entries(branch, { ...runFiles(branch.ref), path: '' }, provider, call)) : [];
  const beside = provider.related?.(branch.ref, call) ?? provider.lineage?.(branch.ref, call);
  const below = nestedQuery(branch);
  const [told, nested] = await Promise.allSettled([beside, hasAny(below && provider.nestedRuns?.({ ...below, most: 1 }, call))]);
  if (below !== undefined && nested.status === 'fulfilled' && nested.value) {
    yield { kind: 'nested', id: rowId(branch, 'nested', ''), ref: below, parent: branch, value: undefined };
  }
  if (told.status === 'fulfilled' && told.value !== undefined) {
    yield* related(branch, told.value);
  }
  yield* files;
  // Below the files it is told what is missing.
  await beside;
}

/** Whether a filter finds an experiment or a run; asked only where the server looks for them. */
export async function hasRunsFor({ provider, filter }: Reading, ref: RunsNode['ref'], call: Call = {}): Promise<boolean> {
  if (provider.experiments === undefined) {
    return false;
  }
  const query = { connection: ref.connection, workspace: ref.workspace, search: filter };
  const found = await Promise.all([any(provider.experiments(query, call)), any(provider.runs?.(query, call) ?? [])]);
  return found.includes(true);
}

/** Nothing stands below a logged model. */
function nestedQuery({ ref, value }: RunNode): NestedRunQuery | undefined {
  const { connection, workspace, run: parent } = ref;
  return value.kind === 'model' || value.experiment === undefined ? undefined : { connection, workspace, experiment: value.experiment, parent };
}

async function* runRows(branch: RunNode['parent'], runs: AsyncIterable<Run> | Iterable<Run>): AsyncGenerator<RunNode, void, undefined> {
  for await (const value of runs) {
    const { connection, workspace, run } = value;
    yield { kind: 'run', id: rowId(branch, 'run', run), ref: { connection, workspace, run }, parent: branch, value };
  }
}

/** When it cannot be told, the other rows are shown all the same, and opening the row says what is wrong. */
async function hasAny(rows: AsyncIterable<Run> | undefined): Promise<boolean> {
  try {
    return await any(rows ?? []);
  } catch (error) {
    if (isAbort(error)) {
      throw error;
    }
    return true;
  }
}

function* related(branch: RunNode, { nodes, edges }: Pick<Lineage, 'nodes' | 'edges'>): Generator<RelatedNode, void, undefined> {
  const versions = new Map(nodes.filter((node) => node.kind === 'version').map((node) => [node.id, node]));
  const own = new Set(nodes.filter((node) => node.kind === 'run' && isSameRun(node.ref, branch.ref)).map(({ id }) => id));
  for (const relation of ['produced', 'consumed'] as const) {
    for (const edge of edges) {
      const [run, version] = relation === 'produced' ? [edge.from, edge.to] : [edge.to, edge.from];
      const node = versions.get(version);
      if (edge.relation === relation && own.has(run) && node !== undefined) {
        const { ref, type, aliases, deleted = false } = node;
        yield { kind: 'related', id: rowId(branch, relation, node.id), ref, parent: branch, value: { relation, type, aliases, deleted } };
      }
    }
  }
}

const isSameRun = (a: RunRef, b: RunRef): boolean => a.workspace === b.workspace && a.run === b.run;
