import * as vscode from 'vscode';
import type { Run } from '../../model/artifact';
import type { Call } from '../../model/call';
import { isAbort } from '../../model/errors';
import { formatAge } from '../../model/format';
import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import type { Choice, OpenPick } from '../prompts';

/** More are found by typing, where the server looks for what is typed. */
const MOST_ROWS = 500;
const TYPING_MS = 250;

export interface RunList {
  /** Those whose name contains `search`, or all. */
  readonly list: (search: string | undefined, call: Call) => AsyncIterable<Run>;
  /** Where whoever lists them knows no more than what was listed, nothing is asked while somebody types. */
  readonly hasMore: boolean;
  /** Draws these rows. */
  readonly show: (runs: readonly Run[]) => void;
}

/** Fills a list with the newest runs, and with what the server finds for what is typed while there are more than those. */
export async function fillWithRuns<T>(pick: OpenPick<T>, { list, hasMore, show }: RunList): Promise<void> {
  const newest = async (search?: string, signal = pick.signal): Promise<{ readonly runs: readonly Run[]; readonly isAll: boolean }> => {
    const runs: Run[] = [];
    pick.busy = true;
    for await (const run of list(search, { signal })) {
      if (runs.length >= MOST_ROWS) {
        pick.busy = false;
        return { runs, isAll: false };
      }
      runs.push(run);
    }
    pick.busy = false;
    return { runs, isAll: true };
  };
  const { runs, isAll } = await newest();
  show(runs);
  if (!isAll && hasMore) {
    searchAsTyped(pick, async (search, signal) => (await newest(search, signal)).runs, (found) => show(found ?? runs));
  }
}

/** Asks the server for what is typed, a moment after the last key; tells nothing once the box is empty again. */
function searchAsTyped<T>(pick: OpenPick<T>, find: (search: string, signal: AbortSignal) => Promise<readonly Run[]>, found: (runs: readonly Run[] | undefined) => void): void {
  let asking = new AbortController();
  const ask = async (text: string, { signal }: AbortController): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    if (!signal.aborted) {
      found(await find(text, signal));
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

export function runRow(run: Run, isCurrent: boolean): Choice<Run> {
  const state = run.status === 'running' ? vscode.l10n.t('running') : run.status === 'failed' ? vscode.l10n.t('failed') : vscode.l10n.t('finished');
  const facts = [...(isCurrent ? [vscode.l10n.t('active')] : []), state, formatAge(run.started, Date.now(), vscode.env.language)];
  return { label: `$(run-all) ${escapeIcons(run.name)}`, description: facts.join(' · '), value: run };
}
