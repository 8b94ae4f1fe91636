import { homedir } from 'node:os';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import type { Lineage } from '../../model/lineage';
import type { Provider } from '../../providers/provider';
import type { ConnectionSettings } from '../../providers/registry';
import type { Branch, ConnectionNode, FolderNode, Node, RelatedNode, RunNode, RunsNode, VersionNode, WorkspaceNode } from './nodes';

export interface Reading {
  readonly provider: Provider;
  /** Keeps artifacts whose name contains it; empty: all. */
  readonly filter: string;
}

/** Unique in the tree; begins with the id of the parent. Names are quoted, so that they cannot look like what follows. */
const rowId = (parent: Branch, kind: string, name: string): string => `${parent.id} ${kind}:${JSON.stringify(name)}`;

/** Root row of a connection. Rows of a filtered tree have ids of their own, so that VS Code keeps what was open in each. */
export function connectionNode(settings: ConnectionSettings, label: string, removable: boolean, filter: string): ConnectionNode {
  const { name, kind } = settings;
  const place = kind === 'local' ? fromHome(settings.path) : settings.url;
  const id = `${filter === '' ? '' : 'filtered '}connection:${JSON.stringify(name)}`;
  return { kind: 'connection', id, ref: { connection: name }, parent: undefined, value: { label, kind, place, facts: factsOf(settings), removable } };
}

function factsOf(settings: ConnectionSettings): readonly string[] {
  if (settings.kind === 'local') {
    return [];
  }
  const { username, workspace, experiment } = settings;
  return [
    ...(username === undefined ? [] : [vscode.l10n.t('signs in as {0}', username)]),
    ...(workspace === undefined ? [] : [vscode.l10n.t('workspace {0}', workspace)]),
    ...(experiment === undefined ? [] : [vscode.l10n.t('experiment {0}', experiment)]),
  ];
}

/** Shorter, and the same on the screenshot of whoever asks for help. */
const fromHome = (folder: string): string => (folder.startsWith(homedir() + sep) ? `~${folder.slice(homedir().length)}` : folder);

/** The rows below a row, read as they are asked for. */
export async function* children(branch: Branch, { provider, filter }: Reading, call: Call): AsyncGenerator<Node, void, undefined> {
  switch (branch.kind) {
    case 'connection':
      for await (const value of provider.workspaces(call)) {
        const node: WorkspaceNode = { kind: 'workspace', id: rowId(branch, 'workspace', value.workspace), ref: { connection: value.connection, workspace: value.workspace }, parent: branch, value };
        if (filter === '' || await has(provider.artifacts({ ...node.ref, search: filter }, call))) {
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
      yield* entries(branch, provider, call);
      return;
    case 'runs':
      for await (const value of provider.runs?.(branch.ref, call) ?? []) {
        const { connection, workspace, run } = value;
        yield { kind: 'run', id: rowId(branch, 'run', run), ref: { connection, workspace, run }, parent: branch, value };
      }
      return;
    case 'run': {
      const lineage = await provider.lineage?.(branch.ref, call);
      if (lineage !== undefined) {
        yield* related(branch, lineage);
      }
    }
  }
}

/** The row that stands below all pages of a workspace. */
export function runsNode(branch: Branch, { provider, filter }: Reading): RunsNode | undefined {
  return branch.kind === 'workspace' && provider.runs !== undefined && filter === ''
    ? { kind: 'runs', id: rowId(branch, 'runs', ''), ref: branch.ref, parent: branch, value: undefined }
    : undefined;
}

/** Whether nothing was ever logged: no artifact and no run in any workspace. */
export async function isEmpty(workspaces: readonly Node[], provider: Provider): Promise<boolean> {
  for (const node of workspaces) {
    if (node.kind !== 'workspace') {
      return false;
    }
    const full = node.value.artifacts === undefined ? await has(provider.artifacts(node.ref)) : node.value.artifacts > 0;
    if (full || await has(provider.runs?.(node.ref) ?? [])) {
      return false;
    }
  }
  return true;
}

async function* entries(branch: VersionNode | RelatedNode | FolderNode, provider: Provider, call: Call): AsyncGenerator<Node, void, undefined> {
  const { connection, workspace, artifact, version } = branch.ref;
  const folder = { connection, workspace, artifact, version, path: branch.kind === 'folder' ? branch.ref.path : '' };
  for await (const value of provider.entries(folder, call)) {
    const ref = { ...folder, path: value.path };
    const id = rowId(branch, value.kind, value.path.slice(value.path.lastIndexOf('/') + 1));
    yield value.kind === 'folder' ? { kind: 'folder', id, ref, parent: branch, value } : { kind: 'asset', id, ref, parent: branch, value };
  }
}

function* related(branch: RunNode, { nodes, edges }: Lineage): Generator<RelatedNode, void, undefined> {
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

async function has(items: AsyncIterable<unknown> | Iterable<unknown>): Promise<boolean> {
  for await (const _ of items) {
    return true;
  }
  return false;
}
