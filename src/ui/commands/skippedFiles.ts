import * as vscode from 'vscode';
import { escapeIcons } from '../foreignText';
import type { Frame, Prompts } from '../prompts';
import type { Preview } from './cargo';

/** What will not be logged, with the reasons. */
export async function showSkipped(prompts: Prompts, frame: Frame, preview: Preview | undefined): Promise<void> {
  const placeholder = vscode.l10n.t('These are not logged. Enter goes back.');
  await prompts.pick<'seen'>({ ...frame, placeholder }, (pick) => pick.show((preview?.skipped ?? []).map(({ path, reason, detail }) => ({
    label: escapeIcons(path),
    description: escapeIcons(detail === undefined ? skipReason(reason) : `${skipReason(reason)}: ${detail}`),
    value: 'seen' as const,
  }))));
}

function skipReason(reason: Preview['skipped'][number]['reason']): string {
  switch (reason) {
    case 'excluded':
      return vscode.l10n.t('excluded');
    case 'symlinkOutside':
      return vscode.l10n.t('a link that leads out of the folder');
    case 'symlinkLoop':
      return vscode.l10n.t('a link that leads back to a folder above');
    case 'special':
      return vscode.l10n.t('neither a file nor a folder');
    case 'unreadable':
      return vscode.l10n.t('cannot be read');
    case 'badName':
      return vscode.l10n.t('a name that cannot be kept');
  }
}
