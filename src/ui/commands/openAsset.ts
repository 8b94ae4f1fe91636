import * as vscode from 'vscode';
import type { AssetRef, Entry } from '../../model/artifact';
import { assetIcon } from '../../model/assetType';
import { invalid, unsupported } from '../../model/errors';
import { formatBytes } from '../../model/format';
import { escapeIcons } from '../foreignText';
import { previewProblem } from '../documents/previewProblem';
import { BACK, type Choice } from '../prompts';
import type { Services } from '../services';
import { assetUri } from '../documents/uris';
import { OpenAssetAnswers, readAnswers } from './answers';
import { versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { openLink } from './openLink';
import { subjectOf } from './subject';

/** `artifacts.openAsset(reference, {path})`: read-only in an editor; what is elsewhere opens outside, after a question. */
export async function openAsset(services: Services, invocation: Invocation): Promise<void> {
  const { connection, path } = readAnswers(OpenAssetAnswers, invocation.answers);
  const subject = await subjectOf(services, invocation, connection);
  const ref = subject?.kind === 'entry' && path === undefined ? subject.ref : await assetIn(services, invocation, connection, path);
  const provider = await services.connections.get(ref.connection);
  const { version } = await provider.version(ref);
  const entry = await provider.entry({ ...ref, version });
  if (entry.kind === 'folder') {
    throw invalid(vscode.l10n.t('“{0}” is a folder.', entry.path));
  }
  if (entry.link !== undefined) {
    await openLink(entry, () => vscode.commands.executeCommand('artifacts.downloadAsset', { ...ref, version }, { path: entry.path }));
    return;
  }
  const problem = previewProblem(entry);
  if (problem !== undefined) {
    // The editor would only say that it could not be opened.
    throw unsupported(problem);
  }
  await vscode.commands.executeCommand('vscode.open', assetUri({ ...ref, version }));
}

async function assetIn(services: Services, invocation: Invocation, connection: string | undefined, path: string | undefined): Promise<AssetRef> {
  const title = vscode.l10n.t('Open Asset');
  const version = await versionOfCall(services, invocation, { title, connection, ofArtifact: 'latest', takesRuns: true });
  return { ...version, path: path ?? await chooseAsset(services, invocation, title, version) };
}

/** Folder by folder, as many rows as a folder has. */
async function chooseAsset(services: Services, { prompts }: Invocation, title: string, version: Omit<AssetRef, 'path'>): Promise<string> {
  const provider = await services.connections.get(version.connection);
  let folder = '';
  for (;;) {
    const place = folder === '' ? vscode.l10n.t('Choose a file') : vscode.l10n.t('Choose a file in {0}', folder);
    const chosen = await prompts.pick<Entry>({ title, placeholder: place, canGoBack: folder !== '' }, async (pick) => {
      const rows: Choice<Entry>[] = [];
      pick.busy = true;
      for await (const entry of provider.entries({ ...version, path: folder }, { signal: pick.signal })) {
        rows.push(entryRow(entry));
        if (rows.length % 500 === 0) {
          pick.show([...rows]);
        }
      }
      pick.show(rows);
      pick.busy = false;
    });
    if (chosen === BACK) {
      folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
    } else if (chosen.kind === 'folder') {
      folder = chosen.path;
    } else {
      return chosen.path;
    }
  }
}

function entryRow(entry: Entry): Choice<Entry> {
  const name = escapeIcons(entry.path.slice(entry.path.lastIndexOf('/') + 1));
  return entry.kind === 'folder'
    ? { label: `$(folder) ${name}`, value: entry }
    : { label: `$(${assetIcon(entry.type)}) ${name}`, description: escapeIcons(entry.link ?? formatBytes(entry.size, vscode.env.language)), value: entry };
}
