import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { type GitFacts, gitFacts } from '../../model/gitFacts';
import { commitPage } from '../../model/gitRemote';
import { gitApi } from '../git';
import { withoutLinks } from '../messages';
import type { Services } from '../services';
import { isJsonObject } from './answers';
import { versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';

const FLASH_MS = 3000;

/** The Git commit that a version was logged from: in this window where its repository is open, else on its web page, else as text. */
export async function openCommit(services: Services, invocation: Invocation): Promise<void> {
  const { commit, remote } = namedCommit(invocation.subject) ?? await recordedCommit(services, invocation);
  if (await openHere(commit)) {
    return;
  }
  const page = remote === undefined ? undefined : commitPage(remote, commit);
  const open = vscode.l10n.t('Open in Browser');
  const copy = vscode.l10n.t('Copy Commit Hash');
  const message = page === undefined
    ? vscode.l10n.t('The repository of commit {0} is not open in this window.', commit.slice(0, 10))
    : vscode.l10n.t('The repository of commit {0} is not open in this window. Its page is {1}', commit.slice(0, 10), page);
  const chosen = await vscode.window.showInformationMessage(withoutLinks(message), ...(page === undefined ? [copy] : [open, copy]));
  if (chosen === open && page !== undefined) {
    await vscode.env.openExternal(vscode.Uri.parse(page, true));
  } else if (chosen === copy) {
    await vscode.env.clipboard.writeText(commit);
    vscode.window.setStatusBarMessage(`$(copy) ${vscode.l10n.t('Copied {0}', commit.slice(0, 10))}`, FLASH_MS);
  }
}

type Commit = Pick<GitFacts, 'commit' | 'remote'>;

/** The details page names the commit itself. */
const namedCommit = (subject: unknown): Commit | undefined =>
  (typeof subject === 'object' && subject !== null && 'commit' in subject && isJsonObject(subject) ? gitFacts({ git: subject }) : undefined);

async function recordedCommit(services: Services, invocation: Invocation): Promise<Commit> {
  const ref = await versionOfCall(services, invocation, { title: vscode.l10n.t('Open Git Commit'), ofArtifact: 'latest' });
  const { metadata } = await (await services.connections.get(ref.connection)).version(ref);
  const facts = gitFacts(metadata);
  if (facts === undefined) {
    throw invalid(vscode.l10n.t('No Git commit was recorded with this version.'));
  }
  return facts;
}

async function openHere(commit: string): Promise<boolean> {
  const api = vscode.workspace.isTrusted ? await gitApi() : undefined;
  for (const repository of api?.repositories ?? []) {
    try {
      await repository.getCommit(commit);
    } catch {
      // Another repository has it, or none.
      continue;
    }
    await vscode.commands.executeCommand('git.viewCommit', repository, commit);
    return true;
  }
  return false;
}
