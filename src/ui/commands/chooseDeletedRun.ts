import * as vscode from 'vscode';
import type { ExperimentRef, Run } from '../../model/artifact';
import type { RunEditing } from '../../providers/runEditing';
import { BACK, cancelled, type Prompts } from '../prompts';
import { fillWithRuns } from './runList';

/** One of the runs that were deleted from an experiment, by its name in the title. */
export async function chooseDeletedRun(prompts: Prompts, editing: RunEditing, experiment: ExperimentRef, name: string): Promise<Run> {
  const placeholder = vscode.l10n.t('The run that is to stand in the lists again');
  const chosen = await prompts.pick<Run>({ title: vscode.l10n.t('Restore a Deleted Run of {0}', name), placeholder }, async (pick) => {
    await fillWithRuns(pick, {
      list: (search, call) => editing.removed({ ...experiment, search }, call),
      show: (rows) => {
        pick.show(rows);
        pick.placeholder = rows.length === 0 ? vscode.l10n.t('No deleted run was found') : placeholder;
      },
    });
  });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}
