import * as path from 'node:path';
import * as vscode from 'vscode';
import { unsupported } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import type { StoreUpkeep } from '../../providers/upkeep';
import { EMBEDDED } from '../connectionSettings';
import type { Services } from '../services';
import { chooseConnection, connectionOf } from './connections';
import type { Invocation } from './invocation';

/** A connection that is a store on this machine. */
export interface OpenStore {
  readonly connection: string;
  readonly provider: Provider;
  readonly upkeep: StoreUpkeep;
}

/** The store that a call names, the one that there is, or the one that is chosen of several. Code that names none means the embedded one. */
export async function storeOfCall(services: Services, invocation: Invocation, title: string, named?: string): Promise<OpenStore> {
  const stores = services.connections.all.filter(({ kind }) => kind === 'local');
  const only = stores.length === 1 ? stores[0]?.name : invocation.byCode ? EMBEDDED : undefined;
  const chosen = named ?? connectionOf(invocation.subject) ?? only ?? await chooseConnection(invocation, {
    title,
    placeholder: vscode.l10n.t('Choose a store'),
    none: vscode.l10n.t('There is no store on this machine.'),
  }, stores);
  return storeNamed(services, chosen);
}

export async function storeNamed(services: Services, connection: string): Promise<OpenStore> {
  const provider = await services.connections.get(connection);
  if (provider.upkeep === undefined) {
    throw unsupported(vscode.l10n.t('{0} is a server. This can be done with stores in a folder of this machine.', connection));
  }
  return { connection, provider, upkeep: provider.upkeep };
}

/** The path of a file for a dialog's or an answer's Uri. */
export function pathOf(uri: vscode.Uri): string {
  if (uri.scheme !== 'file') {
    throw unsupported(vscode.l10n.t('“{0}” is no file of this machine.', uri.toString(true)));
  }
  return path.resolve(uri.fsPath);
}
