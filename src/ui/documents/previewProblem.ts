import * as vscode from 'vscode';
import type { Asset } from '../../model/artifact';
import { formatBytes } from '../../model/format';
import { readSettings } from '../settings';

/** Bytes; the setting goes no lower. */
const LEAST_LIMIT = 1_000_000;

/** Why an editor cannot show an asset, in a sentence, or nothing when it can. */
export function previewProblem({ link, size }: Asset): string | undefined {
  if (link !== undefined) {
    return vscode.l10n.t('This is a remote asset: only its link is recorded, its bytes are elsewhere.');
  }
  // Most are: the tree asks for every row that it draws.
  if (size <= LEAST_LIMIT) {
    return undefined;
  }
  const { previewBytes } = readSettings();
  return size > previewBytes
    ? vscode.l10n.t('The asset has {0}; up to {1} are opened in an editor (setting artifacts.preview.maxMegabytes). Download it instead.', formatBytes(size, vscode.env.language), formatBytes(previewBytes, vscode.env.language))
    : undefined;
}
