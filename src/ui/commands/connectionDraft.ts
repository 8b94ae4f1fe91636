import * as path from 'node:path';
import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import type { ProviderKind } from '../../providers/provider';
import type { ConnectionSettings } from '../../providers/registry';
import { hostOf } from '../serverAddress';
import type { Credentials } from '../services';
import type { ConnectionAnswers } from './answers';
import { type CometDraft, cometSettings, keyOf } from './cometSteps';
import { type MatihDraft, matihSettings, tokenOf } from './matihSteps';
import { credentialsOf, mlflowSettings, type ServerDraft } from './serverSteps';

/** What has been said of a connection so far. */
export interface Draft {
  kind?: ProviderKind | undefined;
  name?: string | undefined;
  path?: string | undefined;
  /** Of MLflow. */
  readonly server: ServerDraft;
  readonly comet: CometDraft;
  readonly matih: MatihDraft;
}

export function draftOf(answers: ConnectionAnswers): Draft {
  if (answers.kind === 'mlflow') {
    const { name, url, username, secret, workspace, experiment } = answers;
    return { kind: 'mlflow', name, server: { url, username, secret, workspace, experiment, signInKnown: url !== undefined }, comet: {}, matih: {} };
  }
  if (answers.kind === 'comet') {
    const { name, url, secret, workspace, project } = answers;
    return { kind: 'comet', name, server: {}, comet: { url, secret, workspace, project, placeKnown: url !== undefined || secret !== undefined }, matih: {} };
  }
  if (answers.kind === 'matih') {
    const { name, url, tenant, secret, readFrom, experiment, profile } = answers;
    return { kind: 'matih', name, server: {}, comet: {}, matih: { url, tenant, secret, readFrom, experiment, profile } };
  }
  const { name, path } = answers;
  return { kind: answers.kind ?? (path === undefined ? undefined : 'local'), name, path, server: {}, comet: {}, matih: {} };
}

/** A name that tells where it is. */
export function likelyName({ kind, path: folder = '', server: { url = '' }, comet, matih }: Draft): string {
  switch (kind) {
    case 'mlflow':
      return hostOf(url, 'mlflow');
    case 'comet': {
      const { url: place } = cometSettings('', comet);
      return place === undefined ? 'comet' : hostOf(place, 'comet');
    }
    case 'matih':
      return hostOf(matih.url ?? '', 'matih');
    default:
      return path.basename(folder);
  }
}

export function credentialsIn({ kind, server, comet, matih }: Draft): Credentials | undefined {
  switch (kind) {
    case 'comet':
      return keyOf(comet);
    case 'matih':
      return tokenOf(matih);
    default:
      return credentialsOf(server);
  }
}

export function settingsOf({ kind, name, path: folder, server, comet, matih }: Draft): ConnectionSettings {
  if (kind === 'matih' && name !== undefined) {
    return matihSettings(name, matih);
  }
  if (kind === 'comet' && name !== undefined) {
    return cometSettings(name, comet);
  }
  if (kind === 'mlflow' && name !== undefined && server.url !== undefined) {
    return mlflowSettings(name, server);
  }
  if (kind !== 'local' || name === undefined || folder === undefined) {
    throw invalid(vscode.l10n.t('A name and a folder are needed.'));
  }
  return { kind, name, path: folder };
}

/** A name like it that no other connection has. */
export function proposedName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let number = 2; taken.has(name); number++) {
    name = `${base} ${number}`;
  }
  return name;
}
