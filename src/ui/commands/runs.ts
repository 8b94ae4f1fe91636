import * as vscode from 'vscode';
import type { Producer, Run, RunRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import { formatAge } from '../../model/format';
import { nameProblem } from '../../model/reference';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { BACK, type Choice, separator } from '../prompts';
import type { Services } from '../services';
import { readAnswers, RunAnswers } from './answers';
import type { Invocation } from './invocation';
import { subjectOf } from './subject';

const MOST_ROWS = 500;

/** `artifacts.selectRun({workspace, name})`: the run of that name, made when there is none; a person chooses. */
export async function selectRun(services: Services, invocation: Invocation): Promise<Producer | undefined> {
  const answers = readAnswers(RunAnswers, invocation.answers);
  const subject = invocation.subject === undefined ? undefined : await subjectOf(services, invocation);
  const provider = await services.connections.get(answers.connection ?? subject?.ref.connection);
  const workspace = answers.workspace ?? (subject !== undefined && 'workspace' in subject.ref ? subject.ref.workspace : (await provider.whoAmI()).defaultWorkspace);
  if (provider.runs === undefined || provider.startRun === undefined) {
    throw unsupported(vscode.l10n.t('{0} keeps no runs.', provider.connection));
  }
  if (subject?.kind === 'run') {
    return select(services, provider, await findRun(provider, workspace, (run) => run.run === subject.ref.run));
  }
  if (answers.name !== undefined) {
    const { name } = answers;
    return select(services, provider, await findRun(provider, workspace, (run) => run.name === name) ?? await start(services, provider, workspace, name));
  }
  const chosen = await chooseRun(services, invocation, provider, workspace);
  if (chosen === 'none') {
    await services.runs.select(undefined, provider.connection);
    return undefined;
  }
  return select(services, provider, chosen === 'new' ? await start(services, provider, workspace, await askName(invocation)) : chosen);
}

/** `artifacts.endRun`: the run of the row, or the active one, is finished. */
export async function endRun(services: Services, invocation: Invocation): Promise<void> {
  const subject = invocation.subject === undefined ? undefined : await subjectOf(services, invocation);
  const ref: RunRef | undefined = subject?.kind === 'run' ? subject.ref : services.runs.current(services.connections.defaultName);
  if (ref === undefined) {
    throw invalid(vscode.l10n.t('No run is active.'));
  }
  const provider = await services.connections.get(ref.connection);
  if (provider.endRun === undefined) {
    throw unsupported(vscode.l10n.t('{0} cannot end runs.', provider.connection));
  }
  await provider.endRun({ connection: ref.connection, workspace: ref.workspace, run: ref.run }, 'finished');
  const current = services.runs.current(ref.connection);
  if (current?.run === ref.run) {
    await services.runs.select(undefined, ref.connection);
  }
  services.connections.changed({ connection: ref.connection, workspace: ref.workspace });
}

async function chooseRun(services: Services, { prompts }: Invocation, provider: Provider, workspace: string): Promise<Run | 'new' | 'none'> {
  const current = services.runs.current(provider.connection);
  const placeholder = vscode.l10n.t('What you log and download is recorded under this run');
  const chosen = await prompts.pick<Run | 'new' | 'none'>({ title: vscode.l10n.t('Select Active Run'), placeholder }, async (pick) => {
    const fixed: readonly Choice<Run | 'new' | 'none'>[] = [
      { label: `$(add) ${vscode.l10n.t('New Run…')}`, value: 'new' },
      ...(current === undefined ? [] : [{ label: `$(circle-slash) ${vscode.l10n.t('None')}`, description: vscode.l10n.t('the next use makes a new one'), value: 'none' as const }]),
    ];
    const rows: Choice<Run>[] = [];
    pick.show(fixed);
    pick.busy = true;
    for await (const run of provider.runs?.({ connection: provider.connection, workspace }, { signal: pick.signal }) ?? []) {
      rows.push(runRow(run, run.run === current?.run));
      if (rows.length >= MOST_ROWS) {
        break;
      }
    }
    pick.show(rows.length === 0 ? fixed : [...fixed, separator(workspace), ...rows]);
    pick.busy = false;
  });
  return chosen === BACK ? 'none' : chosen;
}

function runRow(run: Run, isCurrent: boolean): Choice<Run> {
  const state = run.status === 'running' ? vscode.l10n.t('running') : run.status === 'failed' ? vscode.l10n.t('failed') : vscode.l10n.t('finished');
  const facts = [...(isCurrent ? [vscode.l10n.t('active')] : []), state, formatAge(run.started, Date.now(), vscode.env.language)];
  return { label: `$(run-all) ${escapeIcons(run.name)}`, description: facts.join(' · '), value: run };
}

async function askName({ prompts }: Invocation): Promise<string> {
  const name = await prompts.input({ title: vscode.l10n.t('New Run'), prompt: vscode.l10n.t('Name of the run'), problem: (text) => nameProblem(text.trim()) });
  return name === BACK ? '' : name.trim();
}

async function findRun(provider: Provider, workspace: string, is: (run: Run) => boolean): Promise<Run | undefined> {
  for await (const run of provider.runs?.({ connection: provider.connection, workspace }) ?? []) {
    if (is(run)) {
      return run;
    }
  }
  return undefined;
}

async function start(services: Services, provider: Provider, workspace: string, name: string): Promise<Run | undefined> {
  const run = await provider.startRun?.({ connection: provider.connection, workspace, name });
  services.connections.changed({ connection: provider.connection, workspace });
  return run;
}

async function select(services: Services, provider: Provider, run: Run | undefined): Promise<Producer | undefined> {
  const producer = run && { connection: provider.connection, workspace: run.workspace, run: run.run, name: run.name };
  await services.runs.select(producer, provider.connection);
  return producer;
}
