import * as vscode from 'vscode';
import { ArtifactError, invalid, isAbort, unsupported } from '../../model/errors';
import { sentenceOf, showError } from '../messages';
import type { Services } from '../services';
import type { Invocation, Shape } from './invocation';

export type Verb = (services: Services, invocation: Invocation) => Promise<unknown>;

export interface Command {
  readonly load: () => Promise<Verb>;
  /** What comes first among the arguments; the subject unless told. */
  readonly shape?: Shape;
  /** Writes, or reads settings that may not be trusted. */
  readonly needsTrust?: boolean;
  /** Only answers code: it asks nothing and tells nobody. */
  readonly quiet?: boolean;
}

/**
 * The one place where failures of commands end. A person is told, with a button that helps; code that called gets an Error with
 * its `code`. What VS Code would show of a rejected command is thus seen only by who passed answers, and nobody is told twice.
 */
export async function runCommand(services: Services, id: string, command: Command, args: readonly unknown[]): Promise<unknown> {
  // With the prompts, which nobody needs before the first command.
  const { invocationOf, isOfLostRow } = await import(/* webpackChunkName: "commands" */ './invocation');
  const invocation = invocationOf(args, command.shape ?? 'subject');
  try {
    if (command.needsTrust === true && !vscode.workspace.isTrusted) {
      throw unsupported(vscode.l10n.t('This needs a trusted workspace. Browsing and downloading work without.'));
    }
    if (isOfLostRow(args)) {
      throw invalid(vscode.l10n.t('The rows were just read again. Choose this one once more.'));
    }
    const verb = await command.load();
    return await verb(services, invocation);
  } catch (error) {
    if (isAbort(error)) {
      return undefined;
    }
    services.log.error(`${id} failed`, error);
    const byCode = invocation.byCode || command.quiet === true;
    if (invocation.prompts.asked || !byCode) {
      const retry = (): void => void runCommand(services, id, command, args).catch(() => undefined);
      void showError(error, {
        signIn: () => void signedIn(invocation).then((isSignedIn) => isSignedIn && retry()),
        retry,
        showLog: () => services.log.show(),
      });
    }
    if (byCode) {
      throw forCode(error);
    }
    return undefined;
  }
}

/** Asks whom the server wants to see; false when it was left. */
async function signedIn({ subject, answers }: Invocation): Promise<boolean> {
  const named = typeof answers === 'object' && answers !== null && 'connection' in answers ? answers.connection : undefined;
  // A reference is no name of a connection.
  const whose = typeof named === 'string' ? { connection: named } : typeof subject === 'string' ? undefined : subject;
  return await vscode.commands.executeCommand('artifacts.signIn', whose) !== undefined;
}

/** The sentence for people with the code for programs. */
function forCode(error: unknown): Error {
  const told = new Error(sentenceOf(error), { cause: error });
  return error instanceof ArtifactError ? Object.assign(told, { code: error.code }) : told;
}
