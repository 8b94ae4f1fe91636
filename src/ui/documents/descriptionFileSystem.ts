import * as vscode from 'vscode';
import type { ExperimentRef, RunRef } from '../../model/artifact';
import { unsupported } from '../../model/errors';
import { type TextEnvironment, TextFileSystem, type TextKind } from './textFileSystem';
import { describedBy } from './uris';

const noEdit = (): string => vscode.l10n.t('Descriptions cannot be edited here.');

const DESCRIPTIONS: TextKind<RunRef | ExperimentRef> = {
  refOf: describedBy,
  async read(provider, ref) {
    const text = 'run' in ref ? (await provider.run?.(ref))?.description ?? '' : await provider.runEditing?.experimentDescription(ref) ?? '';
    return { value: text, text, created: 0 };
  },
  canEdit: ({ runEditing }) => runEditing !== undefined,
  async write({ runEditing }, ref, text) {
    if (runEditing === undefined) {
      throw unsupported(noEdit());
    }
    await ('run' in ref ? runEditing.change(ref, { description: text }) : runEditing.describeExperiment(ref, text));
    return text;
  },
  changeOf: ({ connection, workspace }) => ({ connection, workspace }),
  noEdit,
  onlyText: () => vscode.l10n.t('A description is edited as text.'),
};

/** For `artifact-description:`, through which what is written about a run or an experiment is a Markdown document that can be edited and saved. */
export const createDescriptionFileSystem = (environment: TextEnvironment): vscode.FileSystemProvider & vscode.Disposable => new TextFileSystem(DESCRIPTIONS, environment);
