import * as vscode from 'vscode';
import type { AssetRef, ExperimentRef, Run, RunRef, VersionRef } from '../../model/artifact';
import { runFiles, runOfFiles } from '../../model/runFiles';

export const ASSET_SCHEME = 'artifact';
export const METADATA_SCHEME = 'artifact-metadata';
export const DESCRIPTION_SCHEME = 'artifact-description';

/** In the place of an artifact's name, as `@run` is: no artifact can have it. */
const EXPERIMENT = '@experiment';

/*
 * artifact://<connection>/<workspace>/<artifact>/<version>/<path of the asset>
 *
 * The path stays as it is, so that its extension picks the language and the viewer. Names become one segment each. The query is left
 * to others: viewers add a cache buster to it.
 */

/** Of an asset or a folder; the empty path is the root of the version. */
export function assetUri(ref: AssetRef): vscode.Uri {
  return vscode.Uri.from({ scheme: ASSET_SCHEME, authority: authorityOf(ref.connection), path: ref.path === '' ? versionPath(ref) : `${versionPath(ref)}/${ref.path}` });
}

/** Of the metadata of a version, as a document. Its name is for people; it is not read back. */
export function metadataUri(ref: VersionRef): vscode.Uri {
  const name = `${segmentOf(ref.artifact)} ${segmentOf(ref.version)} metadata.json`;
  return vscode.Uri.from({ scheme: METADATA_SCHEME, authority: authorityOf(ref.connection), path: `${versionPath(ref)}/${name}` });
}

/** Of what is told of a run, as a document. */
export function runUri(run: Run): vscode.Uri {
  return vscode.Uri.from({ scheme: METADATA_SCHEME, authority: authorityOf(run.connection), path: `${versionPath(runFiles(run))}/${segmentOf(run.name)}.json` });
}

/** Of what is written about a run or an experiment, as a document. The name is for people; it is not read back. */
export function descriptionUri(of: RunRef | ExperimentRef, name: string): vscode.Uri {
  const ref = 'run' in of ? runFiles(of) : { ...of, artifact: EXPERIMENT, version: of.experiment };
  return vscode.Uri.from({ scheme: DESCRIPTION_SCHEME, authority: authorityOf(of.connection), path: `${versionPath(ref)}/${segmentOf(name)}.md` });
}

/** The run or experiment that such a document is about. */
export function describedBy(uri: vscode.Uri): RunRef | ExperimentRef | undefined {
  const place = uri.scheme === DESCRIPTION_SCHEME ? placeOf(uri) : undefined;
  if (place?.kind !== 'entry') {
    return undefined;
  }
  const { connection, workspace, version } = place;
  return place.artifact === EXPERIMENT ? { connection, workspace, experiment: version } : runOfFiles(place);
}

/** How far down a URI of ours points. */
export type Place =
  | { readonly kind: 'connection'; readonly connection: string }
  | { readonly kind: 'workspace'; readonly connection: string; readonly workspace: string }
  | { readonly kind: 'artifact'; readonly connection: string; readonly workspace: string; readonly artifact: string }
  | ({ readonly kind: 'entry' } & AssetRef);

/** Reads a URI of either scheme back; nothing for one that is not ours. */
export function placeOf(uri: vscode.Uri): Place | undefined {
  const connection = connectionOf(uri.authority);
  if (![ASSET_SCHEME, METADATA_SCHEME, DESCRIPTION_SCHEME].includes(uri.scheme) || connection === undefined) {
    return undefined;
  }
  const [workspace, artifact, version, ...path] = uri.path.replace(/^\/|\/$/gu, '').split('/');
  if (workspace === undefined || workspace === '') {
    return { kind: 'connection', connection };
  }
  if (artifact === undefined) {
    return { kind: 'workspace', connection, workspace: nameOf(workspace) };
  }
  if (version === undefined) {
    return { kind: 'artifact', connection, workspace: nameOf(workspace), artifact: nameOf(artifact) };
  }
  return { kind: 'entry', connection, workspace: nameOf(workspace), artifact: nameOf(artifact), version: nameOf(version), path: path.join('/') };
}

/** The asset or folder that an `artifact:` URI names. */
export function assetOf(uri: vscode.Uri): AssetRef | undefined {
  const place = uri.scheme === ASSET_SCHEME ? placeOf(uri) : undefined;
  if (place?.kind !== 'entry') {
    return undefined;
  }
  const { connection, workspace, artifact, version, path } = place;
  return { connection, workspace, artifact, version, path };
}

/** The version that a URI of either scheme belongs to. */
export function versionOf(uri: vscode.Uri): VersionRef | undefined {
  const place = placeOf(uri);
  if (place?.kind !== 'entry') {
    return undefined;
  }
  const { connection, workspace, artifact, version } = place;
  return { connection, workspace, artifact, version };
}

/** One path segment for a name. `~` begins an escape, not `%`: what is percent-encoded twice is decoded twice by somebody. */
export const segmentOf = (name: string): string => name.replace(/[~%/\\:?#\p{Cc}\p{Cs}]|^\.{1,2}$/gu, (hurting) => escaped('~', hurting));

const nameOf = (segment: string): string => unescaped('~', segment);

const versionPath = (ref: VersionRef): string => `/${[ref.workspace, ref.artifact, ref.version].map(segmentOf).join('/')}`;

/** VS Code writes authorities in lower case, so that upper case is escaped as well. */
const authorityOf = (connection: string): string => connection.replace(/[^a-z0-9-]/g, (hurting) => escaped('_', hurting));

const connectionOf = (authority: string): string | undefined =>
  /^(?:[a-z0-9-]|_[0-9a-f]{4})+$/u.test(authority) ? unescaped('_', authority) : undefined;

/** UTF-16 units, so that even half a surrogate pair comes back. */
const escaped = (mark: string, text: string): string =>
  Array.from(text, (unit) => `${mark}${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

const unescaped = (mark: string, text: string): string =>
  text.replace(new RegExp(`${mark}([0-9a-f]{4})`, 'gu'), (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
