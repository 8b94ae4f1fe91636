import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { pathProblem } from '../../model/safePath';
import { addRemoteAssets, remotePath } from '../../operations/addRemoteAsset';
import { findArtifact } from '../../operations/findVersion';
import { guessArtifactType } from '../../model/assetType';
import { s3Place } from '../../providers/remoteLinks';
import { BACK, type Back, type Choice, type Frame, type Prompts, SKIPPED } from '../prompts';
import type { Services } from '../services';
import { walk } from '../steps';
import { readAnswers, RemoteAnswers } from './answers';
import { chooseOrName } from './chooseOrName';
import type { Invocation } from './invocation';
import { placeOf } from './logArtifact';
import { type LogResult, logResult, tellLogged } from './logFlow';
import { subjectOf } from './subject';

/** `artifacts.addRemoteAsset(reference, answers)`: a link, or a link for each object below it, in a new version beside what the artifact has. */
export async function addRemoteAsset(services: Services, invocation: Invocation): Promise<LogResult> {
  const { prompts, byCode } = invocation;
  const answers = readAnswers(RemoteAnswers, invocation.answers);
  const subject = await subjectOf(services, invocation, answers.connection);
  const at = placeOf(subject);
  const provider = await services.connections.get(answers.connection ?? at?.connection);
  const workspace = answers.workspace ?? at?.workspace ?? (await provider.whoAmI()).defaultWorkspace;
  const title = vscode.l10n.t('Add Remote Asset');
  let link = answers.uri;
  let { expand } = answers;
  let path = answers.path ?? (byCode && link !== undefined ? (expand === true ? '' : remotePath(link)) : undefined);
  let artifact = answers.artifact ?? at?.artifact;
  const steps = [
    ...(link === undefined ? [async (frame: { canGoBack: boolean }) => {
      const typed = await prompts.input({
        ...frame, title, value: link, placeholder: 's3://bucket/train.parquet',
        prompt: vscode.l10n.t('Where the data is: an address, or any text that finds it'),
        problem: (text) => (text.trim() === '' ? vscode.l10n.t('A link is needed.') : undefined),
      });
      link = typed === BACK ? link : typed.trim();
      return typed;
    }] : []),
    ...(expand === undefined && !byCode ? [async (frame: { canGoBack: boolean }) => {
      const chosen = s3Place(link ?? '') === undefined ? SKIPPED : await chooseExpansion(prompts, { ...frame, title });
      expand = chosen === SKIPPED ? false : chosen === BACK ? expand : chosen;
      return chosen;
    }] : []),
    ...(path === undefined ? [async (frame: { canGoBack: boolean }) => {
      const typed = await prompts.input({
        ...frame, title, value: remotePath(link ?? ''),
        prompt: expand === true
          ? vscode.l10n.t('The folder of the artifact that the objects go to; leave it empty for none')
          : vscode.l10n.t('Where it stands in the artifact; folders are allowed, such as data/train.parquet'),
        problem: (text) => (expand === true && text.trim() === '' ? undefined : pathSentence(text.trim())),
      });
      path = typed === BACK ? path : typed.trim();
      return typed;
    }] : []),
    ...(artifact === undefined ? [async (frame: { canGoBack: boolean }) => {
      const chosen = await chooseOrName(prompts, { ...frame, title }, provider, workspace);
      artifact = chosen === BACK ? artifact : chosen;
      return chosen;
    }] : []),
  ];
  await walk(steps.map((step) => (canGoBack) => step({ canGoBack })));
  if (link === undefined || path === undefined || artifact === undefined) {
    throw invalid(vscode.l10n.t('A link, a path and an artifact are needed.'));
  }
  const [uri, place] = [link, path];
  const ref = { connection: provider.connection, workspace, artifact };
  const working = expand === true ? vscode.l10n.t('Adding links to {0}', artifact) : vscode.l10n.t('Adding a link to {0}', artifact);
  const version = await services.transfers.run(working, async (call) => {
    const assets = expand === true ? await services.remote.below(uri, place, call) : [{ path: place, link: uri }];
    const producer = await services.runs.forUse(ref.connection, workspace, call);
    return await addRemoteAssets(provider, {
      ...ref,
      type: answers.type ?? (await findArtifact(provider, ref, call))?.type ?? guessArtifactType(assets.map((asset) => ({ path: asset.path, size: 0 }))),
      version: answers.version ?? 'minor',
      aliases: answers.aliases,
      tags: answers.tags,
      metadata: answers.metadata,
      producer,
    }, assets, subject?.kind === 'version' ? subject.ref.version : undefined, call);
  });
  tellLogged(services, version);
  return logResult(version);
}

function pathSentence(path: string): string | undefined {
  const problem = pathProblem(path);
  return problem === undefined ? undefined : vscode.l10n.t('This cannot be a path: {0}.', problem);
}

/** One link says where a folder is; a link for each object says what was in it. */
async function chooseExpansion(prompts: Prompts, frame: Frame): Promise<boolean | Back> {
  const rows: readonly Choice<boolean>[] = [
    { label: `$(link) ${vscode.l10n.t('Add One Link')}`, description: vscode.l10n.t('to the object or the folder'), value: false },
    { label: `$(list-tree) ${vscode.l10n.t('Expand into Its Objects')}`, description: vscode.l10n.t('a link for each, with size and checksum, read with your own AWS credentials; up to 10,000'), value: true },
  ];
  return await prompts.pick<boolean>({ ...frame, placeholder: vscode.l10n.t('What stands in the version?') }, (pick) => pick.show(rows));
}
