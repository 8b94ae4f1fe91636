import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Conflict } from '../../operations/downloadPlan';
import type { ConflictPolicy } from '../../operations/downloadVersion';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled, type Choice, type Prompts, separator } from '../prompts';

const MOST_ROWS = 500;

/** What stands in the way, all of it, and what to do with it; asked before anything is written. */
export async function chooseConflicts(prompts: Prompts, reference: string, folder: string, conflicts: readonly Conflict[]): Promise<ConflictPolicy> {
  const count = conflicts.length;
  const canOverwrite = conflicts.every((conflict) => conflict.with === 'file');
  const rows: readonly Choice<ConflictPolicy>[] = [
    { label: `$(shield) ${count === 1 ? vscode.l10n.t('Keep the file that is there') : vscode.l10n.t('Keep the {0} files that are there', count)}`, value: 'keep' },
    ...(canOverwrite ? [{ label: `$(replace-all) ${count === 1 ? vscode.l10n.t('Overwrite the file') : vscode.l10n.t('Overwrite the {0} files', count)}`, value: 'overwrite' as const }] : []),
    { label: `$(circle-slash) ${vscode.l10n.t('Write Nothing')}`, value: 'fail' },
    separator(vscode.l10n.t('There already, with other content')),
    ...conflicts.slice(0, MOST_ROWS).map((conflict): Choice<ConflictPolicy> => ({
      label: escapeIcons(conflict.path),
      ...(conflict.with === 'folder' && { description: vscode.l10n.t('a folder stands where a file goes, or the other way round') }),
    })),
    ...(count > MOST_ROWS ? [{ label: vscode.l10n.t('… and {0} more', count - MOST_ROWS) }] : []),
  ];
  const placeholder = vscode.l10n.t('“{0}” already holds files with other content', path.basename(folder));
  const chosen = await prompts.pick<ConflictPolicy>({ title: vscode.l10n.t('Download {0}', reference), placeholder }, (pick) => pick.show(rows));
  if (chosen === BACK || chosen === 'fail') {
    throw cancelled();
  }
  return chosen;
}
