import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import type { MatihSettings } from '../../providers/registry';
import { BACK, type Choice, type Prompts, SKIPPED } from '../prompts';
import { serverAddress, shortAddress } from '../serverAddress';
import type { Credentials } from '../services';
import type { Sent } from './checkServer';
import { addressProblem, readFromProblem, secretProblem, tenantProblem } from './serverProblems';
import type { Step } from './serverSteps';

/** A connection to MATIH while a person describes it. */
export interface MatihDraft extends Sent {
  url?: string | undefined;
  tenant?: string | undefined;
  method?: 'none' | 'token' | undefined;
  /** The bearer token. */
  secret?: string | undefined;
  readFrom?: string | undefined;
  readonly experiment?: string | undefined;
  readonly profile?: MatihSettings['profile'];
}

export const matihAddressStep = (prompts: Prompts, draft: MatihDraft): Step => async (frame) => {
  const url = await prompts.input({
    ...frame,
    prompt: vscode.l10n.t('Address of MATIH, as far as the routes of its API, such as {0}', 'https://matih.example'),
    value: draft.url,
    problem: (text) => addressProblem(text) ?? (hasCredentials(text) ? vscode.l10n.t('User name and password do not belong into the address.') : undefined),
  });
  if (url === BACK) {
    return BACK;
  }
  const address = serverAddress(url);
  draft.url = 'problem' in address ? url.trim() : address.url;
  return undefined;
};

export const tenantStep = (prompts: Prompts, draft: MatihDraft): Step => async (frame) => {
  const tenant = await prompts.input({
    ...frame,
    prompt: vscode.l10n.t('Tenant, such as {0}: it goes with every call, as {1}', 'acme-corp', draft.profile?.headers?.tenant ?? 'X-Tenant-ID'),
    value: draft.tenant,
    problem: (text) => tenantProblem(text.trim()),
  });
  if (tenant === BACK) {
    return BACK;
  }
  draft.tenant = tenant.trim();
  return undefined;
};

/** Whether somebody signs in, and with which token. */
export const tokenSteps = (prompts: Prompts, draft: MatihDraft): readonly Step[] => [
  async (frame) => {
    const rows: readonly Choice<'none' | 'token'>[] = [
      { label: `$(key) ${vscode.l10n.t('Token')}`, description: vscode.l10n.t('sent as a bearer token'), value: 'token' },
      { label: `$(circle-slash) ${vscode.l10n.t('No Sign-In')}`, description: vscode.l10n.t('the server is open to who reaches it'), value: 'none' },
    ];
    const placeholder = vscode.l10n.t('How do you sign in to {0}?', shortAddress(draft.url ?? ''));
    const method = await prompts.pick<'none' | 'token'>({ ...frame, placeholder }, (pick) => pick.show(rows, rows.find((row) => row.value === draft.method)));
    if (method === BACK) {
      return BACK;
    }
    draft.method = method;
    return undefined;
  },
  async (frame) => {
    if (draft.method === 'none') {
      draft.secret = undefined;
      return SKIPPED;
    }
    const secret = await prompts.input({
      ...frame,
      password: true,
      prompt: vscode.l10n.t('Token for {0}', shortAddress(draft.url ?? '')),
      value: draft.secret,
      problem: (text) => secretProblem(text.trim(), true),
    });
    if (secret === BACK) {
      return BACK;
    }
    draft.secret = secret.trim();
    return undefined;
  },
];

const TYPED = Symbol('typed');

/** MATIH has no call that reads files: a person says what else has them, or leaves it. */
export const readFromStep = (prompts: Prompts, draft: MatihDraft): Step => async (frame) => {
  const rows: readonly Choice<string | typeof TYPED>[] = [
    { label: '$(cloud) S3', description: vscode.l10n.t('where the experiments say, with your own AWS credentials'), value: 's3://' },
    { label: `$(edit) ${vscode.l10n.t('Another Address…')}`, description: vscode.l10n.t('the MLflow server behind MATIH, or another object store'), value: TYPED },
    { label: `$(circle-slash) ${vscode.l10n.t('Nowhere')}`, description: vscode.l10n.t('files are logged, and not opened or downloaded here'), value: '' },
  ];
  for (;;) {
    const chosen = await prompts.pick<string | typeof TYPED>(
      { ...frame, placeholder: vscode.l10n.t('MATIH’s API does not hand out files. Where are they read from?') },
      (pick) => pick.show(rows, rows.find(({ value }) => value === (draft.readFrom === undefined || draft.readFrom === 's3://' ? 's3://' : TYPED))),
    );
    if (chosen === BACK) {
      return BACK;
    }
    if (chosen !== TYPED) {
      draft.readFrom = chosen === '' ? undefined : chosen;
      return undefined;
    }
    if (await typedReadFrom(prompts, draft)({ ...frame, canGoBack: true }) !== BACK) {
      return undefined;
    }
  }
};

const typedReadFrom = (prompts: Prompts, draft: MatihDraft): Step => async (frame) => {
  const typed = await prompts.input({
    ...frame,
    prompt: vscode.l10n.t('{0} of an MLflow server, {1} of another object store, or {2}', 'https://mlflow.example', 's3+https://minio.example', 's3://bucket/prefix'),
    value: draft.readFrom === 's3://' ? '' : draft.readFrom,
    problem: (text) => readFromProblem(text.trim()),
  });
  if (typed === BACK) {
    return BACK;
  }
  draft.readFrom = typed.trim();
  return undefined;
};

export const matihSettings = (name: string, { url = '', tenant = '', readFrom, experiment, profile }: MatihDraft): MatihSettings => ({
  kind: 'matih',
  name,
  url,
  tenant,
  ...(readFrom !== undefined && { readFrom }),
  ...(experiment !== undefined && { experiment }),
  ...(profile !== undefined && { profile }),
});

/** Nothing where nobody signs in. A token that cannot be sent is `invalid`. */
export function tokenOf({ secret }: MatihDraft): Credentials | undefined {
  const problem = secret === undefined ? undefined : secretProblem(secret, true);
  if (problem !== undefined) {
    throw invalid(problem);
  }
  return secret === undefined ? undefined : { secret };
}

function hasCredentials(text: string): boolean {
  const address = serverAddress(text);
  return !('problem' in address) && (address.username !== undefined || address.secret !== undefined);
}
