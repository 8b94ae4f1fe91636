import * as path from 'node:path';
import * as vscode from 'vscode';
import type { ArtifactRef } from '../../model/artifact';
import { unsupported } from '../../model/errors';
import { escapeIcons } from '../foreignText';
import { BACK, type Choice, type Prompts, separator } from '../prompts';
import { fileUri } from './answers';
import { Memory } from './memory';
import type { Services } from '../services';

/** The files and folders that a call names, or nothing when it names none. Throws for files that are not on this machine. */
export function namedFiles(subjects: readonly unknown[]): readonly string[] | undefined {
  const uris = subjects.map((subject) => (isFileLike(subject) ? fileUri(subject) : undefined)).filter((uri) => uri !== undefined);
  return uris.length === 0 ? undefined : paths(uris);
}

/** Strings count only when they are paths: a reference is one too. */
const isFileLike = (value: unknown): boolean =>
  value instanceof vscode.Uri ? value.scheme !== 'artifact' && value.scheme !== 'artifact-metadata'
    : typeof value === 'string' || (typeof value === 'object' && value !== null && 'scheme' in value && !('kind' in value));

export function paths(uris: readonly vscode.Uri[]): readonly string[] {
  const elsewhere = uris.find((uri) => uri.scheme !== 'file');
  if (elsewhere !== undefined) {
    throw unsupported(vscode.l10n.t('Only files on this machine can be logged, and “{0}” is not one.', elsewhere.toString(true)));
  }
  return [...new Set(uris.map((uri) => uri.fsPath))];
}

type Chosen = { readonly targets: readonly string[] } | { readonly dialog: 'files' | 'folder' };

/** Asks for files or a folder: what is open and what was logged before first. */
export async function chooseTargets(services: Services, prompts: Prompts, title: string, artifact?: ArtifactRef): Promise<readonly string[]> {
  const memory = new Memory(services.context);
  const before = artifact === undefined ? [] : memory.placesOf(artifact).slice(0, 5);
  const active = vscode.window.activeTextEditor?.document.uri;
  const folders = vscode.workspace.workspaceFolders?.filter((folder) => folder.uri.scheme === 'file') ?? [];
  const dialogs: readonly Choice<Chosen>[] = [
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a Folder…')}`, value: { dialog: 'folder' } },
    { label: `$(file-add) ${vscode.l10n.t('Choose Files…')}`, value: { dialog: 'files' } },
  ];
  const rows: readonly Choice<Chosen>[] = [
    ...before.map((places) => targetRow('history', places, vscode.l10n.t('logged before'))),
    ...(active?.scheme === 'file' ? [targetRow('file', [active.fsPath], vscode.l10n.t('open in the editor'))] : []),
    ...dialogs,
    ...(folders.length > 0 ? [separator(vscode.l10n.t('Workspace Folders')), ...folders.map(({ uri }) => targetRow('root-folder', [uri.fsPath], ''))] : []),
  ];
  const chosen = await prompts.pick<Chosen>({ title, placeholder: vscode.l10n.t('What is to be logged?') }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    return [];
  }
  return 'targets' in chosen ? chosen.targets : paths(await fileDialog(prompts, title, chosen.dialog));
}

export async function fileDialog(prompts: Prompts, title: string, kind: 'files' | 'folder'): Promise<readonly vscode.Uri[]> {
  const defaultUri = vscode.workspace.workspaceFolders?.[0]?.uri;
  return prompts.openDialog({
    title,
    openLabel: vscode.l10n.t('Log'),
    canSelectFiles: kind === 'files',
    canSelectFolders: kind === 'folder',
    canSelectMany: true,
    ...(defaultUri && { defaultUri }),
  });
}

function targetRow(icon: string, targets: readonly string[], why: string): Choice<Chosen> {
  const [first = ''] = targets;
  const more = targets.length > 1 ? ` +${targets.length - 1}` : '';
  return {
    label: `$(${icon}) ${escapeIcons(path.basename(first))}${more}`,
    description: escapeIcons([vscode.workspace.asRelativePath(first), why].filter((part) => part !== '').join(' · ')),
    value: { targets },
  };
}
