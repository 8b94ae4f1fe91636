import * as vscode from 'vscode';
import { isRunFiles } from '../../model/runFiles';
import type { Services } from '../services';
import { LogAnswers, readAnswers } from './answers';
import { filesCargo } from './cargo';
import type { Invocation } from './invocation';
import { type LogResult, logCargo } from './logFlow';
import { chooseTargets, namedFiles } from './logTargets';
import { type Subject, subjectOf } from './subject';

/** `artifacts.logArtifact(target, answers)`: files and folders become a version of an artifact. */
export async function logArtifact(services: Services, invocation: Invocation): Promise<LogResult> {
  const answers = readAnswers(LogAnswers, invocation.answers);
  const title = vscode.l10n.t('Log as Artifact');
  const named = namedFiles(invocation.subjects);
  const at = named === undefined && invocation.subject !== undefined ? placeOf(await subjectOf(services, invocation)) : undefined;
  const targets = named ?? await chooseTargets(services, invocation.prompts, title);
  return logCargo(services, invocation, { title, cargo: await filesCargo(services.files, targets), answers, at });
}

/** `artifacts.logNewVersion(artifact, answers)`: the same, with the artifact known and the files asked for. */
export async function logNewVersion(services: Services, invocation: Invocation): Promise<LogResult> {
  const answers = readAnswers(LogAnswers, invocation.answers);
  const at = placeOf(await subjectOf(services, invocation, answers.connection));
  const title = vscode.l10n.t('Log New Version');
  const artifact = at?.workspace !== undefined && at.artifact !== undefined ? { connection: at.connection, workspace: at.workspace, artifact: at.artifact } : undefined;
  const targets = await chooseTargets(services, invocation.prompts, title, artifact);
  return logCargo(services, invocation, { title, cargo: await filesCargo(services.files, targets), answers, at });
}

/** Where a row of the tree stands: logging there needs no question about what it says. */
export function placeOf(subject: Subject | undefined): { readonly connection: string; readonly workspace?: string; readonly artifact?: string } | undefined {
  switch (subject?.kind) {
    case 'artifact':
    case 'version':
    case 'entry': {
      const { connection, workspace, artifact } = subject.ref;
      // No artifact has the name under which the files of a run go.
      return isRunFiles({ artifact }) ? { connection, workspace } : { connection, workspace, artifact };
    }
    case 'workspace':
    case 'run': {
      const { connection, workspace } = subject.ref;
      return { connection, workspace };
    }
    case 'connection':
      return { connection: subject.ref.connection };
    case undefined:
      return undefined;
  }
}
