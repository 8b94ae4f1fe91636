import type * as vscode from 'vscode';
import type { ExperimentRef } from '../../model/artifact';
import { isRunColumn, type RunColumn } from '../../model/runTable';
import type { ColumnWidth } from '../../protocol/runTable';
import { isColumnWidth } from '../../protocol/runTableGate';

const KEY = 'artifacts.runTable.columns';
/** Of the experiments that somebody chose columns for last, and of the columns of one that got a width last. */
const MOST = 200;
const MOST_WIDTHS = 100;

interface Kept {
  readonly of: string;
  readonly columns?: readonly string[];
  readonly widths?: readonly ColumnWidth[];
}

/** Which columns somebody chose for the table of an experiment, and how wide they made them, in all windows. */
export class ChosenColumns {
  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {}

  /** Nothing where nobody has chosen any. */
  of(experiment: ExperimentRef): readonly RunColumn[] | undefined {
    return this.keptOf(experiment)?.columns?.filter(isRunColumn);
  }

  async choose(experiment: ExperimentRef, columns: readonly RunColumn[]): Promise<void> {
    await this.keep(experiment, { columns });
  }

  /** Also of columns that are not chosen now, for when they are again. */
  widths(experiment: ExperimentRef): readonly ColumnWidth[] {
    return (this.keptOf(experiment)?.widths ?? []).filter(isColumnWidth);
  }

  async resize(experiment: ExperimentRef, column: RunColumn, width: number): Promise<void> {
    await this.keep(experiment, { widths: [{ column, width }, ...this.widths(experiment).filter((each) => each.column !== column)].slice(0, MOST_WIDTHS) });
  }

  private async keep(experiment: ExperimentRef, change: Omit<Kept, 'of'>): Promise<void> {
    const of = keyOf(experiment);
    await this.memory.update(KEY, [{ ...this.keptOf(experiment), of, ...change }, ...this.kept().filter((each) => each.of !== of)].slice(0, MOST));
  }

  private keptOf(experiment: ExperimentRef): Kept | undefined {
    return this.kept().find(({ of }) => of === keyOf(experiment));
  }

  private kept(): readonly Kept[] {
    return this.memory.get<readonly Kept[]>(KEY) ?? [];
  }
}

const keyOf = ({ connection, workspace, experiment }: ExperimentRef): string => JSON.stringify([connection, workspace, experiment]);
