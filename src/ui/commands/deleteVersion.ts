import * as vscode from 'vscode';
import type { VersionRef } from '../../model/artifact';
import { formatBytes } from '../../model/format';
import { formatReference } from '../../model/reference';
import { planRemoval, type Removable, removeVersion } from '../../operations/removeVersion';
import { escapeIcons } from '../foreignText';
import type { Services } from '../services';
import { DeleteAnswers, readAnswers } from './answers';
import { chooseVersion, versionOfSubject } from './chooseVersion';
import { deleteRun } from './deleteRun';
import type { Invocation } from './invocation';
import { isFromTree, type Subject, subjectsOf } from './subject';

export interface DeleteResult {
  readonly reference: string;
  readonly aliases: readonly string[];
  readonly consumers: number;
  readonly bytesFreed: number;
}

const FLASH_MS = 5000;

/** `artifacts.deleteVersion(reference, {confirm: false})`: shows what goes, asks, and frees what nothing else needs. */
export async function deleteVersion(services: Services, invocation: Invocation): Promise<DeleteResult | undefined> {
  const { connection, confirm } = readAnswers(DeleteAnswers, invocation.answers);
  const question = { title: vscode.l10n.t('Delete Version'), connection, ofArtifact: 'ask' as const };
  const refs: VersionRef[] = [];
  const subjects = await subjectsOf(services, invocation, connection);
  if (isFromTree(invocation.subject) && await areRunsToDelete(services, subjects)) {
    // One key for both.
    await deleteRun(services, invocation);
    return undefined;
  }
  for (const subject of subjects) {
    // The key deletes versions, never what contains them; code is told that a run is none.
    const isVersion = subject.kind === 'version' || (typeof invocation.subject === 'string' && ['artifact', 'run'].includes(subject.kind));
    const version = isVersion ? await versionOfSubject(services, invocation, subject, question) : undefined;
    refs.push(...(version === undefined ? [] : [version]));
  }
  if (refs.length === 0 && invocation.subjects.length === 0) {
    refs.push(await chooseVersion(services, invocation, question));
  }
  let result: DeleteResult | undefined;
  for (const ref of refs) {
    result = await deleteOne(services, invocation, ref, confirm !== false);
  }
  return result;
}

/** Whether runs alone are selected, on a back end that deletes some. */
async function areRunsToDelete({ connections }: Services, subjects: readonly Subject[]): Promise<boolean> {
  const [first] = subjects;
  return first !== undefined && subjects.every(({ kind }) => kind === 'run') && (await connections.get(first.ref.connection)).runEditing !== undefined;
}

async function deleteOne(services: Services, { prompts }: Invocation, ref: VersionRef, isAsked: boolean): Promise<DeleteResult> {
  const provider = await services.connections.get(ref.connection);
  const removable = await planRemoval(provider, ref);
  const { version } = removable;
  const reference = formatReference(version);
  if (isAsked) {
    await prompts.confirm(vscode.l10n.t('Delete {0}?', reference), consequences(removable), vscode.l10n.t('Delete'));
  }
  const removed = await services.transfers.run(vscode.l10n.t('Deleting {0}', reference), (call) => removeVersion(provider, version, call));
  const { connection, workspace, artifact } = version;
  services.connections.changed({ connection, workspace, artifact });
  const flash = vscode.l10n.t('Deleted {0}, {1} freed', reference, formatBytes(removed.bytesFreed, vscode.env.language));
  vscode.window.setStatusBarMessage(`$(trash) ${escapeIcons(flash)}`, FLASH_MS);
  return { reference, aliases: removed.aliases, consumers: removed.consumers.length, bytesFreed: removed.bytesFreed };
}

function consequences({ version, removal }: Removable): string | readonly string[] {
  const locale = vscode.env.language;
  if (removal === undefined) {
    return version.assets === undefined || version.bytes === undefined
      ? vscode.l10n.t('Its files are deleted for good. The number is not used again.')
      : vscode.l10n.t('Its {0} files, {1}, are deleted for good. The number is not used again.', version.assets, formatBytes(version.bytes, locale));
  }
  const { aliases, consumers, bytesFreed } = removal;
  return [
    version.bytes === undefined || bytesFreed >= version.bytes
      ? vscode.l10n.t('{0} are freed.', formatBytes(bytesFreed, locale))
      : vscode.l10n.t('{0} of its {1} are freed; other versions need the rest, or it was logged too recently.', formatBytes(bytesFreed, locale), formatBytes(version.bytes, locale)),
    ...(aliases.length > 0 ? [vscode.l10n.t('These aliases go with it: {0}.', aliases.join(', '))] : []),
    ...(consumers.length > 0 ? [vscode.l10n.t('It was used by: {0}. The lineage keeps that.', named(consumers.map(({ name }) => name)))] : []),
    vscode.l10n.t('The number is not used again. This cannot be undone.'),
  ];
}

const MOST_NAMES = 5;

const named = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? [vscode.l10n.t('{0} more', names.length - MOST_NAMES)] : [])].join(', ');
