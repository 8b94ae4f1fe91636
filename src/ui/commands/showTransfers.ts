import * as vscode from 'vscode';
import { escapeIcons } from '../foreignText';
import { BACK } from '../prompts';
import type { RunningTransfer, Services } from '../services';
import type { Invocation } from './invocation';

const REFRESH_MS = 500;

/** What is in flight, each with how far it is; choosing one cancels it. */
export async function showTransfers({ transfers }: Services, { prompts }: Invocation): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const placeholder = transfers.running.length === 0 ? vscode.l10n.t('Nothing is being transferred.') : vscode.l10n.t('Choose a transfer to cancel it');
    const chosen = await prompts.pick<RunningTransfer>({ title: vscode.l10n.t('Transfers'), placeholder }, (pick) => {
      const show = (): void => pick.show(transfers.running.map((transfer) => ({ label: escapeIcons(transfer.title), description: transfer.state, value: transfer })));
      timer = setInterval(show, REFRESH_MS);
      show();
    });
    if (chosen !== BACK) {
      chosen.cancel();
    }
  } finally {
    clearInterval(timer);
  }
}
