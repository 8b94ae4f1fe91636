import * as path from 'node:path';
import * as vscode from 'vscode';
import type { VersionRef } from '../../model/artifact';
import { isAbort } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { isRunFiles } from '../../model/runFiles';
import type { Selection } from '../../operations/downloadPlan';
import { type ConflictPolicy, type Downloaded, downloadVersion as download } from '../../operations/downloadVersion';
import { folderName } from '../../operations/folderName';
import { escapeIcons } from '../foreignText';
import { sentenceOf, withoutLinks } from '../messages';
import type { Services } from '../services';
import { readSettings } from '../settings';
import { DownloadAnswers, DownloadAssetAnswers, readAnswers } from './answers';
import { chooseVersion, onlyVersion, versionOfSubject } from './chooseVersion';
import { chooseConflicts } from './chooseConflicts';
import { chooseFolder } from './chooseFolder';
import { countOf } from './fileCount';
import type { Invocation } from './invocation';
import { paths as localPaths } from './logTargets';
import { Memory } from './memory';
import { chooseLink } from './openLink';
import { subjectsOf } from './subject';

export interface DownloadResult {
  readonly folder: string;
  readonly written: number;
  readonly kept: number;
}

interface Part extends Selection {
  readonly version: VersionRef;
}

interface Destination {
  readonly to?: vscode.Uri | undefined;
  readonly conflicts?: ConflictPolicy | undefined;
}

const FLASH_MS = 5000;

/** `artifacts.downloadVersion(reference, answers)`. */
export async function downloadVersion(services: Services, invocation: Invocation): Promise<DownloadResult | undefined> {
  const { connection, paths, ...destination } = readAnswers(DownloadAnswers, invocation.answers);
  const question = { title: vscode.l10n.t('Download Version'), connection, ofArtifact: 'ask' as const, takesRuns: true };
  const subjects = await subjectsOf(services, invocation, connection);
  const parts: Part[] = [];
  for (const subject of subjects) {
    const version = await versionOfSubject(services, invocation, subject, question);
    if (version !== undefined) {
      parts.push({ version, paths, under: subject.kind === 'entry' ? subject.ref.path : undefined });
    }
  }
  if (parts.length === 0) {
    parts.push({ version: await chooseVersion(services, invocation, question), paths });
  }
  return downloadParts(services, invocation, parts, destination);
}

/** `artifacts.downloadAsset(reference, {path, …})`: one asset, or all of one folder. */
export async function downloadAsset(services: Services, invocation: Invocation): Promise<DownloadResult | undefined> {
  const { connection, path: under, ...destination } = readAnswers(DownloadAssetAnswers, invocation.answers);
  const subjects = await subjectsOf(services, invocation, connection);
  const question = { title: vscode.l10n.t('Download'), connection, ofArtifact: 'latest' as const, takesRuns: true };
  const parts: Part[] = [];
  for (const subject of subjects) {
    const version = await versionOfSubject(services, invocation, subject, question);
    if (version !== undefined) {
      parts.push({ version, under: under ?? (subject.kind === 'entry' ? subject.ref.path : undefined) });
    }
  }
  if (parts.length === 0) {
    parts.push({ version: await chooseVersion(services, invocation, question), under });
  }
  return downloadParts(services, invocation, parts, destination);
}

/** Several selected rows go one after the other into the same folder, each version into its own place in it. */
async function downloadParts(services: Services, invocation: Invocation, parts: readonly Part[], destination: Destination): Promise<DownloadResult | undefined> {
  const memory = new Memory(services.context);
  const to = destination.to && localPaths([destination.to])[0];
  const [first] = parts;
  if (first === undefined) {
    return undefined;
  }
  const firstVersion = await exactly(services, first.version);
  const parent = to === undefined ? await chooseFolder(invocation.prompts, memory, firstVersion) : undefined;
  let result: DownloadResult | undefined;
  for (const part of parts) {
    const version = part === first ? firstVersion : await exactly(services, part.version);
    const folder = to ?? path.join(parent ?? '', folderName(version));
    const downloaded = await downloadPart(services, invocation, { ...part, version }, folder, destination.conflicts);
    if (!isRunFiles(version)) {
      await memory.downloaded(folder, version);
    }
    if (parent !== undefined) {
      await memory.downloadedTo(parent);
    }
    tell(services, invocation, downloaded);
    result = {
      folder,
      written: (result?.written ?? 0) + downloaded.written.length,
      kept: (result?.kept ?? 0) + downloaded.kept.length,
    };
  }
  return result;
}

async function downloadPart(services: Services, { prompts }: Invocation, part: Part, folder: string, answered: ConflictPolicy | undefined): Promise<Downloaded> {
  const { version } = part;
  const { connection, workspace } = version;
  const provider = await services.connections.get(connection);
  const policy = answered ?? readSettings().downloadConflicts;
  const reference = formatReference(version);
  let done = 0;
  try {
    const downloaded = await services.transfers.run(vscode.l10n.t('Downloading {0}', reference), (call) => download({ provider, files: services.files, remote: services.remote }, {
      ...part,
      folder,
      conflicts: policy === 'ask' ? (conflicts) => chooseConflicts(prompts, reference, folder, conflicts) : policy,
      // A run that nothing can be recorded under is not made.
      ...(provider.consume && { consumer: () => services.runs.forUse(connection, workspace, call) }),
    }, {
      signal: call.signal,
      onProgress: (progress) => {
        done = progress.files ?? done;
        call.onProgress?.(progress);
      },
    }));
    services.connections.changed({ connection, workspace });
    return downloaded;
  } catch (error) {
    if (isAbort(error) && done > 0) {
      const kept = vscode.l10n.t('Cancelled. {0} of {1} stay in {2}.', countOf(done), reference, folder);
      vscode.window.setStatusBarMessage(escapeIcons(kept), FLASH_MS);
    }
    throw error;
  }
}

async function exactly(services: Services, ref: VersionRef): Promise<VersionRef> {
  return onlyVersion(await (await services.connections.get(ref.connection)).version(ref));
}

function tell(services: Services, { byCode }: Invocation, { version, folder, written, kept, remote, unrecorded }: Downloaded): void {
  if (unrecorded !== undefined) {
    services.log.warn(`${formatReference(version)} was downloaded, but its use could not be recorded: ${sentenceOf(unrecorded)}`);
    services.runs.unrecorded(version, unrecorded);
  }
  const isOnlyLinks = written.length + kept.length === 0 && remote.length > 0;
  const uri = vscode.Uri.file(folder);
  const text = vscode.l10n.t('Downloaded {0}', formatReference(version));
  vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(text)}`, FLASH_MS);
  if (byCode) {
    return;
  }
  if (isOnlyLinks) {
    void chooseLink(remote);
    return;
  }
  if (remote.length === 0 && vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
    void vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  const facts = [
    vscode.l10n.t('{0} written', countOf(written.length)),
    ...(kept.length > 0 ? [vscode.l10n.t('{0} there already', countOf(kept.length))] : []),
    ...(remote.length > 0 ? [vscode.l10n.t('{0} remote, not fetched', countOf(remote.length))] : []),
  ];
  const open = vscode.l10n.t('Open in New Window');
  const links = vscode.l10n.t('Show Links');
  void vscode.window.showInformationMessage(withoutLinks(vscode.l10n.t('{0} to {1}: {2}.', text, folder, facts.join(', '))), open, ...(remote.length > 0 ? [links] : [])).then((chosen) => {
    if (chosen === open) {
      void vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
    } else if (chosen === links) {
      void chooseLink(remote);
    }
  });
}
