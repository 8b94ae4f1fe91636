import * as vscode from 'vscode';
import { type ArtifactRef, type ArtifactVersion, LATEST, type RunRef, type VersionRef } from '../../model/artifact';
import { invalid, unsupported } from '../../model/errors';
import { formatAge, formatBytes, formatCount } from '../../model/format';
import { formatArtifact } from '../../model/reference';
import { isRunFiles, runFiles } from '../../model/runFiles';
import { escapeIcons } from '../foreignText';
import { BACK, type Back, type Choice, type Frame } from '../prompts';
import type { Services } from '../services';
import { walk } from '../steps';
import { chooseArtifact } from './chooseArtifact';
import type { Invocation } from './invocation';
import { type Subject, subjectOf } from './subject';

export interface VersionQuestion {
  readonly title: string;
  readonly connection?: string | undefined;
  /** What an artifact without a version means: its highest one, or a question. */
  readonly ofArtifact: 'latest' | 'ask';
  /** Whether the files of a run do as well; otherwise a run is refused. */
  readonly takesRuns?: boolean | undefined;
}

/** The version that a call is about; asks for what is not said. */
export async function versionOfCall(services: Services, invocation: Invocation, question: VersionQuestion): Promise<VersionRef> {
  const subject = await subjectOf(services, invocation, question.connection);
  const version = subject && await versionOfSubject(services, invocation, subject, question);
  return version ?? chooseVersion(services, invocation, question);
}

export async function versionOfSubject(services: Services, invocation: Invocation, subject: Subject, question: VersionQuestion): Promise<VersionRef | undefined> {
  switch (subject.kind) {
    case 'version':
      return onlyVersion(subject.ref);
    case 'entry':
      if (question.takesRuns !== true && isRunFiles(subject.ref)) {
        throw aVersionIsExpected();
      }
      return onlyVersion(subject.ref);
    case 'artifact': {
      if (question.ofArtifact === 'latest' || invocation.byCode) {
        return { ...subject.ref, version: LATEST };
      }
      const chosen = await pickVersion(services, invocation, { title: question.title, artifact: subject.ref });
      return chosen === BACK ? undefined : chosen;
    }
    case 'run':
      if (question.takesRuns !== true) {
        throw aVersionIsExpected();
      }
      return await filesOf(services, subject.ref);
    case 'connection':
    case 'workspace':
      return undefined;
  }
}

const aVersionIsExpected = (): Error => invalid(vscode.l10n.t('A version is expected here, not a run.'));

async function filesOf(services: Services, run: RunRef): Promise<VersionRef> {
  const provider = await services.connections.get(run.connection);
  if (provider.runFiles !== true) {
    throw unsupported(vscode.l10n.t('Runs keep no files of their own on {0}.', provider.connection));
  }
  return runFiles(run);
}

/** First the artifact, then its version; a reference with a version answers both. */
export async function chooseVersion(services: Services, invocation: Invocation, question: VersionQuestion): Promise<VersionRef> {
  let subject: Subject | undefined;
  let version: VersionRef | undefined;
  await walk([
    async () => {
      const placeholder = vscode.l10n.t('Choose an artifact, or type a reference such as workspace/name:2.1.0');
      const chosen = await chooseArtifact(services, invocation, { title: question.title, step: 1, totalSteps: 2, placeholder, connection: question.connection });
      subject = chosen === BACK ? undefined : chosen;
    },
    async () => {
      if (subject?.kind === 'version' || subject?.kind === 'entry' || subject?.kind === 'run') {
        version = await versionOfSubject(services, invocation, subject, question);
        return undefined;
      }
      if (subject?.kind !== 'artifact') {
        return BACK;
      }
      const chosen = await pickVersion(services, invocation, { title: question.title, artifact: subject.ref, step: 2, totalSteps: 2, canGoBack: true });
      version = chosen === BACK ? undefined : chosen;
      return chosen;
    },
  ]);
  if (version === undefined) {
    throw invalid(vscode.l10n.t('A version is needed.'));
  }
  return version;
}

export interface VersionPick extends Frame {
  readonly artifact: ArtifactRef;
  readonly placeholder?: string | undefined;
  readonly except?: string | undefined;
}

/** One version of an artifact, newest first, each with what tells it from the others. */
export async function pickVersion(services: Services, { prompts }: Invocation, question: VersionPick): Promise<VersionRef | Back> {
  const placeholder = question.placeholder ?? vscode.l10n.t('Choose a version of {0}', formatArtifact(question.artifact));
  return prompts.pick<VersionRef>({ ...question, placeholder }, async (pick) => {
    const provider = await services.connections.get(question.artifact.connection);
    const rows: Choice<VersionRef>[] = [];
    pick.busy = true;
    for await (const version of provider.versions(question.artifact, { signal: pick.signal })) {
      if (version.version !== question.except) {
        rows.push(versionRow(version));
      }
      if (rows.length % 200 === 0) {
        pick.show([...rows]);
      }
    }
    pick.show(rows);
    pick.busy = false;
    if (rows.length === 0) {
      pick.placeholder = vscode.l10n.t('There is no version to choose.');
    }
  });
}

function versionRow(version: ArtifactVersion): Choice<VersionRef> {
  const locale = vscode.env.language;
  const names = [...(version.isLatest ? [LATEST] : []), ...version.aliases].join(', ');
  const { assets, bytes } = version;
  const files = assets === undefined ? '' : assets === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', formatCount(assets, locale));
  const facts = [names, files, bytes === undefined ? '' : formatBytes(bytes, locale), formatAge(version.created, Date.now(), locale)];
  return { label: escapeIcons(version.version), description: escapeIcons(facts.filter((fact) => fact !== '').join(' · ')), value: onlyVersion(version) };
}

export const onlyVersion = ({ connection, workspace, artifact, version }: VersionRef): VersionRef => ({ connection, workspace, artifact, version });
