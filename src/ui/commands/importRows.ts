import * as vscode from 'vscode';
import { formatBytes } from '../../model/format';
import type { ArrivingVersion, ImportPlan, KeptAlias } from '../../providers/upkeep';
import { escapeIcons } from '../foreignText';
import { type Choice, separator } from '../prompts';
import { countOf } from './fileCount';
import { extentOf, referenceOf } from './storeWords';

/** More are counted. */
const MOST_ROWS = 200;

/** What an import brings and what it leaves as it is; the first row imports. */
export function importRows({ versions, keptAliases }: ImportPlan): readonly Choice<'import'>[] {
  const fresh = versions.filter(({ state }) => state === 'new');
  const healed = versions.filter(({ state }) => state === 'healed');
  const bytes = fresh.reduce((sum, version) => sum + version.bytes, 0);
  const stays = [...versions.filter(({ state }) => state !== 'new' && state !== 'healed'), ...versions.filter(({ keptLabels }) => keptLabels === true).map(labelsOf)];
  return [
    { label: `$(cloud-download) ${vscode.l10n.t('Import {0}', extentOf({ versions: fresh.length, bytes }))}`, value: 'import' },
    ...section(vscode.l10n.t('New'), fresh.map(freshRow)),
    ...section(vscode.l10n.t('Damaged Here, and Made Whole'), healed.map(freshRow)),
    ...section(vscode.l10n.t('Stays as It Is'), [...stays.map((each) => ('label' in each ? each : stayingRow(each))), ...keptAliases.map(aliasRow)]),
  ];
}

function section(title: string, rows: readonly Choice<never>[]): readonly Choice<never>[] {
  const more = rows.length - MOST_ROWS;
  return rows.length === 0 ? [] : [separator(title), ...rows.slice(0, MOST_ROWS), ...(more > 0 ? [{ label: vscode.l10n.t('{0} more', more) }] : [])];
}

const freshRow = (version: ArrivingVersion): Choice<never> => ({
  label: `$(tag) ${escapeIcons(referenceOf(version))}`,
  description: `${countOf(version.assets)} · ${formatBytes(version.bytes, vscode.env.language)}`,
});

function stayingRow(version: ArrivingVersion): Choice<never> {
  const { icon, why } = {
    new: { icon: 'tag', why: '' },
    healed: { icon: 'tag', why: '' },
    same: { icon: 'check', why: vscode.l10n.t('here already') },
    taken: { icon: 'warning', why: vscode.l10n.t('other content here, which is not overwritten') },
    deleted: { icon: 'warning', why: vscode.l10n.t('was deleted here; a number is never used again') },
    damaged: { icon: 'error', why: vscode.l10n.t('is damaged here') },
  }[version.state];
  return { label: `$(${icon}) ${escapeIcons(referenceOf(version))}`, description: why };
}

const labelsOf = (version: ArrivingVersion): Choice<never> => ({
  label: `$(bookmark) ${escapeIcons(referenceOf(version))}`,
  description: vscode.l10n.t('tags and metadata differ; those here stay'),
});

const aliasRow = ({ alias, standsOn, ...version }: KeptAlias): Choice<never> => ({
  label: `$(tag) ${escapeIcons(alias)}`,
  description: escapeIcons(vscode.l10n.t('stays on {0}, where {1} has it', standsOn, referenceOf(version))),
});
