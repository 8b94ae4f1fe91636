import * as vscode from 'vscode';
import { formatBytes, formatCount } from '../../model/format';
import { formatArtifact, formatReference } from '../../model/reference';
import type { Finding } from '../../providers/upkeep';

/** `12 versions, 48.2 MB`. */
export function extentOf({ versions, bytes }: { readonly versions: number; readonly bytes: number }): string {
  const locale = vscode.env.language;
  return versions === 1
    ? vscode.l10n.t('1 version, {0}', formatBytes(bytes, locale))
    : vscode.l10n.t('{0} versions, {1}', formatCount(versions, locale), formatBytes(bytes, locale));
}

/** `ada/churn:1.0.0`, or `ada/churn` where no version is meant. */
export function referenceOf({ workspace, artifact, version }: NonNullable<Finding['of']>): string {
  const ref = { connection: '', workspace, artifact };
  return version === undefined ? formatArtifact(ref) : formatReference({ ...ref, version });
}
