import * as vscode from 'vscode';
import { invalid, notFound } from '../../model/errors';
import type { CometSettings, MatihSettings, MlflowSettings } from '../../providers/registry';
import { originOf } from '../serverAddress';
import { addressOf, type ServerSettings } from '../servers';
import type { Services } from '../services';
import { flash } from '../statusBar';
import { walk } from '../steps';
import { readAnswers, SignInAnswers } from './answers';
import { allowUnencrypted, checkStep } from './checkServer';
import { type CometDraft, keyOf, typedKey } from './cometSteps';
import { chooseConnection, connectionOf } from './connections';
import type { Invocation } from './invocation';
import { type MatihDraft, tokenOf, tokenSteps } from './matihSteps';
import { credentialsOf, mlflowSettings, type ServerDraft, signInSteps } from './serverSteps';

export interface SignInResult {
  readonly connection: string;
  readonly username?: string;
}

/**
 * `artifacts.signIn(connection, {username?, secret?})`: with a user name, there or in the settings, the secret is a password, without one a token.
 * Comet has API keys, MATIH tokens, and neither user names.
 */
export async function signIn(services: Services, invocation: Invocation): Promise<SignInResult> {
  const answers = readAnswers(SignInAnswers, invocation.answers);
  const settings = await serverOf(services, invocation);
  switch (settings.kind) {
    case 'mlflow':
      return signInToMlflow(services, invocation, settings, answers);
    case 'comet':
      return signInToComet(services, invocation, settings, answers);
    case 'matih':
      return signInToMatih(services, invocation, settings, answers);
  }
}

async function signInToMlflow(services: Services, { prompts }: Invocation, settings: MlflowSettings, answers: SignInAnswers): Promise<SignInResult> {
  const known = await services.secrets.get(settings);
  const draft = draftOf(settings, answers.username ?? known?.username ?? settings.username, known !== undefined);
  if (answers.secret === undefined) {
    const title = vscode.l10n.t('Sign In to {0}', settings.name);
    const steps = [
      ...signInSteps(prompts, draft),
      checkStep({ services, prompts, draft, settings: () => mlflowSettings(settings.name, draft), changes: { signIn: signInSteps(prompts, draft) } }),
    ];
    await walk(steps.map((step) => (canGoBack) => step({ title, canGoBack })));
  } else {
    Object.assign(draft, { username: answers.username ?? settings.username, secret: answers.secret });
    if (answers.confirm !== false) {
      await allowUnencrypted(prompts, draft, settings.url);
    }
  }
  const credentials = credentialsOf(draft);
  await services.secrets.store(await underName(services, settings, draft.username), credentials);
  if (prompts.asked) {
    flash(credentials === undefined ? vscode.l10n.t('{0} is used without signing in', settings.name) : vscode.l10n.t('Signed in to {0}', settings.name));
  }
  return { connection: settings.name, ...(draft.username !== undefined && { username: draft.username }) };
}

async function signInToComet(services: Services, { prompts }: Invocation, settings: CometSettings, answers: SignInAnswers): Promise<SignInResult> {
  if (answers.username !== undefined) {
    throw invalid(vscode.l10n.t('Comet knows no user names here: give the API key as “secret”.'));
  }
  const known = await services.secrets.get(settings);
  const draft: CometDraft = { secret: answers.secret, allowed: known === undefined ? undefined : originOf(addressOf(settings, known.secret)) };
  if (answers.secret === undefined) {
    const title = vscode.l10n.t('Sign In to {0}', settings.name);
    const steps = [
      typedKey(prompts, draft),
      checkStep({ services, prompts, draft, settings: () => settings, changes: { signIn: [typedKey(prompts, draft)] } }),
    ];
    await walk(steps.map((step) => (canGoBack) => step({ title, canGoBack })));
  }
  const credentials = keyOf(draft);
  if (answers.confirm !== false) {
    await allowUnencrypted(prompts, draft, addressOf(settings, credentials.secret));
  }
  await services.secrets.store(settings, credentials);
  if (prompts.asked) {
    flash(vscode.l10n.t('Signed in to {0}', settings.name));
  }
  return { connection: settings.name };
}

async function signInToMatih(services: Services, { prompts }: Invocation, settings: MatihSettings, answers: SignInAnswers): Promise<SignInResult> {
  if (answers.username !== undefined) {
    throw invalid(vscode.l10n.t('MATIH knows no user names here: give the token as “secret”.'));
  }
  const known = await services.secrets.get(settings);
  const draft: MatihDraft = { ...settings, secret: answers.secret, method: known === undefined ? undefined : 'token', allowed: known === undefined ? undefined : originOf(settings.url) };
  if (answers.secret === undefined) {
    const title = vscode.l10n.t('Sign In to {0}', settings.name);
    const steps = [
      ...tokenSteps(prompts, draft),
      checkStep({ services, prompts, draft, settings: () => settings, changes: { signIn: tokenSteps(prompts, draft) } }),
    ];
    await walk(steps.map((step) => (canGoBack) => step({ title, canGoBack })));
  }
  const credentials = tokenOf(draft);
  if (answers.confirm !== false) {
    await allowUnencrypted(prompts, draft, settings.url);
  }
  await services.secrets.store(settings, credentials);
  if (prompts.asked) {
    flash(credentials === undefined ? vscode.l10n.t('{0} is used without signing in', settings.name) : vscode.l10n.t('Signed in to {0}', settings.name));
  }
  return { connection: settings.name };
}

/** The user's own settings say under which name they sign in; those of a workspace belong to everybody and stay as they are. */
async function underName({ connections }: Services, settings: MlflowSettings, username: string | undefined): Promise<MlflowSettings> {
  if (connections.homeOf(settings.name) !== 'user' || settings.username === username) {
    return settings;
  }
  const changed = mlflowSettings(settings.name, { ...settings, username });
  await connections.replace(changed);
  return changed;
}

function draftOf(settings: MlflowSettings, username: string | undefined, wasSignedIn: boolean): ServerDraft {
  const { url, workspace, experiment } = settings;
  return {
    url, workspace, experiment, username,
    method: username === undefined ? wasSignedIn ? 'token' : undefined : 'password',
    // Who sent a secret there before has been asked.
    allowed: wasSignedIn ? originOf(url) : undefined,
  };
}

async function serverOf({ connections }: Services, invocation: Invocation): Promise<ServerSettings> {
  const servers = connections.all.filter((each) => each.kind !== 'local');
  const [only] = servers;
  const name = connectionOf(invocation.subject) ?? (servers.length === 1 && only !== undefined ? only.name : await chooseConnection(invocation, {
    title: vscode.l10n.t('Sign In'),
    placeholder: vscode.l10n.t('Choose the connection to sign in to'),
    none: vscode.l10n.t('There is no connection to a server yet.'),
  }, servers));
  const settings = connections.all.find((each) => each.name === name);
  if (settings === undefined) {
    throw notFound(vscode.l10n.t('connection “{0}”', name));
  }
  if (settings.kind === 'local') {
    throw invalid(vscode.l10n.t('{0} is a folder: nobody signs in there.', name));
  }
  return settings;
}
