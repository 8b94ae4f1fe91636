import * as vscode from 'vscode';
import { shortened } from '../../model/line';
import { type RunColumn, type RunFact, type RunRow, subjectOfColumn, valueIn } from '../../model/runTable';
import type { HeadColumn, RowCells } from '../../protocol/runTable';
import { figure } from '../details/metricView';

/** More no title shows. The whole of it is on the page of the run, and in what is saved. */
const LONGEST_CELL = 1000;

/** A column as its head says it. Parameters are texts: where all that are there are numbers, they stand as numbers do. */
export function headOf(id: RunColumn, labels: Readonly<Record<RunFact, string>>, rows: readonly RunRow[]): HeadColumn {
  const subject = subjectOfColumn(id);
  switch (subject.kind) {
    case 'fact': {
      const label = labels[subject.fact];
      return { id, label, hint: vscode.l10n.t('Sort by {0}', label), isFigures: subject.fact === 'duration' };
    }
    case 'metric':
      return { id, label: subject.name, hint: vscode.l10n.t('Sort by the metric {0}', subject.name), isFigures: true };
    case 'parameter':
      return { id, label: subject.name, hint: vscode.l10n.t('Sort by the parameter {0}', subject.name), isFigures: rows.every((row) => isFigure(row.parameters.get(subject.name))) };
  }
}

/** A row as a message can carry it. */
export function cellsOf(row: RunRow, columns: readonly RunColumn[]): RowCells {
  const { run, name, status, parent } = row;
  const cells = columns.map((column) => {
    const value = valueIn(row, column);
    return typeof value === 'number' ? figure(value) : value === undefined ? null : shortened(value, LONGEST_CELL);
  });
  return { run, name, status, ...(parent && { parent: parent.name }), cells };
}

const isFigure = (text = '0'): boolean => text.trim() !== '' && Number.isFinite(Number(text));
