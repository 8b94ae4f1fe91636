import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import type { MlflowSettings } from '../../providers/registry';
import { environmentServer } from '../environmentServer';
import { escapeIcons } from '../foreignText';
import { BACK, type Back, type Choice, type Frame, type Prompts, SKIPPED } from '../prompts';
import { completed, serverAddress, shortAddress } from '../serverAddress';
import type { Credentials } from '../services';
import { addressProblem, secretProblem, usernameProblem } from './serverProblems';

export type SignInMethod = 'none' | 'password' | 'token';

/** A server while a person describes it. */
export interface ServerDraft {
  url?: string | undefined;
  method?: SignInMethod | undefined;
  username?: string | undefined;
  /** Password or token. */
  secret?: string | undefined;
  workspace?: string | undefined;
  experiment?: string | undefined;
  /** It came with the address, or with the call: nobody has to be asked. */
  signInKnown?: boolean | undefined;
  /** The origin to which a person lets the secret travel unencrypted. */
  allowed?: string | undefined;
}

/** Goes on, goes back, or had nothing to ask. */
export type Step = (frame: Frame) => Promise<Back | typeof SKIPPED | undefined>;

/** Where MLflow listens unless it is told otherwise. */
const USUAL = 'http://127.0.0.1:5000';

interface Place {
  readonly url: string;
  readonly username?: string | undefined;
  readonly secret?: string | undefined;
  readonly workspace?: string | undefined;
  /** It says by itself how to sign in, or that nobody has to. */
  readonly isWhole?: boolean;
}

/** Any address can be typed; what the environment names comes first. Credentials in it become the sign-in. */
export const addressStep = (prompts: Prompts, draft: ServerDraft): Step => async (frame) => {
  const placeholder = vscode.l10n.t('Address of the MLflow server, such as {0}', 'https://mlflow.example:5000');
  const known = environmentServer(process.env);
  const offered: readonly Choice<Place>[] = [
    ...(known === undefined ? [] : [{
      label: `$(terminal) ${vscode.l10n.t('From the environment: {0}', escapeIcons(known.url))}`,
      description: known.username === undefined ? known.secret === undefined ? '' : vscode.l10n.t('with a token') : vscode.l10n.t('as {0}', escapeIcons(known.username)),
      value: { ...known, isWhole: true },
    }]),
    ...(known?.url === USUAL ? [] : [{ label: `$(server) ${USUAL}`, description: vscode.l10n.t('a server on this machine'), value: { url: USUAL } }]),
  ];
  const chosen = await prompts.pick<Place>({ ...frame, placeholder, value: draft.url }, (pick) => {
    // Enter after typing means what was typed, whatever was offered before.
    const show = (): void => pick.show(pick.typed.trim() === '' ? offered : typedRows(pick.typed));
    pick.onType(show);
    show();
  });
  if (chosen === BACK) {
    return BACK;
  }
  const { url, username, secret, workspace, isWhole = false } = chosen;
  draft.url = url;
  draft.workspace = workspace ?? draft.workspace;
  if (isWhole || username !== undefined || secret !== undefined) {
    Object.assign(draft, { username, secret, method: username === undefined ? secret === undefined ? 'none' : 'token' : 'password' });
  }
  // A user name alone leaves the password to ask for.
  draft.signInKnown = secret !== undefined || (isWhole && username === undefined);
  return undefined;
};

function typedRows(typed: string): readonly Choice<Place>[] {
  const address = serverAddress(typed);
  const meant = 'problem' in address ? completed(typed) : [address];
  return meant.length === 0
    ? [{ label: `$(warning) ${addressProblem(typed) ?? ''}`, alwaysShow: true }]
    : meant.map((place) => ({ label: `$(server) ${escapeIcons(place.url)}`, alwaysShow: true, value: place }));
}

/** How, as whom, and with what; a password that came with the address is not asked for. */
export const signInSteps = (prompts: Prompts, draft: ServerDraft): readonly Step[] => [
  async (frame) => {
    const rows: readonly Choice<SignInMethod>[] = [
      { label: `$(circle-slash) ${vscode.l10n.t('No Sign-In')}`, description: vscode.l10n.t('the server is open to who reaches it'), value: 'none' },
      { label: `$(account) ${vscode.l10n.t('User Name and Password')}`, value: 'password' },
      { label: `$(key) ${vscode.l10n.t('Token')}`, value: 'token' },
    ];
    const placeholder = vscode.l10n.t('How do you sign in to {0}?', shortAddress(draft.url ?? ''));
    const method = await prompts.pick<SignInMethod>({ ...frame, placeholder }, (pick) => pick.show(rows, rows.find((row) => row.value === draft.method)));
    if (method === BACK) {
      return BACK;
    }
    if (method !== draft.method) {
      draft.secret = undefined;
    }
    draft.method = method;
    return undefined;
  },
  async (frame) => {
    if (draft.method !== 'password') {
      draft.username = undefined;
      return SKIPPED;
    }
    const username = await prompts.input({
      ...frame,
      prompt: vscode.l10n.t('User name at {0}', shortAddress(draft.url ?? '')),
      value: draft.username,
      problem: (text) => usernameProblem(text.trim()),
    });
    if (username === BACK) {
      return BACK;
    }
    draft.username = username.trim();
    return undefined;
  },
  async (frame) => {
    if (draft.method === 'none') {
      draft.secret = undefined;
      return SKIPPED;
    }
    const isToken = draft.method === 'token';
    const secret = await prompts.input({
      ...frame,
      password: true,
      prompt: isToken ? vscode.l10n.t('Token for {0}', shortAddress(draft.url ?? '')) : vscode.l10n.t('Password of {0} at {1}', draft.username ?? '', shortAddress(draft.url ?? '')),
      value: draft.secret,
      problem: (text) => secretProblem(isToken ? text.trim() : text, isToken),
    });
    if (secret === BACK) {
      return BACK;
    }
    draft.secret = isToken ? secret.trim() : secret;
    return undefined;
  },
];

export const mlflowSettings = (name: string, { url = '', username, workspace, experiment }: ServerDraft): MlflowSettings => ({
  kind: 'mlflow',
  name,
  url,
  ...(username !== undefined && { username }),
  ...(workspace !== undefined && { workspace }),
  ...(experiment !== undefined && { experiment }),
});

/** Nothing where nobody signs in. A token that cannot be sent is `invalid`. */
export function credentialsOf({ username, secret }: ServerDraft): Credentials | undefined {
  if (secret === undefined) {
    return undefined;
  }
  const problem = secretProblem(secret, username === undefined);
  if (problem !== undefined) {
    throw invalid(problem);
  }
  return { secret, ...(username !== undefined && { username }) };
}
