import * as vscode from 'vscode';
import type { ExperimentRef, RunDetails, RunRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import { findRun } from '../../operations/findRun';
import type { Provider } from '../../providers/provider';
import type { RunChange, RunEditing } from '../../providers/runEditing';
import type { RunNaming } from '../../providers/runNaming';
import { descriptionUri } from '../documents/uris';
import { BACK } from '../prompts';
import { isNode } from '../tree/nodes';
import type { Services } from '../services';
import { DescriptionAnswers, readAnswers, RenameAnswers, RunTagAnswers } from './answers';
import type { Invocation } from './invocation';
import { askTagChange } from './runTagPicks';
import { isFromTree, subjectOf } from './subject';

export interface NamedRun {
  readonly reference: string;
  readonly name: string;
}

export interface RunResult extends NamedRun {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface EditedRun {
  readonly ref: RunRef;
  readonly provider: Provider;
  readonly editing: RunEditing;
}

/** `artifacts.renameRun(run, {name})`. */
export async function renameRun(services: Services, invocation: Invocation): Promise<NamedRun | undefined> {
  const answers = readAnswers(RenameAnswers, invocation.answers);
  if (isFromTree(invocation.subject) && (await subjectOf(services, invocation))?.kind !== 'run') {
    // The key means nothing on other rows.
    return undefined;
  }
  const ref = await runIn(services, invocation, answers.connection);
  const provider = await services.connections.get(ref.connection);
  const { runNaming } = provider;
  if (runNaming === undefined) {
    throw unsupported(vscode.l10n.t('Runs of {0} keep the names that they began with.', provider.connection));
  }
  const run = await runNaming.rename(ref, answers.name ?? await askName(invocation, provider, runNaming, ref));
  await services.runs.renamed(ref, run.name);
  services.connections.changed({ connection: ref.connection, workspace: ref.workspace });
  return { reference: formatReference(runFiles(run)), name: run.name };
}

/** `artifacts.setRunDescription(run, {description})`; a person gets what is written about the run, or the experiment, as a document in an editor. */
export async function setRunDescription(services: Services, invocation: Invocation): Promise<RunResult | undefined> {
  const { connection, description } = readAnswers(DescriptionAnswers, invocation.answers);
  if (isNode(invocation.subject) && invocation.subject.kind === 'experiment') {
    const { ref, value } = invocation.subject;
    await editDescription(ref, value.name);
    return undefined;
  }
  const target = await runToEdit(services, invocation, connection);
  if (description === undefined) {
    await editDescription(target.ref, (await detailsOf(target)).name);
    return undefined;
  }
  return await apply(services, target, { description });
}

/** `artifacts.setRunTags(run, {tags, remove})`: sets and removes these, and leaves others. A person goes on until the list is closed. */
export async function setRunTags(services: Services, invocation: Invocation): Promise<RunResult> {
  const { connection, tags, remove } = readAnswers(RunTagAnswers, invocation.answers);
  const target = await runToEdit(services, invocation, connection);
  if (tags !== undefined || remove !== undefined) {
    return await apply(services, target, { tags, untagged: remove });
  }
  for (;;) {
    const details = await detailsOf(target);
    await apply(services, target, await askTagChange(invocation.prompts, details, target.editing));
  }
}

/** The run that a verb is about, on a back end where runs can be changed. */
export async function runToEdit(services: Services, invocation: Invocation, connection: string | undefined): Promise<EditedRun> {
  return await editedRun(services, await runIn(services, invocation, connection));
}

async function runIn(services: Services, invocation: Invocation, connection: string | undefined): Promise<RunRef> {
  const subject = await subjectOf(services, invocation, connection);
  if (subject?.kind !== 'run') {
    throw invalid(vscode.l10n.t('A run is expected here.'));
  }
  return subject.ref;
}

export async function editedRun(services: Services, ref: RunRef): Promise<EditedRun> {
  return { ref, ...await editingAt(services, ref.connection) };
}

export async function editingAt(services: Services, connection: string): Promise<Omit<EditedRun, 'ref'>> {
  const provider = await services.connections.get(connection);
  if (provider.runEditing === undefined) {
    throw unsupported(vscode.l10n.t('Runs of {0} cannot be changed.', provider.connection));
  }
  return { provider, editing: provider.runEditing };
}

async function detailsOf({ ref, provider }: EditedRun): Promise<RunDetails> {
  if (provider.run === undefined) {
    throw unsupported(vscode.l10n.t('{0} tells nothing about single runs.', provider.connection));
  }
  return await provider.run(ref);
}

async function askName({ prompts }: Invocation, provider: Provider, naming: RunNaming, ref: RunRef): Promise<string> {
  const { name = ref.run } = await findRun(provider, ref) ?? {};
  const chosen = await prompts.input({
    title: vscode.l10n.t('Rename Run'),
    prompt: vscode.l10n.t('New name of the run'),
    value: name,
    problem: (text) => naming.nameProblem(text.trim()),
  });
  return chosen === BACK ? name : chosen.trim();
}

async function editDescription(of: RunRef | ExperimentRef, name: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(descriptionUri(of, name)));
}

async function apply(services: Services, { ref, editing }: EditedRun, change: RunChange): Promise<RunResult> {
  const details = await editing.change(ref, change);
  const { connection, workspace, name, description = '', tags } = details;
  services.connections.changed({ connection, workspace });
  return { reference: formatReference(runFiles(details)), name, description, tags };
}
