import * as vscode from 'vscode';
import type { ArtifactRef, AssetRef, RunRef, VersionRef, WorkspaceRef } from '../../model/artifact';
import { parseReference } from '../../model/reference';
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
  /** An asset or a folder of a version. */
  | { readonly kind: 'entry'; readonly ref: AssetRef }
  | { readonly kind: 'run'; readonly ref: RunRef };

/** The subject of a call, or nothing when it names none and none is in view. */
export async function subjectOf(services: Services, invocation: Invocation, connection?: string): Promise<Subject | undefined> {
  return (await subjectsOf(services, invocation, connection))[0];
}

export async function subjectsOf(services: Services, invocation: Invocation, connection?: string): Promise<readonly Subject[]> {
  const [first] = invocation.subjects;
  if (first === undefined) {
    const active = services.panels.active;
    return active === undefined ? [] : [{ kind: 'version', ref: active }];
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
    const version = versionOf(value);
    return entry !== undefined && entry.path !== '' ? { kind: 'entry', ref: entry } : version && { kind: 'version', ref: version };
  }
  return subjectOfRef(isNode(value) ? ('ref' in value ? value.ref : undefined) : value);
}

/** The key bindings of the tree say that they mean its selection; the palette must not. */
const isFromTree = (value: unknown): boolean => typeof value === 'object' && value !== null && 'selection' in value && value.selection === true;

function subjectOfRef(ref: unknown): Subject | undefined {
  if (typeof ref !== 'object' || ref === null) {
    return undefined;
  }
  const text = (key: string): string | undefined => {
    const value: unknown = (ref as Readonly<Record<string, unknown>>)[key];
    return typeof value === 'string' ? value : undefined;
  };
  const [connection, workspace, artifact, version, path, run] = ['connection', 'workspace', 'artifact', 'version', 'path', 'run'].map(text);
  if (connection === undefined) {
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
    ? { kind: 'version', ref: { connection, workspace, artifact, version } }
    : { kind: 'entry', ref: { connection, workspace, artifact, version, path } };
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
    return { kind: 'version', ref: { ...ref, version: parts.version } };
  }
  return { kind: 'entry', ref: { ...ref, version: parts.version.slice(0, slash), path: parts.version.slice(slash + 1) } };
}
