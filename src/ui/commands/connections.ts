import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { nameProblem } from '../../model/reference';
import type { ConnectionSettings } from '../../providers/registry';
import { escapeIcons } from '../foreignText';
import { BACK, type Choice, walk } from '../prompts';
import type { Services } from '../services';
import { EMBEDDED } from '../settings';
import { ConnectionAnswers, readAnswers } from './answers';
import type { Invocation } from './invocation';
import { paths } from './logTargets';
import { subjectOf } from './subject';

/** `artifacts.addConnection({kind, name, path})`. */
export async function addConnection(services: Services, { answers: given, prompts }: Invocation): Promise<ConnectionSettings> {
  const answers = readAnswers(ConnectionAnswers, given);
  const title = vscode.l10n.t('Add Connection');
  let { name, path } = answers;
  await walk([
    ...(name === undefined ? [async () => {
      const typed = await prompts.input({
        title,
        prompt: vscode.l10n.t('Name of the connection, as the tree shows it'),
        value: '',
        problem: (text) => nameProblem(text.trim()) ?? (services.connections.all.some((each) => each.name === text.trim()) ? vscode.l10n.t('This name is in use.') : undefined),
      });
      name = typed === BACK ? name : typed.trim();
    }] : []),
    ...(path === undefined ? [async () => {
      const [folder] = paths(await prompts.openDialog({
        title: vscode.l10n.t('Folder of the Store'), openLabel: vscode.l10n.t('Use This Folder'), canSelectFiles: false, canSelectFolders: true,
      }));
      path = folder;
    }] : []),
  ]);
  if (name === undefined || path === undefined) {
    throw invalid(vscode.l10n.t('A name and a folder are needed.'));
  }
  const settings: ConnectionSettings = { kind: answers.kind ?? 'local', name, path };
  await services.connections.add(settings);
  return settings;
}

/** `artifacts.removeConnection(name)`: the connection is forgotten; what it holds stays where it is. */
export async function removeConnection(services: Services, invocation: Invocation): Promise<void> {
  const { subject, prompts } = invocation;
  if (typeof subject === 'string') {
    await services.connections.remove(subject);
    return;
  }
  const found = subject === undefined ? undefined : await subjectOf(services, invocation);
  const name = found?.ref.connection ?? await chooseConnection(services, invocation);
  const detail = vscode.l10n.t('Its settings are removed. The artifacts stay where they are.');
  await prompts.confirm(vscode.l10n.t('Remove the connection {0}?', name), detail, vscode.l10n.t('Remove'));
  await services.connections.remove(name);
}

async function chooseConnection(services: Services, { prompts }: Invocation): Promise<string> {
  const rows = services.connections.all.filter((each) => each.name !== EMBEDDED).map((each): Choice<string> => ({ label: `$(plug) ${escapeIcons(each.name)}`, value: each.name }));
  const placeholder = rows.length === 0 ? vscode.l10n.t('There is no connection that can be removed.') : vscode.l10n.t('Choose the connection to remove');
  const chosen = await prompts.pick<string>({ title: vscode.l10n.t('Remove Connection'), placeholder }, (pick) => pick.show(rows));
  return chosen === BACK ? EMBEDDED : chosen;
}
