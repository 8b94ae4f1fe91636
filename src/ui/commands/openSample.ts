import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { copySample } from '../../operations/copySample';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled, type Choice } from '../prompts';
import type { Services } from '../services';
import { readAnswers, SampleAnswers } from './answers';
import type { Invocation } from './invocation';
import { paths } from './logTargets';

const NAME = 'ml-artifacts-sample';

/** `artifacts.openSample({to})`: a copy of the sample project in a folder that is not there yet, opened; answers only copy. */
export async function openSample(services: Services, { answers, prompts, byCode }: Invocation): Promise<{ readonly folder: string }> {
  const { to } = readAnswers(SampleAnswers, answers);
  const parent = to === undefined ? await chooseParent(prompts) : paths([to])[0] ?? '';
  const source = vscode.Uri.joinPath(services.context.extensionUri, 'media', 'sample').fsPath;
  const folder = await copySample(source, parent, NAME);
  if (!byCode) {
    const isBusy = (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: isBusy });
  }
  return { folder };
}

async function chooseParent(prompts: Invocation['prompts']): Promise<string> {
  const documents = path.join(os.homedir(), 'Documents');
  const rows: readonly Choice<string>[] = [
    { label: `$(folder) ${vscode.l10n.t('Documents')}`, description: escapeIcons(path.join(documents, NAME)), value: documents },
    { label: `$(home) ${vscode.l10n.t('Home')}`, description: escapeIcons(path.join(os.homedir(), NAME)), value: os.homedir() },
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a Folder…')}`, value: '' },
  ];
  const title = vscode.l10n.t('Open the Sample Project');
  const chosen = await prompts.pick<string>({ title, placeholder: vscode.l10n.t('Where is the copy to be made? Nothing is overwritten.') }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw cancelled();
  }
  if (chosen !== '') {
    return chosen;
  }
  const [folder] = paths(await prompts.openDialog({ title, openLabel: vscode.l10n.t('Copy Here'), canSelectFiles: false, canSelectFolders: true }));
  return folder ?? os.homedir();
}
