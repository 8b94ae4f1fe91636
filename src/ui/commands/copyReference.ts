import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { formatArtifact, formatReference } from '../../model/reference';
import { runFiles } from '../../model/runFiles';
import { escapeIcons } from '../foreignText';
import type { Services } from '../services';
import { readAnswers, ReferenceAnswers } from './answers';
import { chooseVersion } from './chooseVersion';
import type { Invocation } from './invocation';
import { type Subject, subjectOf, subjectsOf } from './subject';

const FLASH_MS = 3000;

/** `workspace/name:2.1.0`, one line for each that is selected. */
export async function copyReference(services: Services, invocation: Invocation): Promise<string> {
  const { connection } = readAnswers(ReferenceAnswers, invocation.answers);
  const subjects = await subjectsOf(services, invocation, connection);
  const chosen: readonly Subject[] = subjects.length > 0 || invocation.subjects.length > 0
    ? subjects
    : [{ kind: 'version', ref: await chooseVersion(services, invocation, { title: vscode.l10n.t('Copy Reference'), connection, ofArtifact: 'ask' }) }];
  const text = chosen.map(written).filter((each) => each !== undefined).join('\n');
  if (text !== '') {
    await copy(text);
  }
  return text;
}

/** The link of a remote asset, as it was recorded. */
export async function copyLink(services: Services, invocation: Invocation): Promise<string> {
  const subject = await subjectOf(services, invocation);
  const entry = subject?.kind === 'entry' ? await (await services.connections.get(subject.ref.connection)).entry(subject.ref) : undefined;
  if (entry?.kind !== 'asset' || entry.link === undefined) {
    throw invalid(vscode.l10n.t('Only a remote asset has a link.'));
  }
  await copy(entry.link);
  return entry.link;
}

function written(subject: Subject): string | undefined {
  switch (subject.kind) {
    case 'artifact':
      return formatArtifact(subject.ref);
    case 'version':
      return formatReference(subject.ref);
    case 'entry':
      return `${formatReference(subject.ref)}/${subject.ref.path}`;
    case 'run':
      return formatReference(runFiles(subject.ref));
    case 'workspace':
      return subject.ref.workspace;
    case 'connection':
      return undefined;
  }
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  const [line = ''] = text.split('\n');
  vscode.window.setStatusBarMessage(`$(copy) ${escapeIcons(vscode.l10n.t('Copied {0}', line))}`, FLASH_MS);
}
