import * as vscode from 'vscode';
import { formatCount } from '../../model/format';

export const countOf = (files: number): string =>
  (files === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', formatCount(files, vscode.env.language)));
