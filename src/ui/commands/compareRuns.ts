import * as vscode from 'vscode';
import type { Run, RunDetails, RunRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import { runUri } from '../documents/uris';
import { BACK, cancelled, type Prompts } from '../prompts';
import type { Services } from '../services';
import { CompareAnswers, readAnswers } from './answers';
import type { Invocation } from './invocation';
import { fillWithRuns, runsBut } from './runList';
import { resolveReference, type Subject, subjectsOf } from './subject';

/** `artifacts.compareRuns(run, {with})`: parameters, metrics and tags of two runs side by side, in the editor's own comparison. */
export async function compareRuns(services: Services, invocation: Invocation): Promise<{ readonly before: string; readonly after: string }> {
  const answers = readAnswers(CompareAnswers, invocation.answers);
  const [first, second] = (await subjectsOf(services, invocation, answers.connection)).flatMap(runIn);
  if (first === undefined) {
    throw invalid(vscode.l10n.t('A run is expected here.'));
  }
  const provider = await services.connections.get(first.connection);
  const after = await detailsOf(provider, first);
  const other = answers.with === undefined ? second : runIn(await resolveReference(services.connections, answers.with, first.connection))[0];
  const beside = other ?? await askOther(invocation.prompts, provider, after);
  const before = await detailsOf(await services.connections.get(beside.connection), beside);
  await vscode.commands.executeCommand('vscode.diff', runUri(before), runUri(after), vscode.l10n.t('{0} ↔ {1}', before.name, after.name));
  return { before: formatReference(runFiles(before)), after: formatReference(runFiles(after)) };
}

const runIn = (subject: Subject): readonly RunRef[] => (subject.kind === 'run' ? [subject.ref] : []);

async function detailsOf(provider: Provider, ref: RunRef): Promise<RunDetails> {
  if (provider.run === undefined) {
    throw unsupported(vscode.l10n.t('{0} tells nothing about single runs.', provider.connection));
  }
  return await provider.run(ref);
}

/** Of the same experiment. */
async function askOther(prompts: Prompts, provider: Provider, after: RunDetails): Promise<RunRef> {
  const placeholder = vscode.l10n.t('Compare {0} with', after.name);
  const { connection, workspace, experiment } = after;
  const chosen = await prompts.pick<Run>({ title: vscode.l10n.t('Compare Runs'), placeholder }, async (pick) => {
    await fillWithRuns(pick, {
      list: (search, call) => runsBut(after, provider.runs?.({ connection, workspace, experiment, search }, call)),
      show: (rows) => pick.show(rows),
    });
  });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}
