import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { VersionRef } from '../../model/artifact';
import { formatReference } from '../../model/reference';
import { folderName } from '../../operations/folderName';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled, type Choice, type Prompts } from '../prompts';
import { readSettings } from '../settings';
import type { Memory } from './memory';

type Chosen = { readonly folder: string } | 'dialog';

/** The folder in which a version gets one of its own: the one of the settings or the last one is Enter away. */
export async function chooseFolder(prompts: Prompts, memory: Memory, version: VersionRef): Promise<string> {
  const inWorkspace = vscode.workspace.workspaceFolders?.filter((folder) => folder.uri.scheme === 'file').map((folder) => folder.uri.fsPath) ?? [];
  const { downloadFolder } = readSettings();
  const folders = [...new Set([downloadFolder, memory.downloadFolder, ...inWorkspace, path.join(os.homedir(), 'Downloads')])].filter((folder) => folder !== undefined);
  const name = folderName(version);
  const rows: readonly Choice<Chosen>[] = [
    ...folders.map((folder): Choice<Chosen> => ({
      label: `$(folder) ${escapeIcons(path.join(path.basename(folder), name))}`,
      description: escapeIcons(shortFolder(folder)),
      value: { folder },
    })),
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a Folder…')}`, value: 'dialog' },
  ];
  const title = vscode.l10n.t('Download {0}', formatReference(version));
  const chosen = await prompts.pick<Chosen>({ title, placeholder: vscode.l10n.t('Where to? The version gets the folder {0}.', name) }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw cancelled();
  }
  if (chosen !== 'dialog') {
    return chosen.folder;
  }
  const [start] = folders;
  const [uri] = await prompts.openDialog({
    title, openLabel: vscode.l10n.t('Download Here'), canSelectFiles: false, canSelectFolders: true,
    ...(start !== undefined && { defaultUri: vscode.Uri.file(start) }),
  });
  return uri?.fsPath ?? '';
}

function shortFolder(folder: string): string {
  const home = os.homedir();
  return folder.startsWith(home + path.sep) ? `~${folder.slice(home.length)}` : folder;
}
