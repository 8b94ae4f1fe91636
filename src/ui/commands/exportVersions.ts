import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { invalid, isAbort } from '../../model/errors';
import { folderName } from '../../operations/folderName';
import type { Exportable, ExportFacts } from '../../providers/upkeep';
import { escapeIcons } from '../foreignText';
import { withoutLinks } from '../messages';
import { BACK, cancelled, separator } from '../prompts';
import type { Services } from '../services';
import { type ExportAnswers, ExportSchema, readAnswers } from './answers';
import { artifactRow } from './chooseArtifact';
import { onlyVersion } from './chooseVersion';
import type { Invocation } from './invocation';
import { Memory } from './memory';
import { type OpenStore, pathOf, storeNamed, storeOfCall } from './storeOfCall';
import { resolveReference, type Subject, subjectsOf } from './subject';
import { extentOf } from './storeWords';

export interface ExportResult extends ExportFacts {
  /** Absolute path of the archive. */
  readonly file: string;
}

const FLASH_MS = 5000;

/** `artifacts.exportVersions({versions | artifacts, file})`: what is chosen, with history, aliases and lineage, in one file for another store. */
export async function exportVersions(services: Services, invocation: Invocation): Promise<ExportResult> {
  const answers = readAnswers(ExportSchema, invocation.answers);
  const { store, of } = await chosen(services, invocation, answers);
  const isAnswered = answers.file !== undefined;
  const file = pathOf(answers.file ?? await askForFile(services, invocation, of));
  const title = vscode.l10n.t('Exporting to {0}', path.basename(file));
  // Who chose a file that is there was asked by the dialog.
  const facts = await services.transfers.run(title, (call) => store.upkeep.export(of, file, { overwrite: answers.overwrite ?? !isAnswered }, call)).catch((error: unknown) => {
    if (isAbort(error)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled. Nothing was exported.'), FLASH_MS);
    }
    throw error;
  });
  tell(services, invocation, file, facts);
  return { ...facts, file };
}

interface Choice {
  readonly store: OpenStore;
  readonly of: readonly Exportable[];
}

async function chosen(services: Services, invocation: Invocation, { connection, versions = [], artifacts = [] }: ExportAnswers): Promise<Choice> {
  const named = await Promise.all([...versions, ...artifacts].map((each) => resolveReference(services.connections, each, connection)));
  if (artifacts.length > 0 && named.slice(versions.length).some(({ kind }) => kind !== 'artifact')) {
    throw invalid(vscode.l10n.t('“artifacts” takes references without a version, such as ada/churn-data.'));
  }
  const subjects = named.length > 0 ? named : await subjectsOf(services, invocation, connection);
  const wholeStore = subjects.find(({ kind }) => kind === 'connection');
  if (wholeStore !== undefined || subjects.length === 0) {
    const store = await storeOfCall(services, invocation, vscode.l10n.t('Export Versions'), connection ?? wholeStore?.ref.connection);
    return { store, of: await chooseArtifacts(invocation, store) };
  }
  const of = subjects.flatMap(exportable);
  const [first] = of;
  if (first === undefined) {
    throw invalid(vscode.l10n.t('Versions, artifacts and workspaces can be exported.'));
  }
  if (of.some((each) => each.connection !== first.connection)) {
    throw invalid(vscode.l10n.t('What is exported together has to be of one connection.'));
  }
  return { store: await storeNamed(services, first.connection), of };
}

function exportable(subject: Subject): readonly Exportable[] {
  switch (subject.kind) {
    case 'version':
    case 'entry':
      return [onlyVersion(subject.ref)];
    case 'artifact':
    case 'workspace':
      return [subject.ref];
    case 'connection':
    case 'run':
      return [];
  }
}

async function chooseArtifacts({ prompts, byCode }: Invocation, { connection, provider }: OpenStore): Promise<readonly Exportable[]> {
  if (byCode) {
    throw invalid(vscode.l10n.t('Name what is to be exported in “versions” or “artifacts”.'));
  }
  const rows = [];
  for await (const { workspace } of provider.workspaces()) {
    const artifacts = [];
    for await (const artifact of provider.artifacts({ connection, workspace })) {
      artifacts.push(artifactRow(artifact));
    }
    rows.push(...(artifacts.length > 0 ? [separator(workspace), ...artifacts] : []));
  }
  if (rows.length === 0) {
    throw invalid(vscode.l10n.t('{0} holds no artifact yet.', connection));
  }
  const picked = await prompts.pickMany<Subject>({ title: vscode.l10n.t('Export Versions'), placeholder: vscode.l10n.t('Choose artifacts; each goes with all its versions') }, rows);
  if (picked === BACK || picked.length === 0) {
    throw cancelled();
  }
  return picked.flatMap(exportable);
}

async function askForFile({ context }: Services, { prompts }: Invocation, of: readonly Exportable[]): Promise<vscode.Uri> {
  const folder = new Memory(context).downloadFolder ?? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? os.homedir();
  return prompts.saveDialog({
    title: vscode.l10n.t('Export Versions'),
    saveLabel: vscode.l10n.t('Export'),
    filters: { [vscode.l10n.t('Archives')]: ['tar'] },
    defaultUri: vscode.Uri.file(path.join(folder, `${archiveName(of)}.tar`)),
  });
}

/** `churn-data-2.1.0` for one version, `churn-data` for one artifact, otherwise their workspace. */
function archiveName([first, ...others]: readonly Exportable[]): string {
  if (first === undefined) {
    return 'artifacts';
  }
  const isOne = others.length === 0;
  if (isOne && 'version' in first) {
    return folderName(first);
  }
  const name = isOne && 'artifact' in first ? first.artifact : first.workspace;
  return folderName({ ...first, artifact: name, version: '' }).replace(/-$/u, '');
}

function tell(services: Services, { byCode }: Invocation, file: string, facts: ExportFacts): void {
  const sentence = vscode.l10n.t('Exported {0}, to {1}', extentOf(facts), path.basename(file));
  services.log.info(`${sentence} (${file})`);
  if (byCode) {
    vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(sentence)}`, FLASH_MS);
    return;
  }
  const copy = vscode.l10n.t('Copy Path');
  const reveal = vscode.l10n.t('Reveal in File Manager');
  // A browser has no file manager of the machine where the file is.
  const buttons = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined ? [reveal] : [copy];
  void vscode.window.showInformationMessage(withoutLinks(`${sentence}.`), ...buttons).then(async (button) => {
    if (button === reveal) {
      await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(file));
    } else if (button === copy) {
      await vscode.env.clipboard.writeText(file);
    }
  });
}
