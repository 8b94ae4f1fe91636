import * as vscode from 'vscode';
import { isBump } from '../../model/version';
import { BACK, type Back, type Frame, type Prompts } from '../prompts';
import type { Services } from '../services';
import { artifactRef, type LogChoice } from './logChoice';
import type { Previews } from './previews';
import { changeRow } from './reviewChange';
import { type ReviewRow, reviewRows } from './reviewRows';

/** What will be written, in one line; Enter writes. Everything else that can be said about it stands below. */
export async function reviewStep(services: Services, prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews): Promise<Back | undefined> {
  let last: ReviewRow = 'log';
  for (;;) {
    const chosen = await showReview(services, prompts, frame, choice, previews, last);
    if (chosen === BACK) {
      return BACK;
    }
    if (chosen === 'log') {
      return undefined;
    }
    last = chosen;
    await changeRow(services, prompts, { ...frame, canGoBack: true }, choice, previews, chosen);
  }
}

async function showReview(services: Services, prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews, last: ReviewRow): Promise<ReviewRow | Back> {
  const placeholder = choice.inPlace ? vscode.l10n.t('Enter registers; choose a row to change it') : vscode.l10n.t('Enter logs; choose a row to change it');
  return prompts.pick<ReviewRow>({ ...frame, placeholder }, async (pick) => {
    let failure: unknown;
    const show = (): void => {
      const rows = reviewRows(services, choice, previews.ready, failure);
      pick.show(rows, rows.find((row) => row.value === last));
      pick.busy = previews.ready === undefined && failure === undefined;
    };
    show();
    previews.current().catch((error: unknown) => {
      failure = error;
    }).finally(() => {
      if (!pick.signal.aborted) {
        show();
      }
    });
    const [name, number] = [choice.artifact ?? '', await numberOf(choice)];
    pick.title = choice.inPlace ? vscode.l10n.t('Register {0} {1}', name, number) : vscode.l10n.t('Log {0} {1}', name, number);
  });
}

async function numberOf(choice: LogChoice): Promise<string> {
  const artifact = artifactRef(choice);
  const { version = 'major' } = choice;
  return artifact !== undefined && isBump(version) ? (await choice.provider.nextVersions(artifact))[version] : version;
}
