import * as vscode from 'vscode';
import type { Run } from '../../model/artifact';
import { isAbort } from '../../model/errors';
import { formatAge } from '../../model/format';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import { BACK, type Choice, type OpenPick, type Prompts, separator } from '../prompts';

/** More are found by typing, where the server looks for what is typed. */
const MOST_ROWS = 500;
const TYPING_MS = 250;

export type ChosenRun = Run | 'new' | 'none';

/** One of the runs of a workspace, a new one, or none. */
export async function chooseRun(prompts: Prompts, provider: Provider, workspace: string, current: string | undefined): Promise<ChosenRun> {
  const placeholder = vscode.l10n.t('What you log and download is recorded under this run');
  const chosen = await prompts.pick<ChosenRun>({ title: vscode.l10n.t('Select Active Run'), placeholder }, async (pick) => {
    const fixed: readonly Choice<ChosenRun>[] = [
      { label: `$(add) ${vscode.l10n.t('New Run…')}`, value: 'new' },
      ...(current === undefined ? [] : [{ label: `$(circle-slash) ${vscode.l10n.t('None')}`, description: vscode.l10n.t('the next use makes a new one'), value: 'none' as const }]),
    ];
    const show = (runs: readonly Run[]): void => {
      const rows = runs.map((run) => runRow(run, run.run === current));
      pick.show(rows.length === 0 ? fixed : [...fixed, separator(workspace), ...rows]);
    };
    pick.show(fixed);
    const { runs, isAll } = await newestRuns(provider, workspace, pick);
    show(runs);
    // Only these know what else there is.
    if (!isAll && provider.experiments !== undefined) {
      searchAsTyped(provider, workspace, pick, (found) => show(found ?? runs));
    }
  });
  return chosen === BACK ? 'none' : chosen;
}

async function newestRuns(provider: Provider, workspace: string, pick: OpenPick<ChosenRun>, search?: string, signal = pick.signal): Promise<{ readonly runs: readonly Run[]; readonly isAll: boolean }> {
  const runs: Run[] = [];
  pick.busy = true;
  for await (const run of provider.runs?.({ connection: provider.connection, workspace, search }, { signal }) ?? []) {
    if (runs.length >= MOST_ROWS) {
      pick.busy = false;
      return { runs, isAll: false };
    }
    runs.push(run);
  }
  pick.busy = false;
  return { runs, isAll: true };
}

/** Asks the server for what is typed, a moment after the last key; tells nothing once the box is empty again. */
function searchAsTyped(provider: Provider, workspace: string, pick: OpenPick<ChosenRun>, found: (runs: readonly Run[] | undefined) => void): void {
  let asking = new AbortController();
  const ask = async (text: string, { signal }: AbortController): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    if (!signal.aborted) {
      const { runs } = await newestRuns(provider, workspace, pick, text, signal);
      found(runs);
    }
  };
  pick.signal.addEventListener('abort', () => asking.abort());
  pick.onType(() => {
    asking.abort();
    asking = new AbortController();
    const text = pick.typed.trim();
    if (text === '') {
      pick.busy = false;
      found(undefined);
      return;
    }
    ask(text, asking).catch((error: unknown) => {
      if (!isAbort(error)) {
        pick.busy = false;
        pick.placeholder = sentenceOf(error);
      }
    });
  });
}

/** A run with what tells it from the others. */
export function runRow(run: Run, isCurrent: boolean): Choice<Run> {
  const state = run.status === 'running' ? vscode.l10n.t('running') : run.status === 'failed' ? vscode.l10n.t('failed') : vscode.l10n.t('finished');
  const facts = [...(isCurrent ? [vscode.l10n.t('active')] : []), state, formatAge(run.started, Date.now(), vscode.env.language)];
  return { label: `$(run-all) ${escapeIcons(run.name)}`, description: facts.join(' · '), value: run };
}
