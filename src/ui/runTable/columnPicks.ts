import * as vscode from 'vscode';
import { RUN_FACTS, type RunColumn, type RunRow, subjectOfColumn } from '../../model/runTable';
import { columnsIn } from '../../operations/readRuns';
import { escapeIcons } from '../foreignText';
import { BACK, type Prompts, separator } from '../prompts';
import { factLabels } from './runTableStrings';

interface Row {
  readonly label: string;
  readonly picked: boolean;
  readonly value: RunColumn;
}

/** Asks which columns to show, of what the rows that were read have. The name always stands first. Nothing where the question was left by a step back. */
export async function askColumns(prompts: Prompts, rows: readonly RunRow[], shown: readonly RunColumn[]): Promise<readonly RunColumn[] | undefined> {
  const labels = factLabels();
  const { metrics, parameters } = columnsIn(rows);
  const known = (kind: 'metric' | 'parameter', found: readonly { readonly column: RunColumn }[]): readonly RunColumn[] =>
    // What was chosen stays to be unchosen, though none of these rows has it.
    [...new Set([...found.map(({ column }) => column), ...shown.filter((column) => subjectOfColumn(column).kind === kind)])];
  const row = (column: RunColumn): Row => {
    const subject = subjectOfColumn(column);
    return { label: subject.kind === 'fact' ? labels[subject.fact] : escapeIcons(subject.name), picked: shown.includes(column), value: column };
  };
  const group = (title: string, columns: readonly RunColumn[]) => (columns.length === 0 ? [] : [separator(title), ...columns.map(row)]);
  const chosen = await prompts.pickMany<RunColumn>(
    { title: vscode.l10n.t('Columns of the Runs Table'), placeholder: vscode.l10n.t('What to show beside the name') },
    [
      ...group(vscode.l10n.t('Metrics'), known('metric', metrics)),
      ...group(vscode.l10n.t('Parameters'), known('parameter', parameters)),
      ...group(vscode.l10n.t('Run'), RUN_FACTS.filter((fact) => fact !== 'name')),
    ],
  );
  return chosen === BACK ? undefined : inOrder(chosen, shown);
}

/** What was shown stays where it stands, what is new comes after it. */
function inOrder(chosen: readonly RunColumn[], shown: readonly RunColumn[]): readonly RunColumn[] {
  const kept = shown.filter((column) => column === 'name' || chosen.includes(column));
  return [...new Set<RunColumn>(['name', ...kept, ...chosen])];
}
