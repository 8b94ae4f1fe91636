import * as vscode from 'vscode';
import type { Run } from '../../model/artifact';
import type { Provider } from '../../providers/provider';
import { BACK, type Choice, type Prompts, separator } from '../prompts';
import { fillWithRuns } from './runList';

export type ChosenRun = Run | 'new' | 'none';

/** One of the runs of a workspace, a new one, or none. */
export async function chooseRun(prompts: Prompts, provider: Provider, workspace: string, current: string | undefined): Promise<ChosenRun> {
  const placeholder = vscode.l10n.t('What you log and download is recorded under this run');
  const chosen = await prompts.pick<ChosenRun>({ title: vscode.l10n.t('Select Active Run'), placeholder }, async (pick) => {
    const fixed: readonly Choice<ChosenRun>[] = [
      { label: `$(add) ${vscode.l10n.t('New Run…')}`, value: 'new' },
      ...(current === undefined ? [] : [{ label: `$(circle-slash) ${vscode.l10n.t('None')}`, description: vscode.l10n.t('the next use makes a new one'), value: 'none' as const }]),
    ];
    pick.show(fixed);
    await fillWithRuns(pick, {
      list: (search, call) => provider.runs?.({ connection: provider.connection, workspace, search }, call),
      current,
      show: (rows) => pick.show(rows.length === 0 ? fixed : [...fixed, separator(workspace), ...rows]),
    });
  });
  return chosen === BACK ? 'none' : chosen;
}
