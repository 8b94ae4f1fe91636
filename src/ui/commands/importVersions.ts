import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { isAbort } from '../../model/errors';
import type { Imported, ImportPlan, OpenArchive } from '../../providers/upkeep';
import { escapeIcons } from '../foreignText';
import { withoutLinks } from '../messages';
import { BACK, cancelled } from '../prompts';
import type { Services } from '../services';
import { ImportSchema, readAnswers } from './answers';
import { importRows } from './importRows';
import type { Invocation } from './invocation';
import { Memory } from './memory';
import { type OpenStore, pathOf, storeOfCall } from './storeOfCall';
import { referenceOf } from './storeWords';

export interface ImportResult {
  readonly connection: string;
  /** References of the versions that came. */
  readonly imported: readonly string[];
  /** Those that were here already with the same content. */
  readonly same: readonly string[];
  /** Those that were here already with the same content, of which files were damaged or missing: they are whole again. */
  readonly healed: readonly string[];
  /** Those whose number is used here for something else, or was; they did not come. */
  readonly conflicts: readonly { readonly reference: string; readonly reason: 'taken' | 'deleted' | 'damaged' }[];
  /** Versions whose tags and metadata were changed here and there, differently: those here stay. */
  readonly keptLabels: readonly string[];
  /** Aliases that stand on another version here, and still do. */
  readonly keptAliases: readonly { readonly reference: string; readonly alias: string; readonly standsOn: string }[];
}

const FLASH_MS = 5000;

/** `artifacts.importVersions({file, connection, confirm: false})`: versions out of the file that an export wrote, all verified before anything is written. */
export async function importVersions(services: Services, invocation: Invocation): Promise<ImportResult> {
  const answers = readAnswers(ImportSchema, invocation.answers);
  const store = await storeOfCall(services, invocation, vscode.l10n.t('Import Versions'), answers.connection);
  const file = pathOf(answers.file ?? await askForFile(services, invocation));
  const name = path.basename(file);
  const archive = await services.transfers.run(vscode.l10n.t('Verifying {0}', name), (call) => store.upkeep.openArchive(file, call));
  try {
    const brings = archive.plan.versions.some(({ state }) => state === 'new' || state === 'healed');
    if (brings && answers.confirm !== false) {
      await review(invocation, store, name, archive.plan);
    }
    const imported = await bring(services, store, name, archive);
    const result = resultOf(store, archive.plan, imported);
    await tell(services, invocation, name, result, imported);
    return result;
  } finally {
    await archive.close();
  }
}

async function askForFile({ context }: Services, { prompts }: Invocation): Promise<vscode.Uri> {
  const [uri] = await prompts.openDialog({
    title: vscode.l10n.t('Import Versions'),
    openLabel: vscode.l10n.t('Import'),
    filters: { [vscode.l10n.t('Archives')]: ['tar'] },
    defaultUri: vscode.Uri.file(new Memory(context).downloadFolder ?? os.homedir()),
  });
  if (uri === undefined) {
    throw cancelled();
  }
  return uri;
}

/** What will come and what stays, in a list; Enter imports. */
async function review({ prompts }: Invocation, { connection }: OpenStore, name: string, plan: ImportPlan): Promise<void> {
  const title = vscode.l10n.t('Import {0} into {1}', name, connection);
  const chosen = await prompts.pick<'import'>({ title, placeholder: vscode.l10n.t('Enter imports; nothing that is here changes') }, (pick) => pick.show(importRows(plan)));
  if (chosen === BACK) {
    throw cancelled();
  }
}

async function bring(services: Services, { connection }: OpenStore, name: string, archive: OpenArchive): Promise<Imported> {
  try {
    return await services.transfers.run(vscode.l10n.t('Importing {0}', name), (call) => archive.bring(call));
  } catch (error) {
    if (isAbort(error)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled. Versions that came whole stay; importing again brings the rest.'), FLASH_MS);
    }
    throw error;
  } finally {
    services.connections.changed({ connection });
  }
}

function resultOf({ connection }: OpenStore, { versions }: ImportPlan, imported: Imported): ImportResult {
  return {
    connection,
    imported: imported.versions.map(referenceOf),
    same: versions.filter(({ state }) => state === 'same').map(referenceOf),
    healed: imported.healed.map(referenceOf),
    conflicts: versions.flatMap(({ state, ...version }) => (state === 'new' || state === 'same' || state === 'healed' ? [] : [{ reference: referenceOf(version), reason: state }])),
    keptLabels: versions.filter(({ keptLabels }) => keptLabels === true).map(referenceOf),
    keptAliases: imported.keptAliases.map(({ alias, standsOn, ...version }) => ({ reference: referenceOf(version), alias, standsOn })),
  };
}

async function tell(services: Services, { byCode }: Invocation, name: string, { imported, healed, conflicts, keptAliases, keptLabels }: ImportResult, { versions }: Imported): Promise<void> {
  const [first] = versions;
  const sentence = [...importedWords(name, { imported, healed }), ...healedWords(healed)].join('. ');
  services.log.info(sentence);
  vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(sentence)}`, FLASH_MS);
  if (first !== undefined) {
    services.tree.reveal(first).catch((error: unknown) => services.log.warn(`what was imported could not be revealed: ${String(error)}`));
  }
  if (byCode) {
    return;
  }
  const stays = [
    ...(conflicts.length === 0 ? [] : [vscode.l10n.t('Not imported, as the number stands or stood for something else here: {0}', named(conflicts.map(({ reference }) => reference)))]),
    ...(keptAliases.length === 0 ? [] : [vscode.l10n.t('Not moved, as they stand on another version here: {0}', named(keptAliases.map(({ alias, standsOn }) => `${alias} (${standsOn})`)))]),
    ...(keptLabels.length === 0 ? [] : [vscode.l10n.t('Tags and metadata differ, and those here stay: {0}', named(keptLabels))]),
  ];
  if (stays.length > 0) {
    void vscode.window.showWarningMessage(withoutLinks(`${[sentence, ...stays].join('. ')}.`));
  } else if (imported.length === 0 && healed.length === 0) {
    void vscode.window.showInformationMessage(withoutLinks(vscode.l10n.t('All versions in {0} are here already. Aliases, tags and lineage that were missing here came along.', name)));
  }
}

function importedWords(name: string, { imported, healed }: Pick<ImportResult, 'imported' | 'healed'>): string[] {
  const [only = ''] = imported;
  switch (imported.length) {
    case 0:
      return healed.length > 0 ? [] : [vscode.l10n.t('{0} brought nothing new', name)];
    case 1:
      return [vscode.l10n.t('Imported {0}', only)];
    default:
      return [vscode.l10n.t('Imported {0} versions from {1}', imported.length, name)];
  }
}

const healedWords = (healed: readonly string[]): string[] =>
  healed.length === 0 ? [] : [vscode.l10n.t('Damaged here, and whole again: {0}', named(healed))];

const MOST_NAMES = 5;

const named = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? [vscode.l10n.t('{0} more', names.length - MOST_NAMES)] : [])].join(', ');
