import * as vscode from 'vscode';
import type { Artifact } from '../../model/artifact';
import type { Provider } from '../../providers/provider';
import { BACK, type Back, type Frame, type Prompts } from '../prompts';
import { rowsOf } from './artifactStep';

/** An artifact of the workspace, or the name of a new one. */
export async function chooseOrName(prompts: Prompts, frame: Frame, provider: Provider, workspace: string): Promise<string | Back> {
  const placeholder = vscode.l10n.t('Choose an artifact in {0}, or type the name of a new one', workspace);
  const chosen = await prompts.pick<{ readonly artifact: string }>({ ...frame, placeholder }, async (pick) => {
    const artifacts: Artifact[] = [];
    const show = (): void => {
      const typed = pick.typed.trim();
      const { rows } = rowsOf(artifacts, '', typed, undefined, undefined);
      pick.show(typed === '' ? rows.filter((row) => row.alwaysShow !== true) : rows);
    };
    pick.onType(show);
    pick.busy = true;
    for await (const artifact of provider.artifacts({ connection: provider.connection, workspace }, { signal: pick.signal })) {
      artifacts.push(artifact);
      if (artifacts.length % 200 === 0) {
        show();
      }
    }
    show();
    pick.busy = false;
  });
  return chosen === BACK ? BACK : chosen.artifact;
}
