import type { ExperimentRef, Run, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isAbort } from '../../model/errors';
import type { Lineage } from '../../model/lineage';
import { runFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import type { Reading } from './children';
import { entries } from './entryRows';
import { any, begun } from './iterations';
import type { ExperimentNode, ModelsNode, Node, RelatedNode, RunNode, RunsNode } from './nodes';
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

/** What was logged in an experiment. */
export async function* experimentRows(branch: ExperimentNode, provider: Provider, call: Call): AsyncGenerator<Node, void, undefined> {
  const runs = begun(provider.runs?.(branch.ref, call));
  if (await hasModels(branch.ref, provider, call)) {
    yield { kind: 'models', id: rowId(branch, 'models', ''), ref: branch.ref, parent: branch, value: undefined };
  }
  yield* runRows(branch, runs);
}

export const modelsRows = (branch: ModelsNode, provider: Provider, call: Call): AsyncGenerator<RunNode, void, undefined> =>
  runRows(branch, provider.loggedModels?.(branch.ref, call) ?? []);

/** What a run made and used, and the files it keeps of its own: each is shown, when the other cannot be told. */
export async function* partsOfRun(branch: RunNode, provider: Provider, call: Call): AsyncGenerator<Node, void, undefined> {
  const files = provider.runFiles === true ? begun(entries(branch, { ...runFiles(branch.ref), path: '' }, provider, call)) : [];
  const beside = provider.related?.(branch.ref, call) ?? provider.lineage?.(branch.ref, call);
  const [told] = await Promise.allSettled([beside]);
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

async function* runRows(branch: RunsNode | ExperimentNode | ModelsNode, runs: AsyncIterable<Run> | Iterable<Run>): AsyncGenerator<RunNode, void, undefined> {
  for await (const value of runs) {
    const { connection, workspace, run } = value;
    yield { kind: 'run', id: rowId(branch, 'run', run), ref: { connection, workspace, run }, parent: branch, value };
  }
}

/** When it cannot be told, the runs are shown all the same, and opening the row says what is wrong. */
async function hasModels(ref: ExperimentRef, provider: Provider, call: Call): Promise<boolean> {
  try {
    return await any(provider.loggedModels?.(ref, call) ?? []);
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
