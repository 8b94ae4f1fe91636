import * as vscode from 'vscode';
import type { Producer, Run, RunRef } from '../../model/artifact';
import { invalid, notFound, unsupported } from '../../model/errors';
import { nameProblem } from '../../model/reference';
import { findRun } from '../../operations/findRun';
import type { Provider } from '../../providers/provider';
import { BACK } from '../prompts';
import type { Services } from '../services';
import { readAnswers, RunAnswers } from './answers';
import { chooseRun } from './chooseRun';
import type { Invocation } from './invocation';
import { subjectOf } from './subject';

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
    return select(services, provider, await runOfId(provider, subject.ref));
  }
  if (answers.name !== undefined) {
    const { name } = answers;
    return select(services, provider, await runOfName(provider, workspace, name) ?? await start(services, provider, workspace, name));
  }
  const chosen = await chooseRun(invocation.prompts, provider, workspace, services.runs.current(provider.connection)?.run);
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
  // What was deleted meanwhile has ended, too.
  if (provider.run === undefined || await findRun(provider, ref) !== undefined) {
    await provider.endRun({ connection: ref.connection, workspace: ref.workspace, run: ref.run }, 'finished');
  }
  await services.runs.release(ref);
  services.connections.changed({ connection: ref.connection, workspace: ref.workspace });
}

async function askName({ prompts }: Invocation): Promise<string> {
  const name = await prompts.input({ title: vscode.l10n.t('New Run'), prompt: vscode.l10n.t('Name of the run'), problem: (text) => nameProblem(text.trim()) });
  return name === BACK ? '' : name.trim();
}

async function runOfId(provider: Provider, ref: RunRef): Promise<Run> {
  const run = await findRun(provider, ref);
  if (run === undefined) {
    throw notFound(`run ${ref.workspace}/${ref.run}`);
  }
  if (run.kind === 'model') {
    throw invalid(vscode.l10n.t('A run is expected here, not a logged model.'));
  }
  return run;
}

/** What a back end cannot search by it gives out whole. */
async function runOfName(provider: Provider, workspace: string, name: string): Promise<Run | undefined> {
  for await (const run of provider.runs?.({ connection: provider.connection, workspace, search: name }) ?? []) {
    if (run.name === name) {
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
