import * as vscode from 'vscode';
import { formatBytes } from '../../model/format';
import { escapeIcons } from '../foreignText';
import { withoutLinks } from '../messages';
import type { Services } from '../services';
import { FreeAnswers, readAnswers } from './answers';
import { countOf } from './fileCount';
import type { Invocation } from './invocation';
import { storeOfCall } from './storeOfCall';

export interface FreeResult {
  readonly files: number;
  readonly bytes: number;
}

const FLASH_MS = 5000;

/** `artifacts.freeUpSpace({connection, confirm: false})`: shows what nothing needs, asks, and removes it. */
export async function freeUpSpace(services: Services, invocation: Invocation): Promise<FreeResult> {
  const { connection: named, confirm } = readAnswers(FreeAnswers, invocation.answers);
  const { connection, upkeep } = await storeOfCall(services, invocation, vscode.l10n.t('Free Up Space'), named);
  const found = await services.transfers.run(vscode.l10n.t('Looking for what nothing needs in {0}', connection), (call) => upkeep.reclaimable(call));
  const hindrance = found.damaged === undefined ? undefined
    : vscode.l10n.t('A version is so damaged that nobody can say what it needs, so the content of versions stays. Verify the store and delete that version first.');
  if (hindrance !== undefined) {
    services.log.warn(`${connection}: ${found.damaged} is damaged; nothing that versions may need is freed`);
  }
  if (found.files === 0) {
    if (!invocation.byCode) {
      void vscode.window.showInformationMessage(withoutLinks(hindrance ?? vscode.l10n.t('{0} holds nothing that can be freed.', connection)));
    }
    return { files: 0, bytes: 0 };
  }
  if (confirm !== false) {
    const detail = vscode.l10n.t('What no version and no log under way needs is deleted for good: {0}. Artifacts and versions stay as they are.', countOf(found.files));
    await invocation.prompts.confirm(vscode.l10n.t('Free {0} of {1}?', sizeOf(found.bytes), connection), [detail, ...(hindrance === undefined ? [] : [hindrance])], vscode.l10n.t('Free Up Space'));
  }
  const { files, bytes } = await services.transfers.run(vscode.l10n.t('Freeing space of {0}', connection), (call) => upkeep.free(call));
  const flash = vscode.l10n.t('{0} of {1} freed', sizeOf(bytes), connection);
  services.log.info(`${flash}: ${files} files`);
  vscode.window.setStatusBarMessage(`$(trash) ${escapeIcons(flash)}`, FLASH_MS);
  return { files, bytes };
}

const sizeOf = (bytes: number): string => formatBytes(bytes, vscode.env.language);
