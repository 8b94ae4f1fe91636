import * as vscode from 'vscode';
import type { Finding, Verification } from '../../providers/upkeep';
import { oneLine } from '../../model/line';
import { countOf } from './fileCount';
import type { OpenStore } from './storeOfCall';
import { extentOf, referenceOf } from './storeWords';

/** All that a verification found, version by version, as text to read and to send. `at` in milliseconds since 1970. */
export function verificationReport({ connection, upkeep }: Pick<OpenStore, 'connection'> & { readonly upkeep: { readonly folder: string } }, verification: Verification, at: number): string {
  const time = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'long', timeStyle: 'short' }).format(at);
  const versions = Map.groupBy(verification.findings, ({ of }) => (of === undefined ? vscode.l10n.t('Of no version') : referenceOf(of)));
  return [
    vscode.l10n.t('Verification of {0}', oneLine(connection)),
    upkeep.folder,
    vscode.l10n.t('{0}: {1} in {2} read.', time, extentOf(verification), countOf(verification.files)),
    '',
    vscode.l10n.t('What is not named here is whole. What is named cannot be brought back from this store:'),
    vscode.l10n.t('take it from where it was copied, exported or downloaded to, or from a backup.'),
    vscode.l10n.t('Delete the damaged versions before you log the files anew: equal content would be shared.'),
    vscode.l10n.t('Free Up Space removes damaged files that no version needs.'),
    ...Array.from(versions, ([name, findings]) => ['', oneLine(name), ...findings.flatMap(lines)]).flat(),
    '',
  ].join('\n');
}

function lines({ problem, file, assets }: Finding): readonly string[] {
  const word = problem === 'damaged' ? vscode.l10n.t('damaged') : vscode.l10n.t('missing');
  return [`  ${word}: ${oneLine(file)}`, ...assets.map((asset) => `    ${oneLine(asset)}`)];
}
