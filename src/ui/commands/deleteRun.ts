import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import type { RunRemoval } from '../../providers/runEditing';
import { escapeIcons } from '../foreignText';
import { withoutLinks } from '../messages';
import type { Services } from '../services';
import { type ExperimentNode, isNode } from '../tree/nodes';
import { DeleteAnswers, readAnswers, ReferenceAnswers } from './answers';
import { chooseDeletedRun } from './chooseDeletedRun';
import { type EditedRun, editedRun, editingAt, runToEdit } from './editRun';
import type { Invocation } from './invocation';
import { subjectsOf } from './subject';

export interface RunReference {
  readonly reference: string;
}

const FLASH_MS = 5000;

/** `artifacts.deleteRun(run, {confirm: false})`: says what it means, asks, and offers to undo it. */
export async function deleteRun(services: Services, invocation: Invocation): Promise<RunReference | undefined> {
  const { connection, confirm } = readAnswers(DeleteAnswers, invocation.answers);
  const runs = (await subjectsOf(services, invocation, connection)).flatMap((subject) => (subject.kind === 'run' ? [subject.ref] : []));
  if (runs.length === 0) {
    throw invalid(vscode.l10n.t('A run is expected here.'));
  }
  let result: RunReference | undefined;
  for (const ref of runs) {
    result = await deleteOne(services, invocation, await editedRun(services, ref), confirm !== false);
  }
  return result;
}

/** `artifacts.restoreRun(run)`: takes a deletion back; on the row of an experiment, that of one of its runs. */
export async function restoreRun(services: Services, invocation: Invocation): Promise<RunReference> {
  const { connection } = readAnswers(ReferenceAnswers, invocation.answers);
  const target = isNode(invocation.subject) && invocation.subject.kind === 'experiment'
    ? await deletedRunOf(services, invocation, invocation.subject)
    : await runToEdit(services, invocation, connection);
  await target.editing.restore(target.ref);
  const { connection: at, workspace } = target.ref;
  services.connections.changed({ connection: at, workspace });
  return referenceOf(target);
}

async function deletedRunOf(services: Services, { prompts }: Invocation, { ref, value }: ExperimentNode): Promise<EditedRun> {
  const { provider, editing } = await editingAt(services, ref.connection);
  const { connection, workspace, run } = await chooseDeletedRun(prompts, editing, ref, value.name);
  return { ref: { connection, workspace, run }, provider, editing };
}

async function deleteOne(services: Services, { prompts }: Invocation, target: EditedRun, isAsked: boolean): Promise<RunReference> {
  const { ref, editing } = target;
  const removal = await editing.removal(ref);
  const { name } = removal.run;
  if (removal.holds.length > 0) {
    throw invalid(vscode.l10n.t('“{0}” holds the files of {1}, which could not be downloaded any more. Delete what was registered from it first.', name, removal.holds.join(', ')));
  }
  if (isAsked) {
    await prompts.confirm(vscode.l10n.t('Delete the run “{0}”?', name), consequences(removal), vscode.l10n.t('Delete'));
  }
  await editing.remove(ref);
  await services.runs.release(ref);
  const { connection, workspace } = ref;
  services.connections.changed({ connection, workspace });
  if (isAsked) {
    void offerUndo(target, name);
  } else {
    vscode.window.setStatusBarMessage(`$(trash) ${escapeIcons(vscode.l10n.t('Deleted {0}', name))}`, FLASH_MS);
  }
  return referenceOf(target);
}

function consequences({ run, hasNested }: RunRemoval): readonly string[] {
  return [
    vscode.l10n.t('It is taken out of all lists, while its parameters, metrics and files stay on the server. Undo brings it back, and so does “Restore Deleted Run…” on the experiment, until somebody clears deleted runs with “mlflow gc”.'),
    ...(run.status === 'running' ? [vscode.l10n.t('It is still running: what its program logs from now on is refused.')] : []),
    ...(hasNested ? [vscode.l10n.t('The runs below it stay. They are found in All Nested Runs.')] : []),
  ];
}

/** The nearest way back, as no list shows the run any more. */
async function offerUndo({ ref }: EditedRun, name: string): Promise<void> {
  const undo = vscode.l10n.t('Undo');
  if (await vscode.window.showInformationMessage(withoutLinks(vscode.l10n.t('Deleted the run “{0}”.', name)), undo) === undo) {
    await vscode.commands.executeCommand('artifacts.restoreRun', ref);
  }
}

const referenceOf = ({ ref }: EditedRun): RunReference => ({ reference: formatReference(runFiles(ref)) });
