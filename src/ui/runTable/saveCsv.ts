import * as vscode from 'vscode';
import type { Prompts } from '../prompts';

/** Asks where, and writes it there. */
export async function saveCsv(prompts: Prompts, text: string, title: string): Promise<void> {
  const name = `${title.replace(/[<>:"/\\|?*\p{Cc}\ufffd]/gu, '_').replace(/^\.+/u, '_').slice(0, 100)}-runs.csv`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await prompts.saveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
    filters: { [vscode.l10n.t('Comma-Separated Values')]: ['csv'] },
  });
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
}
