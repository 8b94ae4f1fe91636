import * as vscode from 'vscode';
import type { ArtifactRef, AssetRef, RunRef, VersionRef, WorkspaceRef } from '../../model/artifact';
import { parseReference } from '../../model/reference';
import { runOfFiles } from '../../model/runFiles';
import { isNode } from '../tree/nodes';
import type { Connections, Services } from '../services';
import { assetOf, versionOf } from '../documents/uris';
import type { Invocation } from './invocation';

/** What a verb is about, however it was named. */
export type Subject =
  | { readonly kind: 'connection'; readonly ref: { readonly connection: string } }
  | { readonly kind: 'workspace'; readonly ref: WorkspaceRef }
  | { readonly kind: 'artifact'; readonly ref: ArtifactRef }
  | { readonly kind: 'version'; readonly ref: VersionRef }
  /** An asset or a folder of a version, or of a run's own files. */
  | { readonly kind: 'entry'; readonly ref: AssetRef }
  /** A run or a logged model; all files of a run mean the run. */
  | { readonly kind: 'run'; readonly ref: RunRef };

/** The subject of a call, or nothing when it names none and none is in view. */
export async function subjectOf(services: Services, invocation: Invocation, connection?: string): Promise<Subject | undefined> {
  return (await subjectsOf(services, invocation, connection))[0];
}

export async function subjectsOf(services: Services, invocation: Invocation, connection?: string): Promise<readonly Subject[]> {
  const [first] = invocation.subjects;
  if (first === undefined) {
    const active = services.panels.active;
    const shown = subjectOfRef(active);
    return shown === undefined ? [] : [shown];
  }
  const named = isFromTree(first) ? services.tree.selection : invocation.subjects;
  const subjects = await Promise.all(named.map((each) => oneSubject(services.connections, each, connection)));
  return subjects.filter((each) => each !== undefined);
}

async function oneSubject(connections: Connections, value: unknown, connection: string | undefined): Promise<Subject | undefined> {
  if (typeof value === 'string') {
    return resolveReference(connections, value, connection);
  }
  if (value instanceof vscode.Uri) {
    const entry = assetOf(value);
    return subjectOfRef(entry ?? versionOf(value));
  }
  return subjectOfRef(isNode(value) ? ('ref' in value ? value.ref : undefined) : value);
}

/** The key bindings of the tree say that they mean its selection; the palette must not. */
export const isFromTree = (value: unknown): boolean => typeof value === 'object' && value !== null && 'selection' in value && value.selection === true;

function subjectOfRef(ref: unknown): Subject | undefined {
  if (typeof ref !== 'object' || ref === null) {
    return undefined;
  }
  const text = (key: string): string | undefined => {
    const value: unknown = (ref as Readonly<Record<string, unknown>>)[key];
    return typeof value === 'string' ? value : undefined;
  };
  const [connection, workspace, artifact, version, path, run] = ['connection', 'workspace', 'artifact', 'version', 'path', 'run'].map(text);
  // Nothing is done to an experiment as a whole.
  if (connection === undefined || text('experiment') !== undefined) {
    return undefined;
  }
  if (workspace === undefined) {
    return { kind: 'connection', ref: { connection } };
  }
  if (run !== undefined) {
    return { kind: 'run', ref: { connection, workspace, run } };
  }
  if (artifact === undefined) {
    return { kind: 'workspace', ref: { connection, workspace } };
  }
  if (version === undefined) {
    return { kind: 'artifact', ref: { connection, workspace, artifact } };
  }
  return path === undefined || path === ''
    ? wholeVersion({ connection, workspace, artifact, version })
    : { kind: 'entry', ref: { connection, workspace, artifact, version, path } };
}

function wholeVersion(ref: VersionRef): Subject {
  const run = runOfFiles(ref);
  return run === undefined ? { kind: 'version', ref } : { kind: 'run', ref: run };
}

/** Reads `[workspace/]name[:versionOrAlias[/path]]`; the workspace that is left out is the connection's default one. */
export async function resolveReference(connections: Connections, text: string, connection?: string): Promise<Subject> {
  const parts = parseReference(text);
  const provider = await connections.get(connection);
  const ref = { connection: provider.connection, workspace: parts.workspace ?? (await provider.whoAmI()).defaultWorkspace, artifact: parts.artifact };
  if (parts.version === undefined) {
    return { kind: 'artifact', ref };
  }
  const slash = parts.version.indexOf('/');
  if (slash < 0) {
    return wholeVersion({ ...ref, version: parts.version });
  }
  const [version, path] = [parts.version.slice(0, slash), parts.version.slice(slash + 1)];
  return path === '' ? wholeVersion({ ...ref, version }) : { kind: 'entry', ref: { ...ref, version, path } };
}
