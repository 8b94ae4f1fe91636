import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { pathProblem } from '../../model/safePath';
import { addRemoteAsset as add, remotePath } from '../../operations/addRemoteAsset';
import { findArtifact } from '../../operations/findVersion';
import { guessArtifactType } from '../../model/assetType';
import { BACK, walk } from '../prompts';
import type { Services } from '../services';
import { readAnswers, RemoteAnswers } from './answers';
import { chooseOrName } from './chooseOrName';
import type { Invocation } from './invocation';
import { placeOf } from './logArtifact';
import { type LogResult, logResult, tellLogged } from './logFlow';
import { subjectOf } from './subject';

/** `artifacts.addRemoteAsset(reference, answers)`: a link in a new version, beside what the artifact has. */
export async function addRemoteAsset(services: Services, invocation: Invocation): Promise<LogResult> {
  const { prompts, byCode } = invocation;
  const answers = readAnswers(RemoteAnswers, invocation.answers);
  const subject = await subjectOf(services, invocation, answers.connection);
  const at = placeOf(subject);
  const provider = await services.connections.get(answers.connection ?? at?.connection);
  const workspace = answers.workspace ?? at?.workspace ?? (await provider.whoAmI()).defaultWorkspace;
  const title = vscode.l10n.t('Add Remote Asset');
  let link = answers.uri;
  let path = answers.path ?? (byCode && link !== undefined ? remotePath(link) : undefined);
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
    ...(path === undefined ? [async (frame: { canGoBack: boolean }) => {
      const typed = await prompts.input({
        ...frame, title, value: remotePath(link ?? ''),
        prompt: vscode.l10n.t('Where it stands in the artifact; folders are allowed, such as data/train.parquet'),
        problem: (text) => pathSentence(text.trim()),
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
  const asset = { path, link };
  const ref = { connection: provider.connection, workspace, artifact };
  const producer = await services.runs.forUse(ref.connection, workspace);
  const version = await services.transfers.run(vscode.l10n.t('Adding a link to {0}', artifact), async (call) => add(provider, {
    ...ref,
    type: answers.type ?? (await findArtifact(provider, ref, call))?.type ?? guessArtifactType([{ path: asset.path, size: 0 }]),
    version: answers.version ?? 'minor',
    aliases: answers.aliases,
    tags: answers.tags,
    metadata: answers.metadata,
    producer,
  }, asset, subject?.kind === 'version' ? subject.ref.version : undefined, call));
  tellLogged(services, version);
  return logResult(version);
}

function pathSentence(path: string): string | undefined {
  const problem = pathProblem(path);
  return problem === undefined ? undefined : vscode.l10n.t('This cannot be a path: {0}.', problem);
}
