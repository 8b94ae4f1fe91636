import * as vscode from 'vscode';
import { ArtifactError, type ErrorCode, isAbort, isArtifactError } from '../../model/errors';
import type { MlflowSettings } from '../../providers/registry';
import { sentenceOf, withoutLinks } from '../messages';
import { BACK, type Choice, type Prompts, walk } from '../prompts';
import { isUnencrypted, originOf, shortAddress } from '../serverAddress';
import type { Services } from '../services';
import { signInSteps, addressStep, type ServerDraft, type Step } from './serverSteps';

type Next = 'again' | 'address' | 'signIn' | 'save';

interface Check {
  readonly services: Pick<Services, 'connections' | 'log'>;
  readonly prompts: Prompts;
  readonly draft: ServerDraft;
  readonly settings: () => MlflowSettings;
  /** What may be changed when the server does not answer as it should. */
  readonly changes: readonly ('address' | 'signIn')[];
}

/** Calls the server before anything is saved. Where that fails, a person says what to change, or that it is right all the same. */
export const checkStep = ({ services, prompts, draft, settings, changes }: Check): Step => async (frame) => {
  for (;;) {
    await allowUnencrypted(prompts, draft);
    const failure = await failureOf(services, settings(), draft);
    if (failure === undefined) {
      return undefined;
    }
    const next = await prompts.pick<Next>(
      { ...frame, placeholder: vscode.l10n.t('What now?'), prompt: withoutLinks(sentenceOfCheck(failure.error, draft)) },
      (pick) => pick.show(rows(failure.error, changes)),
    );
    switch (next) {
      case BACK:
        return BACK;
      case 'save':
        return undefined;
      case 'address':
        await addressStep(prompts, draft)({ title: frame.title, canGoBack: true });
        break;
      case 'signIn':
        await walk(signInSteps(prompts, draft).map((step) => (canGoBack) => step({ title: frame.title, canGoBack })));
        break;
      case 'again':
    }
  }
};

/** Asked once for an address and a secret that would travel in the open; leaving it ends the command. */
export async function allowUnencrypted(prompts: Prompts, draft: ServerDraft): Promise<void> {
  const { url = '', secret } = draft;
  if (secret === undefined || !isUnencrypted(url) || draft.allowed === originOf(url)) {
    return;
  }
  const detail = vscode.l10n.t('{0} is not encrypted: whoever is on the way can read what is sent there, the password or token included. Use https where the server offers it.', url);
  await prompts.confirm(vscode.l10n.t('Send the secret to {0} unencrypted?', shortAddress(url)), detail, vscode.l10n.t('Send Unencrypted'));
  draft.allowed = originOf(url);
}

async function failureOf({ connections, log }: Check['services'], settings: MlflowSettings, { secret }: ServerDraft): Promise<{ readonly error: unknown } | undefined> {
  const controller = new AbortController();
  const check = connections.probe(settings, secret, { signal: controller.signal });
  const patience = setTimeout(() => showProgress(settings, check, controller), PATIENCE_MS);
  try {
    await check;
    return undefined;
  } catch (error) {
    log.warn(`${settings.url} was not reached: ${error instanceof Error ? error.message : String(error)}`);
    return { error };
  } finally {
    clearTimeout(patience);
  }
}

/** Most servers answer before anybody looks. */
const PATIENCE_MS = 500;

function showProgress({ url }: MlflowSettings, check: Promise<unknown>, controller: AbortController): void {
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Connecting to {0}…', shortAddress(url)), cancellable: true };
  void vscode.window.withProgress(options, async (_, token) => {
    const subscription = token.onCancellationRequested(() => controller.abort());
    await check.catch(() => undefined);
    subscription.dispose();
  });
}

function sentenceOfCheck(error: unknown, { username, secret }: ServerDraft): string {
  if (isAbort(error)) {
    return vscode.l10n.t('The check was cancelled.');
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
    .filter(({ value }) => (value !== 'address' && value !== 'signIn') || changes.includes(value));
}

const REFUSED: readonly ErrorCode[] = ['signInNeeded', 'forbidden'];
