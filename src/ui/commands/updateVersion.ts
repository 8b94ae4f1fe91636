import * as vscode from 'vscode';
import { guessArtifactType } from '../../model/assetType';
import { invalid } from '../../model/errors';
import { formatReference } from '../../model/reference';
import type { VersionRef } from '../../model/artifact';
import { assetsByPath } from '../../operations/compareVersions';
import { scanAdditions } from '../../operations/scanAdditions';
import { updateVersion as update } from '../../operations/updateVersion';
import { fileSource, type LocalFiles } from '../../store/localFiles';
import { escapeIcons } from '../foreignText';
import { BACK, type Choice } from '../prompts';
import type { Services } from '../services';
import { readAnswers, UpdateAnswers } from './answers';
import { type Cargo, filesCargo, leftOut } from './cargo';
import { onlyVersion, versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { type LogResult, logCargo } from './logFlow';
import { fileDialog, paths } from './logTargets';
import { Memory } from './memory';

/** `artifacts.updateVersion(reference, answers)`: everything of the version, with files added, replaced or removed, as the next minor one. */
export async function updateVersion(services: Services, invocation: Invocation): Promise<LogResult> {
  const { files, remove, ...answers } = readAnswers(UpdateAnswers, invocation.answers);
  const title = vscode.l10n.t('Update Version');
  const ref = await versionOfCall(services, invocation, { title, connection: answers.connection, ofArtifact: 'latest' });
  const base = onlyVersion(await (await services.connections.get(ref.connection)).version(ref));
  const cargo = files === undefined && remove === undefined
    ? await chooseChanges(services, invocation, title, base)
    : updateCargo(services.files, base, paths(files ?? []), remove ?? []);
  return logCargo(services, invocation, { title, cargo, answers, at: base, usualBump: 'minor' });
}

type Source = { readonly folder: string } | { readonly dialog: 'files' | 'folder' };

async function chooseChanges(services: Services, { prompts }: Invocation, title: string, base: VersionRef): Promise<Cargo> {
  const folders = new Memory(services.context).foldersOf(base);
  const rows: readonly Choice<Source>[] = [
    ...folders.map((folder): Choice<Source> => ({
      label: `$(folder-active) ${vscode.l10n.t('What changed in {0}', escapeIcons(vscode.workspace.asRelativePath(folder)))}`,
      description: vscode.l10n.t('downloaded before'),
      value: { folder },
    })),
    { label: `$(file-add) ${vscode.l10n.t('Add or Replace Files…')}`, value: { dialog: 'files' } },
    { label: `$(new-folder) ${vscode.l10n.t('Add or Replace a Folder…')}`, value: { dialog: 'folder' } },
  ];
  const placeholder = vscode.l10n.t('{0} stays as it is; what is added to the next version?', formatReference(base));
  const chosen = await prompts.pick<Source>({ title, placeholder }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw invalid(vscode.l10n.t('Files are needed.'));
  }
  return 'folder' in chosen
    ? filesCargo(services.files, [chosen.folder])
    : updateCargo(services.files, base, paths(await fileDialog(prompts, title, chosen.dialog)), []);
}

/** The assets of a version together with files that are added to them or take their place. */
function updateCargo(files: LocalFiles, base: VersionRef, targets: readonly string[], remove: readonly string[]): Cargo {
  return {
    name: base.artifact,
    places: targets,
    async preview({ provider, exclude, ignoreFile }, call) {
      const assets = await assetsByPath(provider, base, call);
      const known = [...assets.values()].filter((asset) => asset.link === undefined);
      const scan = targets.length === 0 ? undefined : await scanAdditions(files, { targets, exclude, ignoreFile }, known, call);
      const scanned = scan?.files ?? [];
      const count = (state: string): number => scanned.filter((file) => file.state === state).length;
      const replaced = new Set(scanned.map((file) => file.path));
      const removed = known.filter(({ path }) => !replaced.has(path) && remove.some((each) => path === each || path.startsWith(`${each}/`)));
      const gone = new Set([...replaced, ...removed.map(({ path }) => path)]);
      const kept = known.filter(({ path }) => !gone.has(path));
      return {
        files: kept.length + scanned.length,
        bytes: kept.reduce((sum, { size }) => sum + size, 0) + (scan?.bytes ?? 0),
        newBytes: scan?.newBytes ?? 0,
        type: guessArtifactType([...kept, ...scanned]),
        ...leftOut(scan?.skipped ?? []),
        compared: { version: base.version, changed: count('changed'), added: count('added'), same: kept.length + count('same'), removed: removed.length },
        write: ({ version, aliases, tags, metadata, producer }, writing) => update(provider, {
          base, version, aliases, tags, metadata, producer, put: scanned.filter((file) => file.state !== 'same').map((file) => fileSource(file)), remove,
        }, writing),
      };
    },
  };
}
