import type * as vscode from 'vscode';
import type { ExperimentRef } from '../../model/artifact';
import { isRunColumn, type RunColumn } from '../../model/runTable';

const KEY = 'artifacts.runTable.columns';
/** Of the experiments that somebody chose columns for last. */
const MOST = 200;

interface Kept {
  readonly of: string;
  readonly columns: readonly string[];
}

/** Which columns somebody chose for the table of an experiment, in all windows. */
export class ChosenColumns {
  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {}

  /** Nothing where nobody has chosen any. */
  of(experiment: ExperimentRef): readonly RunColumn[] | undefined {
    return this.kept().find(({ of }) => of === keyOf(experiment))?.columns.filter(isRunColumn);
  }

  async choose(experiment: ExperimentRef, columns: readonly RunColumn[]): Promise<void> {
    const of = keyOf(experiment);
    await this.memory.update(KEY, [{ of, columns }, ...this.kept().filter((each) => each.of !== of)].slice(0, MOST));
  }

  private kept(): readonly Kept[] {
    return this.memory.get<readonly Kept[]>(KEY) ?? [];
  }
}

const keyOf = ({ connection, workspace, experiment }: ExperimentRef): string => JSON.stringify([connection, workspace, experiment]);
