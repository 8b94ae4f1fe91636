import * as vscode from 'vscode';
import type { Run, RunRef } from '../../model/artifact';
import type { Call } from '../../model/call';
import { formatAge } from '../../model/format';
import { escapeIcons } from '../foreignText';
import type { Choice } from '../prompts';
import { fillAsTyped, type TypedPick } from './listAsTyped';
import { problemRow } from './problemRow';

export interface RunList {
  /** Those whose name contains `search`, or all; nothing where a back end has no runs. */
  readonly list: (search: string | undefined, call: Call) => AsyncIterable<Run> | undefined;
  /** The run that the list tells of as active. */
  readonly current?: string | undefined;
  /** Draws the rows of runs. */
  readonly show: (rows: readonly Choice<Run>[]) => void;
}

/** Fills a list with the newest runs, and with what the server finds for what is typed while there are more than those. */
export const fillWithRuns = (pick: TypedPick, { list, current, show }: RunList): Promise<void> => fillAsTyped<Run>(pick, {
  list: (search, call) => list(search, call) ?? none(),
  show: (runs, problem) => show([...(problem === undefined ? [] : [problemRow(problem)]), ...once(runs).map((run) => runRow(run, run.run === current))]),
});

/** A run that is made while pages are read moves others to the next page, which are told twice. */
const once = (runs: readonly Run[]): readonly Run[] => [...new Map(runs.map((run) => [run.run, run])).values()];

/** Of runs all but one. */
export async function* runsBut({ run }: RunRef, runs: AsyncIterable<Run> = none()): AsyncGenerator<Run, void, undefined> {
  for await (const each of runs) {
    if (each.run !== run) {
      yield each;
    }
  }
}

async function* none(): AsyncGenerator<never, void, undefined> {
  // A back end without runs lists none.
}

function runRow(run: Run, isCurrent: boolean): Choice<Run> {
  const state = run.status === 'running' ? vscode.l10n.t('running') : run.status === 'failed' ? vscode.l10n.t('failed') : vscode.l10n.t('finished');
  const facts = [...(isCurrent ? [vscode.l10n.t('active')] : []), state, formatAge(run.started, Date.now(), vscode.env.language)];
  return { id: run.run, label: `$(run-all) ${escapeIcons(run.name)}`, description: facts.join(' · '), value: run };
}
