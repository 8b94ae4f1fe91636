import * as vscode from 'vscode';
import { ArtifactError, type ErrorCode, isAbort, isArtifactError } from '../../model/errors';
import { sentenceOf, withoutLinks } from '../messages';
import { BACK, type Choice, type Prompts } from '../prompts';
import { isUnencrypted, originOf, shortAddress } from '../serverAddress';
import { addressOf, type ServerSettings } from '../servers';
import type { Services } from '../services';
import { walk } from '../steps';
import type { Step } from './serverSteps';

type Next = 'again' | 'address' | 'signIn' | 'save';

/** What a person signs in with, while it is not saved. */
export interface Sent {
  readonly username?: string | undefined;
  readonly secret?: string | undefined;
  /** The origin to which a person lets the secret travel unencrypted. */
  allowed?: string | undefined;
}

interface Check {
  readonly services: Pick<Services, 'connections' | 'log'>;
  readonly prompts: Prompts;
  readonly draft: Sent;
  readonly settings: () => ServerSettings;
  /** What may be changed, and how, when the server does not answer as it should. */
  readonly changes: Readonly<Partial<Record<'address' | 'signIn', readonly Step[]>>>;
}

/** Calls the server before anything is saved. Where that fails, a person says what to change, or that it is right all the same. */
export const checkStep = ({ services, prompts, draft, settings, changes }: Check): Step => async (frame) => {
  for (;;) {
    const present = settings();
    await allowUnencrypted(prompts, draft, addressOf(present, draft.secret));
    const failure = await failureOf(services, present, draft);
    if (failure === undefined) {
      return undefined;
    }
    const next = await prompts.pick<Next>(
      { ...frame, placeholder: vscode.l10n.t('What now?'), prompt: withoutLinks(sentenceOfCheck(failure.error, present, draft)) },
      (pick) => pick.show(rows(failure.error, changes)),
    );
    switch (next) {
      case BACK:
        return BACK;
      case 'save':
        return undefined;
      case 'address':
      case 'signIn':
        await walk((changes[next] ?? []).map((step) => (canGoBack) => step({ title: frame.title, canGoBack: canGoBack || next === 'address' })));
        break;
      case 'again':
    }
  }
};

/** Asked once for an address and a secret that would travel in the open; leaving it ends the command. */
export async function allowUnencrypted(prompts: Prompts, draft: Sent, url: string): Promise<void> {
  const { secret } = draft;
  if (secret === undefined || !isUnencrypted(url) || draft.allowed === originOf(url)) {
    return;
  }
  const detail = vscode.l10n.t('{0} is not encrypted: whoever is on the way can read what is sent there, the password, token or key included. Use https where the server offers it.', url);
  await prompts.confirm(vscode.l10n.t('Send the secret to {0} unencrypted?', shortAddress(url)), detail, vscode.l10n.t('Send Unencrypted'));
  draft.allowed = originOf(url);
}

async function failureOf({ connections, log }: Check['services'], settings: ServerSettings, { secret }: Sent): Promise<{ readonly error: unknown } | undefined> {
  const controller = new AbortController();
  const url = addressOf(settings, secret);
  const check = connections.probe(settings, secret, { signal: controller.signal });
  const patience = setTimeout(() => showProgress(url, check, controller), PATIENCE_MS);
  try {
    await check;
    return undefined;
  } catch (error) {
    log.warn(`${url} was not reached: ${error instanceof Error ? error.message : String(error)}`);
    return { error };
  } finally {
    clearTimeout(patience);
  }
}

/** Most servers answer before anybody looks. */
const PATIENCE_MS = 500;

function showProgress(url: string, check: Promise<unknown>, controller: AbortController): void {
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Connecting to {0}…', shortAddress(url)), cancellable: true };
  void vscode.window.withProgress(options, async (_, token) => {
    const subscription = token.onCancellationRequested(() => controller.abort());
    await check.catch(() => undefined);
    subscription.dispose();
  });
}

function sentenceOfCheck(error: unknown, { kind }: ServerSettings, { username, secret }: Sent): string {
  if (isAbort(error)) {
    return vscode.l10n.t('The check was cancelled.');
  }
  if (kind === 'comet') {
    return isArtifactError(error, 'signInNeeded') ? vscode.l10n.t('Comet does not accept this API key.')
      : isArtifactError(error, 'notFound') ? vscode.l10n.t('There is no Comet server at this address.') : sentenceOf(error);
  }
  if (kind === 'matih' && (isArtifactError(error, 'notFound') || isArtifactError(error, 'unsupported'))) {
    return vscode.l10n.t('There is no MATIH at this address, or its routes are others.');
  }
  if (isArtifactError(error, 'signInNeeded')) {
    return secret === undefined ? vscode.l10n.t('The server wants you to sign in.')
      : username === undefined ? vscode.l10n.t('The server does not accept this token.') : vscode.l10n.t('The server does not accept this user name or password.');
  }
  // A web server that knows none of MLflow's addresses.
  return isArtifactError(error, 'notFound') ? vscode.l10n.t('There is no MLflow server at this address.') : sentenceOf(error);
}

function rows(error: unknown, changes: Check['changes']): readonly Choice<Next>[] {
  const again: Choice<Next> = { label: `$(refresh) ${vscode.l10n.t('Try Again')}`, value: 'again' };
  const address: Choice<Next> = { label: `$(edit) ${vscode.l10n.t('Change the Address…')}`, value: 'address' };
  const signIn: Choice<Next> = { label: `$(key) ${vscode.l10n.t('Change the Sign-In…')}`, value: 'signIn' };
  const save: Choice<Next> = { label: `$(save) ${vscode.l10n.t('Save Anyway')}`, description: vscode.l10n.t('the view shows when it can be reached'), value: 'save' };
  const isRefused = error instanceof ArtifactError && REFUSED.includes(error.code);
  return (isRefused ? [signIn, address, again, save] : [again, address, signIn, save])
    .filter(({ value }) => (value !== 'address' && value !== 'signIn') || changes[value] !== undefined);
}

const REFUSED: readonly ErrorCode[] = ['signInNeeded', 'forbidden'];
