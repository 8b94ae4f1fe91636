import * as vscode from 'vscode';
import type { ProviderKind } from '../../providers/provider';

/** How a kind of back end is told from the others. */
interface Kind {
  readonly icon: string;
  readonly label: () => string;
  readonly description: () => string;
}

export const KINDS: Readonly<Record<ProviderKind, Kind>> = {
  local: { icon: 'folder', label: () => vscode.l10n.t('Folder'), description: () => vscode.l10n.t('an embedded store on this machine or a shared disk, without a server') },
  mlflow: { icon: 'server', label: () => 'MLflow', description: () => vscode.l10n.t('a tracking server') },
  comet: { icon: 'cloud', label: () => 'Comet', description: () => vscode.l10n.t('comet.com, or a Comet server of your own') },
  matih: { icon: 'organization', label: () => 'MATIH', description: () => vscode.l10n.t('the tracking API of a MATIH tenant, or one like it') },
};
