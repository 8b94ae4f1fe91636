import { l10n } from 'vscode';
import type { RowAction } from '../../protocol/runTable';

interface CommandAction extends RowAction {
  /** Called with the first of the selected runs and with all of them, as a menu of the view calls it. */
  readonly command: string;
}

/** What the toolbar does with selected rows: one line each. */
export const rowActions = (): readonly CommandAction[] => [
  { id: 'compareRuns', command: 'artifacts.compareRuns', label: l10n.t('Compare Runs…'), icon: 'diff', least: 2, most: 2 },
];
