import * as vscode from 'vscode';
import { ArtifactError, type ErrorCode } from '../model/errors';
import { oneLine } from '../model/line';

/** What happened, to what, and what to do, in one sentence for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ArtifactError) {
    return sentence(error.code, error.details);
  }
  return vscode.l10n.t('Something unexpected went wrong: {0}', error instanceof Error ? error.message : String(error));
}

function sentence(code: ErrorCode, about: string): string {
  // What a server says may be a sentence itself.
  const details = about.replace(/\.$/u, '');
  switch (code) {
    case 'invalid':
    case 'unsupported':
      return about;
    case 'notFound':
      return vscode.l10n.t('Not found: {0}.', details);
    case 'alreadyExists':
      return vscode.l10n.t('Already there: {0}.', details);
    case 'signInNeeded':
      return vscode.l10n.t('Sign in to go on: {0}.', details);
    case 'forbidden':
      return vscode.l10n.t('You are not allowed to do this: {0}.', details);
    case 'offline':
      return vscode.l10n.t('Not reachable: {0}. Check that the server is running and that this machine can reach it, then try again.', details);
    case 'rateLimited':
      return vscode.l10n.t('The server asks for a pause: {0}. Try again in a minute.', details);
    case 'serverFault':
      return vscode.l10n.t('The server could not do this: {0}.', details);
    case 'corrupt':
      return vscode.l10n.t('Damaged data: {0}.', details);
    case 'unsafePath':
      return vscode.l10n.t('A path cannot be used safely: {0}.', details);
    case 'noSpace':
      return vscode.l10n.t('No space is left: {0}. Free some and try again.', details);
    case 'noAccess':
      return vscode.l10n.t('No permission to read or write: {0}.', details);
    case 'diskFault':
      return vscode.l10n.t('The system could not read or write: {0}.', details);
  }
}

/** The same in a word or two, for a row that has the sentence in its card and room for what helps. */
export function briefOf(error: unknown): string {
  switch (error instanceof ArtifactError ? error.code : undefined) {
    case 'offline':
      return vscode.l10n.t('Not reachable');
    case 'signInNeeded':
      return vscode.l10n.t('Sign-in needed');
    case 'forbidden':
      return vscode.l10n.t('Not allowed');
    case 'rateLimited':
      return vscode.l10n.t('Too many requests');
    case 'serverFault':
      return vscode.l10n.t('The server failed');
    case 'notFound':
      return vscode.l10n.t('Not found');
    case 'corrupt':
      return vscode.l10n.t('Damaged data');
    case 'noAccess':
      return vscode.l10n.t('No permission');
    default:
      return vscode.l10n.t('Could not be read');
  }
}

type Help = 'signIn' | 'retry' | 'log' | 'settings';

const HELP: Readonly<Record<ErrorCode | 'unknown', readonly Help[]>> = {
  signInNeeded: ['signIn', 'retry', 'log'],
  forbidden: ['signIn', 'log'],
  notFound: [],
  alreadyExists: [],
  invalid: [],
  offline: ['retry', 'log'],
  rateLimited: ['retry', 'log'],
  serverFault: ['retry', 'log'],
  corrupt: ['log'],
  unsafePath: [],
  unsupported: [],
  noSpace: ['retry', 'settings'],
  noAccess: ['retry', 'settings'],
  diskFault: ['retry', 'log'],
  unknown: ['retry', 'log'],
};

/** Whether signing in, perhaps as somebody else, may help. */
export const asksToSignIn = (error: unknown): boolean => error instanceof ArtifactError && HELP[error.code].includes('signIn');

export interface Actions {
  readonly signIn?: () => void;
  readonly retry?: () => void;
  readonly showLog: () => void;
}

/** Tells a person, with the buttons that help. */
export async function showError(error: unknown, actions: Actions): Promise<void> {
  const buttons = HELP[error instanceof ArtifactError ? error.code : 'unknown'].flatMap((help): { title: string; act: () => void }[] => {
    switch (help) {
      case 'signIn':
        return actions.signIn === undefined ? [] : [{ title: vscode.l10n.t('Sign In'), act: actions.signIn }];
      case 'retry':
        return actions.retry === undefined ? [] : [{ title: vscode.l10n.t('Retry'), act: actions.retry }];
      case 'log':
        return [{ title: vscode.l10n.t('Show Log'), act: actions.showLog }];
      case 'settings':
        return [{ title: vscode.l10n.t('Open Settings'), act: () => void vscode.commands.executeCommand('workbench.action.openSettings', '@ext:ml-artifacts.ml-artifacts') }];
    }
  });
  const chosen = await vscode.window.showErrorMessage(withoutLinks(sentenceOf(error)), ...buttons);
  chosen?.act();
}

/** VS Code makes links, even ones that run commands, of `[…](…)` in a notification. What strangers wrote stays text. */
export const withoutLinks = (text: string): string => oneLine(text).replaceAll('](', ']\u2060(');
