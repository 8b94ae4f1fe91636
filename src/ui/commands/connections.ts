import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import type { ConnectionSettings } from '../../providers/registry';
import { EMBEDDED } from '../connectionSettings';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled, type Choice } from '../prompts';
import { shortAddress } from '../serverAddress';
import { addressOf } from '../servers';
import type { Services } from '../services';
import { isNode } from '../tree/nodes';
import { KINDS } from './connectionKinds';
import type { Invocation } from './invocation';

/** `artifacts.removeConnection(name)`: the connection and its secret are forgotten; what it holds stays where it is. */
export async function removeConnection(services: Services, invocation: Invocation): Promise<void> {
  const { connections, secrets } = services;
  const { subject, prompts } = invocation;
  const name = connectionOf(subject) ?? await chooseConnection(invocation, {
    title: vscode.l10n.t('Remove Connection'),
    placeholder: vscode.l10n.t('Choose the connection to remove'),
    none: vscode.l10n.t('There is no connection that can be removed.'),
  }, connections.all.filter((each) => each.name !== EMBEDDED));
  if (typeof subject !== 'string') {
    const detail = connections.homeOf(name) === 'workspace'
      ? vscode.l10n.t('It is removed from the settings of this workspace, which others may share. The artifacts stay where they are.')
      : vscode.l10n.t('Its settings are removed, and what you signed in with. The artifacts stay where they are.');
    await prompts.confirm(vscode.l10n.t('Remove the connection {0}?', name), detail, vscode.l10n.t('Remove'));
  }
  await connections.remove(name);
  await secrets.forget(name);
}

/** `artifacts.setDefaultConnection(name)`. */
export async function setDefaultConnection({ connections }: Services, invocation: Invocation): Promise<void> {
  const name = connectionOf(invocation.subject) ?? await chooseConnection(invocation, {
    title: vscode.l10n.t('Set as Default Connection'),
    placeholder: vscode.l10n.t('Now it is {0}', connections.defaultName),
    none: vscode.l10n.t('There is one connection only.'),
  }, connections.all.filter((each) => each.name !== connections.defaultName));
  await connections.setDefault(name);
}

interface ConnectionQuestion {
  readonly title: string;
  readonly placeholder: string;
  /** The sentence for an empty list. */
  readonly none: string;
}

export async function chooseConnection({ prompts }: Invocation, { title, placeholder, none }: ConnectionQuestion, offered: readonly ConnectionSettings[]): Promise<string> {
  if (offered.length === 0) {
    throw invalid(none);
  }
  const rows = offered.map((each): Choice<string> => ({
    label: `$(${KINDS[each.kind].icon}) ${escapeIcons(each.name)}`,
    description: escapeIcons(each.kind === 'local' ? each.path : shortAddress(addressOf(each))),
    value: each.name,
  }));
  const chosen = await prompts.pick<string>({ title, placeholder }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}

/** The connection that a call names, by name, by a row of the tree, its failed one included, or by a ref. */
export function connectionOf(subject: unknown): string | undefined {
  if (typeof subject === 'string') {
    return subject;
  }
  const ref: unknown = isNode(subject) ? ('ref' in subject ? subject.ref : subject.parent.ref) : subject;
  return typeof ref === 'object' && ref !== null && 'connection' in ref && typeof ref.connection === 'string' ? ref.connection : undefined;
}
