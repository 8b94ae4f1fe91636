import * as vscode from 'vscode';
import type { Asset, RunRef } from '../../model/artifact';
import { guessArtifactType } from '../../model/assetType';
import type { Call } from '../../model/call';
import { invalid, unsupported } from '../../model/errors';
import { runFiles, runOfFiles } from '../../model/runFiles';
import type { Provider } from '../../providers/provider';
import type { Services } from '../services';
import { readAnswers, RegisterAnswers } from './answers';
import { asName, type Cargo, leftOut } from './cargo';
import type { Invocation } from './invocation';
import { type LogResult, logCargo } from './logFlow';
import { type Subject, subjectOf } from './subject';

/** A folder of a run's own files; the empty path is all of them. */
interface RunFolder {
  readonly run: RunRef;
  readonly path: string;
}

/** `artifacts.registerVersion(run, {path?, artifact, …})`: files that lie in a run become a version where they are. */
export async function registerVersion(services: Services, invocation: Invocation): Promise<LogResult> {
  const { path, ...answers } = readAnswers(RegisterAnswers, invocation.answers);
  const named = folderOf(await subjectOf(services, invocation, answers.connection));
  if (named === undefined) {
    throw invalid(vscode.l10n.t('A run, or a folder of its files, is expected here.'));
  }
  const folder = { ...named, path: path ?? named.path };
  const { connection, workspace } = folder.run;
  const provider = await services.connections.get(connection);
  const title = vscode.l10n.t('Register as Artifact Version');
  return logCargo(services, invocation, { title, cargo: await runCargo(provider, folder), answers: { ...answers, connection, workspace } });
}

function folderOf(subject: Subject | undefined): RunFolder | undefined {
  switch (subject?.kind) {
    case 'run':
      return { run: subject.ref, path: '' };
    case 'version':
    case 'entry': {
      const run = runOfFiles(subject.ref);
      return run && { run, path: subject.kind === 'entry' ? subject.ref.path : '' };
    }
    default:
      return undefined;
  }
}

async function runCargo(provider: Provider, { run, path }: RunFolder): Promise<Cargo> {
  const register = provider.register?.bind(provider);
  if (register === undefined || provider.runFiles !== true) {
    throw unsupported(vscode.l10n.t('{0} keeps no files of runs that could be registered.', provider.connection));
  }
  const folder = { ...runFiles(run), path };
  if (path !== '' && (await provider.entry(folder)).kind !== 'folder') {
    throw invalid(vscode.l10n.t('“{0}” is a file. Choose the folder that it is in.', path));
  }
  return {
    name: asName(path === '' ? (await provider.run?.(run))?.name ?? run.run : path.slice(path.lastIndexOf('/') + 1)),
    places: [],
    inPlace: true,
    async preview(_request, call) {
      const assets = await filesBelow(provider, run, path, call);
      return {
        files: assets.length,
        bytes: assets.reduce((bytes, { size }) => bytes + size, 0),
        newBytes: 0,
        type: guessArtifactType(assets),
        ...leftOut([]),
        write: (draft, writing) => register(folder, draft, writing),
      };
    },
  };
}

async function filesBelow(provider: Provider, run: RunRef, folder: string, call: Call): Promise<readonly Asset[]> {
  const assets: Asset[] = [];
  for await (const asset of provider.assets({ ...runFiles(run), path: folder }, call)) {
    if (folder === '' || asset.path.startsWith(`${folder}/`)) {
      assets.push(asset);
    }
  }
  return assets;
}
