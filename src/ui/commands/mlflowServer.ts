import * as path from 'node:path';
import * as vscode from 'vscode';
import { invalid, unsupported } from '../../model/errors';
import { escapeIcons } from '../foreignText';
import { type MlflowFolder, mlflowFolder } from '../mlflowServer/mlflowFolder';
import { BACK, cancelled, type Choice, type Prompts } from '../prompts';
import type { Services } from '../services';
import { NoAnswers, readAnswers } from './answers';
import type { Invocation } from './invocation';
import { namedFiles, paths } from './logTargets';
import { subjectOf } from './subject';

const FLASH_MS = 5000;

/** `artifacts.startMlflowServer(folder?)`: what MLflow has left in a folder, as a connection that ends with this window. */
export async function startMlflowServer(services: Services, invocation: Invocation): Promise<{ readonly connection: string; readonly url: string }> {
  readAnswers(NoAnswers, invocation.answers);
  const [named] = namedFiles(invocation.subjects) ?? [];
  const place = named === undefined ? await chooseFolder(invocation.prompts) : await folderAt(named);
  const title = vscode.l10n.t('Starting MLflow for {0}', path.basename(place.folder));
  const { connection, url } = await services.transfers.run(title, ({ signal }) => services.mlflowServers.start(place, signal ?? new AbortController().signal));
  vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(vscode.l10n.t('MLflow runs at {0}', url))}`, FLASH_MS);
  if (!invocation.byCode) {
    await services.tree.reveal({ connection }, { focus: true });
  }
  return { connection, url };
}

/** `artifacts.stopMlflowServer(connection?)`. */
export async function stopMlflowServer(services: Services, invocation: Invocation): Promise<void> {
  readAnswers(NoAnswers, invocation.answers);
  const { subject, prompts } = invocation;
  const name = typeof subject === 'string' ? subject : subject === undefined ? await chooseServer(services, prompts) : (await subjectOf(services, invocation))?.ref.connection;
  if (name === undefined) {
    throw invalid(vscode.l10n.t('A connection is expected here.'));
  }
  await services.mlflowServers.stop(name);
}

async function folderAt(place: string): Promise<MlflowFolder> {
  const found = await mlflowFolder(place);
  if (found === undefined) {
    throw invalid(vscode.l10n.t('{0} has neither a file mlflow.db nor a folder mlruns with runs of MLflow.', place));
  }
  return found;
}

async function chooseFolder(prompts: Prompts): Promise<MlflowFolder> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const found = (await Promise.all(folders.map(({ uri }) => mlflowFolder(uri.fsPath)))).filter((each) => each !== undefined);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    return only;
  }
  if (only === undefined) {
    if (vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme !== 'file') === true) {
      throw unsupported(vscode.l10n.t('A server can be started only for a folder on this machine.'));
    }
    const [folder = ''] = paths(await prompts.openDialog({
      title: vscode.l10n.t('Folder with mlflow.db or mlruns'), openLabel: vscode.l10n.t('Start MLflow Server'), canSelectFiles: false, canSelectFolders: true,
      ...(folders[0] && { defaultUri: folders[0].uri }),
    }));
    return folderAt(folder);
  }
  const rows = found.map((each): Choice<MlflowFolder> => ({ label: `$(folder) ${escapeIcons(path.basename(each.folder))}`, description: escapeIcons(path.dirname(each.folder)), value: each }));
  const chosen = await prompts.pick<MlflowFolder>({ title: vscode.l10n.t('Start MLflow Server'), placeholder: vscode.l10n.t('Choose a folder') }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}

async function chooseServer({ mlflowServers }: Services, prompts: Prompts): Promise<string> {
  const [only, ...others] = mlflowServers.running;
  if (only === undefined) {
    throw invalid(vscode.l10n.t('This window has started no MLflow server.'));
  }
  if (others.length === 0) {
    return only.connection;
  }
  const rows = mlflowServers.running.map((each): Choice<string> => ({ label: `$(server) ${escapeIcons(each.connection)}`, description: each.url, value: each.connection }));
  const chosen = await prompts.pick<string>({ title: vscode.l10n.t('Stop MLflow Server'), placeholder: vscode.l10n.t('Choose the server to stop') }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}
