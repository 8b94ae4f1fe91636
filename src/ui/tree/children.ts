import type { VersionRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import type { Provider } from '../../providers/provider';
import { entries } from './entryRows';
import { any } from './iterations';
import type { Branch, Node, RunsNode, WorkspaceNode } from './nodes';
import { rowId } from './rowId';
import { experimentRows, hasRunsFor, modelsRows, nestedRows, partsOfRun, runsRows } from './runRows';

export interface Reading {
  readonly provider: Provider;
  /** Keeps artifacts whose name contains it, and experiments and runs where the server looks for them; empty: all. */
  readonly filter: string;
}

/** The rows below a row, read as they are asked for. */
export async function* children(branch: Branch, reading: Reading, call: Call): AsyncGenerator<Node, void, undefined> {
  const { provider, filter } = reading;
  switch (branch.kind) {
    case 'connection':
      for await (const value of provider.workspaces(call)) {
        const node: WorkspaceNode = { kind: 'workspace', id: rowId(branch, 'workspace', value.workspace), ref: { connection: value.connection, workspace: value.workspace }, parent: branch, value };
        if (filter === '' || await any(provider.artifacts({ ...node.ref, search: filter }, call)) || await hasRunsFor(reading, node.ref, call)) {
          yield node;
        }
      }
      return;
    case 'workspace':
      for await (const value of provider.artifacts(filter === '' ? branch.ref : { ...branch.ref, search: filter }, call)) {
        const { connection, workspace, artifact } = value;
        yield { kind: 'artifact', id: rowId(branch, 'artifact', artifact), ref: { connection, workspace, artifact }, parent: branch, value };
      }
      return;
    case 'artifact':
      for await (const value of provider.versions(branch.ref, call)) {
        const { connection, workspace, artifact, version } = value;
        yield { kind: 'version', id: rowId(branch, 'version', version), ref: { connection, workspace, artifact, version }, parent: branch, value };
      }
      return;
    case 'version':
    case 'related':
    case 'folder':
      yield* entries(branch, { ...versionIn(branch.ref), path: branch.kind === 'folder' ? branch.ref.path : '' }, provider, call);
      return;
    case 'runs':
      yield* runsRows(branch, reading, call);
      return;
    case 'experiment':
      yield* experimentRows(branch, provider, call);
      return;
    case 'models':
      yield* modelsRows(branch, provider, call);
      return;
    case 'nested':
      yield* nestedRows(branch, provider, call);
      return;
    case 'run':
      yield* partsOfRun(branch, provider, call);
  }
}

const versionIn = ({ connection, workspace, artifact, version }: VersionRef): VersionRef => ({ connection, workspace, artifact, version });

/** The row that stands above all pages of a workspace; in a filtered tree only where it has something to show. */
export async function runsNode(branch: Branch, reading: Reading): Promise<RunsNode | undefined> {
  const { provider, filter } = reading;
  if (branch.kind !== 'workspace' || provider.runs === undefined || (filter !== '' && !await findsRuns(reading, branch))) {
    return undefined;
  }
  return { kind: 'runs', id: rowId(branch, 'runs', ''), ref: branch.ref, parent: branch, value: undefined };
}

/** When it cannot be told, opening the row says what is wrong. */
const findsRuns = (reading: Reading, { ref }: WorkspaceNode): Promise<boolean> => hasRunsFor(reading, ref).catch(() => true);

/** Whether nothing was ever logged: no artifact and no run in any workspace. */
export async function isEmpty(workspaces: readonly Node[], provider: Provider): Promise<boolean> {
  for (const node of workspaces) {
    if (node.kind !== 'workspace') {
      return false;
    }
    const full = node.value.artifacts === undefined ? await any(provider.artifacts(node.ref)) : node.value.artifacts > 0;
    if (full || await any(provider.runs?.(node.ref) ?? [])) {
      return false;
    }
  }
  return true;
}
