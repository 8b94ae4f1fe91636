import * as vscode from 'vscode';
import type { ArtifactRef, ServerTags, VersionRef } from '../../model/artifact';
import { LATEST } from '../../model/artifact';
import { invalid } from '../../model/errors';
import type { JsonObject } from '../../model/json';
import { formatArtifact, formatReference } from '../../model/reference';
import { isRunFiles, runFiles } from '../../model/runFiles';
import * as inspect from '../../operations/inspect';
import type { Services } from '../services';
import { ListArtifactsAnswers, readAnswers, ReferenceAnswers } from './answers';
import type { Invocation } from './invocation';
import { subjectOf } from './subject';

export interface ListedArtifact {
  readonly reference: string;
  readonly workspace: string;
  readonly artifact: string;
  readonly type: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly serverTags?: ServerTags;
  readonly latest?: string;
}

export interface ListedVersion {
  readonly reference: string;
  readonly version: string;
  readonly aliases: readonly string[];
  readonly latest: boolean;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  readonly serverTags?: ServerTags;
  readonly description?: string;
  /** Absent where the back end does not tell it with the list. */
  readonly assets?: number;
  readonly bytes?: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

export interface ListedAsset {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string;
  readonly type: string;
  readonly link?: string;
  readonly metadata?: JsonObject;
}

/** `artifacts.listArtifacts({connection?, workspace?})`. */
export async function listArtifacts(services: Services, invocation: Invocation): Promise<readonly ListedArtifact[]> {
  const { connection, workspace } = readAnswers(ListArtifactsAnswers, invocation.answers);
  const artifacts = await inspect.listArtifacts(await services.connections.get(connection), workspace);
  return artifacts.map((each) => ({
    reference: formatArtifact(each),
    workspace: each.workspace,
    artifact: each.artifact,
    type: each.type,
    ...(each.description !== undefined && { description: each.description }),
    tags: each.tags,
    ...(each.serverTags !== undefined && { serverTags: each.serverTags }),
    ...(each.latest !== undefined && { latest: each.latest }),
  }));
}

/** `artifacts.listVersions('workspace/name')`, newest first. */
export async function listVersions(services: Services, invocation: Invocation): Promise<readonly ListedVersion[]> {
  const ref = await named(services, invocation);
  if (isRunFiles(ref)) {
    throw invalid(vscode.l10n.t('An artifact is expected here, not a run.'));
  }
  const versions = await inspect.listVersions(await services.connections.get(ref.connection), ref);
  return versions.map((each) => ({
    reference: formatReference(each),
    version: each.version,
    aliases: each.aliases,
    latest: each.isLatest,
    tags: each.tags,
    metadata: each.metadata,
    ...(each.serverTags !== undefined && { serverTags: each.serverTags }),
    ...(each.description !== undefined && { description: each.description }),
    ...(each.assets !== undefined && { assets: each.assets }),
    ...(each.bytes !== undefined && { bytes: each.bytes }),
    created: each.created,
  }));
}

/** `artifacts.listAssets(reference)`, by path. */
export async function listAssets(services: Services, invocation: Invocation): Promise<readonly ListedAsset[]> {
  const ref = await named(services, invocation);
  const assets = await inspect.listAssets(await services.connections.get(ref.connection), { ...ref, version: ref.version ?? LATEST });
  return assets.map(({ path, size, sha256, type, link, metadata }) => ({
    path,
    size,
    ...(sha256 !== undefined && { sha256 }),
    type,
    ...(link !== undefined && { link }),
    ...(metadata !== undefined && { metadata }),
  }));
}

async function named(services: Services, invocation: Invocation): Promise<ArtifactRef & Partial<VersionRef>> {
  const { connection } = readAnswers(ReferenceAnswers, invocation.answers);
  const subject = invocation.subject === undefined ? undefined : await subjectOf(services, invocation, connection);
  switch (subject?.kind) {
    case 'artifact':
    case 'version':
    case 'entry':
      return subject.ref;
    case 'run':
      return runFiles(subject.ref);
    default:
      throw invalid(vscode.l10n.t('A reference is expected, such as {0} or {1}.', 'ada/churn-data', 'ada/churn-data:2.1.0'));
  }
}
