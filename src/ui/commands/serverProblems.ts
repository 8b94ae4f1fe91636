import * as vscode from 'vscode';
import { nameProblem } from '../../model/reference';
import { readFromOf } from '../../providers/matih/files/readFrom';
import { type AddressProblem, serverAddress } from '../serverAddress';
import { addressOf } from '../servers';

/** Says in one sentence why a text cannot be the address of a server, or nothing when it can. */
export function addressProblem(text: string): string | undefined {
  const address = serverAddress(text);
  return 'problem' in address ? sentence(address.problem) : undefined;
}

/** The same for an address that is written down: it is no place for a password. */
export function writtenAddressProblem(text: string): string | undefined {
  const address = serverAddress(text);
  if ('problem' in address) {
    return sentence(address.problem);
  }
  return address.username === undefined && address.secret === undefined
    ? undefined
    : vscode.l10n.t('User name and password do not belong into the address: give them as “username” and “secret”.');
}

/** Says why it cannot be the name that a person signs in with. */
export function usernameProblem(name: string): string | undefined {
  if (name === '') {
    return vscode.l10n.t('A user name is needed.');
  }
  // It ends the name where name and password travel together.
  return name.includes(':') ? vscode.l10n.t('A user name cannot contain “:”.') : undefined;
}

/** Says why it cannot be a token, or a password. */
export function secretProblem(secret: string, isToken: boolean): string | undefined {
  if (secret === '') {
    return isToken ? vscode.l10n.t('A token is needed.') : vscode.l10n.t('A password is needed.');
  }
  return isToken && !/^[\x21-\x7e]+$/u.test(secret) ? vscode.l10n.t('A token has no blanks and only plain letters, digits and signs.') : undefined;
}

/** Says why it cannot be an API key of Comet. */
export function keyProblem(key: string): string | undefined {
  if (key === '') {
    return vscode.l10n.t('An API key is needed.');
  }
  if (!/^[\x21-\x7e]+$/u.test(key)) {
    return vscode.l10n.t('An API key has no blanks and only plain letters, digits and signs.');
  }
  try {
    return writtenAddressProblem(addressOf({ kind: 'comet', name: '' }, key));
  } catch {
    return vscode.l10n.t('The API key names no server after its “*”. Copy it again from Comet’s settings.');
  }
}

/** Says why it cannot be a tenant of MATIH: it is sent as a header, and shown as a workspace. */
export function tenantProblem(tenant: string): string | undefined {
  if (tenant === '') {
    return vscode.l10n.t('A tenant is needed, such as {0}.', 'acme-corp');
  }
  return /^[\x21-\x7e]+$/u.test(tenant) ? nameProblem(tenant) : vscode.l10n.t('A tenant has no blanks and only plain letters, digits and signs.');
}

/** Says why files of MATIH cannot be read from there. */
export function readFromProblem(text: string): string | undefined {
  try {
    readFromOf(text);
    return undefined;
  } catch {
    return vscode.l10n.t('Write {0}, {1} and the host of another object store, or the http or https address of an MLflow server.', 's3://', 's3+https://');
  }
}

function sentence(problem: AddressProblem): string {
  switch (problem) {
    case 'missing':
      return vscode.l10n.t('An address is needed, such as {0}.', 'http://127.0.0.1:5000');
    case 'scheme':
      return vscode.l10n.t('An address begins with http:// or https://.');
    case 'query':
      return vscode.l10n.t('Leave out the question mark and what follows it.');
    case 'malformed':
      return vscode.l10n.t('This is not an address. Write one such as {0}.', 'https://mlflow.example:5000');
  }
}
