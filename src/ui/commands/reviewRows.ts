import * as vscode from 'vscode';
import { artifactIcon } from '../../model/assetType';
import { formatBytes } from '../../model/format';
import { shortened } from '../../model/line';
import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import { type Choice, separator } from '../prompts';
import type { Services } from '../services';
import type { Preview } from './cargo';
import { countOf } from './fileCount';
import type { LogChoice } from './logChoice';
import { comparison } from './versionStep';

/** What a row stands for: all of it, or what can be changed about it. */
export type ReviewRow = 'log' | 'type' | 'workspace' | 'connection' | 'aliases' | 'tags' | 'metadata' | 'exclude' | 'skipped';

export function reviewRows(services: Services, choice: LogChoice, preview: Preview | undefined, failure: unknown): readonly Choice<ReviewRow>[] {
  const none = vscode.l10n.t('none');
  const row = (value: ReviewRow, icon: string, name: string, present: string): Choice<ReviewRow> =>
    ({ label: `$(${icon}) ${name}`, description: escapeIcons(shortened(present, 100)), value });
  const type = choice.type ?? preview?.type ?? '…';
  return [
    logRow(choice, preview, failure),
    separator(vscode.l10n.t('Change')),
    row('type', artifactIcon(type), vscode.l10n.t('Type'), type),
    row('aliases', 'tag', vscode.l10n.t('Aliases'), choice.aliases.join(', ') || none),
    row('tags', 'bookmark', vscode.l10n.t('Tags'), choice.tags.join(', ') || none),
    row('metadata', 'json', vscode.l10n.t('Metadata'), Object.keys(choice.metadata).length === 0 ? none : JSON.stringify(choice.metadata)),
    ...(choice.inPlace ? [] : [row('workspace', 'organization', vscode.l10n.t('Workspace'), choice.workspace)]),
    ...(!choice.inPlace && services.connections.all.length > 1 ? [row('connection', 'plug', vscode.l10n.t('Connection'), choice.provider.connection)] : []),
    ...(choice.inPlace ? [] : [row('exclude', 'exclude', vscode.l10n.t('Exclusions'), exclusions(choice, preview))]),
    ...(preview !== undefined && preview.skipped.length > 0
      ? [row('skipped', 'warning', vscode.l10n.t('Skipped'), vscode.l10n.t('{0}, not logged', countOf(preview.skipped.length)))]
      : []),
  ];
}

function exclusions({ exclude }: LogChoice, preview: Preview | undefined): string {
  const globs = exclude.length === 0 ? vscode.l10n.t('none') : exclude.join(', ');
  return preview === undefined || preview.excluded === 0 ? globs : `${vscode.l10n.t('{0} left out', preview.excluded)} · ${globs}`;
}

function logRow({ inPlace, provider: { resends } }: LogChoice, preview: Preview | undefined, failure: unknown): Choice<ReviewRow> {
  if (failure !== undefined) {
    return { label: `$(error) ${escapeIcons(sentenceOf(failure))}` };
  }
  if (preview === undefined) {
    return { label: `$(cloud-upload) ${inPlace ? vscode.l10n.t('Register') : vscode.l10n.t('Log')}`, description: vscode.l10n.t('as soon as the files are counted'), value: 'log' };
  }
  if (preview.files === 0) {
    return { label: `$(info) ${vscode.l10n.t('There is nothing to log.')}`, description: vscode.l10n.t('No files were found, or all of them are excluded.') };
  }
  if (inPlace) {
    const label = vscode.l10n.t('Register {0}, {1}', countOf(preview.files), size(preview.bytes));
    return { label: `$(cloud-upload) ${label}`, description: vscode.l10n.t('nothing is copied'), value: 'log' };
  }
  const label = vscode.l10n.t('Log {0}, {1} ({2} new)', countOf(preview.files), size(preview.bytes), size(preview.newBytes));
  return { label: `$(cloud-upload) ${label}`, ...(preview.compared && { description: comparedRow(preview.compared, resends === true) }), value: 'log' };
}

const comparedRow = (compared: NonNullable<Preview['compared']>, resends: boolean): string =>
  resends && compared.same > 0 ? `${comparison(compared)} · ${vscode.l10n.t('unchanged files are sent again')}` : comparison(compared);

const size = (bytes: number): string => formatBytes(bytes, vscode.env.language);
