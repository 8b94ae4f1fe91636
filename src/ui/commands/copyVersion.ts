import * as vscode from 'vscode';
import type { ArtifactRef, ArtifactVersion, RunRef } from '../../model/artifact';
import { alreadyExists, isAbort, isArtifactError, unlessMissing } from '../../model/errors';
import { formatReference } from '../../model/reference';
import { type CopyPlace, copyVersion as copy, lookAtPlace, type Original, readOriginal } from '../../operations/copyVersion';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { BACK, type Back, cancelled, type Frame } from '../prompts';
import type { Services } from '../services';
import { walk } from '../steps';
import { CopyAnswers, readAnswers } from './answers';
import { versionOfCall } from './chooseVersion';
import { connectionStep, type CopyChoice, copyReview, numberStep, targetStep, workspaceStep } from './copySteps';
import type { Invocation } from './invocation';
import { logResult, type LogResult } from './logFlow';

export interface CopyResult extends LogResult {
  readonly connection: string;
}

const FLASH_MS = 5000;

/** `artifacts.copyVersion(reference, {to, …})`: a version with all that it holds, on another connection or elsewhere on this one. */
export async function copyVersion(services: Services, invocation: Invocation): Promise<CopyResult> {
  const answers = readAnswers(CopyAnswers, invocation.answers);
  const title = vscode.l10n.t('Copy Version');
  const ref = await versionOfCall(services, invocation, { title, connection: answers.connection, ofArtifact: 'ask', takesRuns: true });
  const from = await services.connections.get(ref.connection);
  const original = await services.transfers.run(vscode.l10n.t('Reading {0}', formatReference(ref)), (call) => readOriginal(from, ref, call));
  const choice = await choose(services, invocation, title, original, answers);
  const there = await look(original, choice);
  if (there.same && there.taken !== undefined) {
    return told(services, there.taken, vscode.l10n.t('{0} is there already with the same content', formatReference(there.taken)));
  }
  if (there.taken !== undefined && answers.version !== undefined) {
    throw alreadyExists(vscode.l10n.t('version {0}', formatReference(there.taken)));
  }
  // Who is not asked takes what would be offered first.
  const next = (): Promise<CopyChoice> => (answers.confirm === false ? Promise.resolve({ ...choice, version: 'major' }) : anotherNumber(invocation, title, choice, original));
  const copied = await write(services, from, original, there.taken === undefined ? choice : await next()).catch(async (error: unknown) => {
    // A number whose version was deleted looks free, and is not.
    if (!isArtifactError(error, 'alreadyExists') || answers.version !== undefined || choice.version !== original.version.version) {
      throw error;
    }
    return write(services, from, original, await next());
  });
  services.connections.changed(placeOf(choice));
  services.tree.reveal(copied).catch((error: unknown) => services.log.warn(`the copy could not be revealed: ${String(error)}`));
  return told(services, copied, vscode.l10n.t('Copied {0} to {1}', formatReference(copied), copied.connection));
}

async function choose(services: Services, { prompts }: Invocation, title: string, original: Original, answers: CopyAnswers): Promise<CopyChoice> {
  const { version } = original;
  const isReviewed = answers.confirm !== false;
  const { all } = services.connections;
  let choice = await begin(await services.connections.get(answers.to ?? version.connection), version, answers);
  const seen = (signal?: AbortSignal): Promise<CopyPlace> => look(original, choice, signal);
  type Ask = (frame: Frame) => Promise<Back | undefined>;
  const asks: Ask[] = [];
  if (answers.to === undefined && all.length > 1) {
    asks.push(async (frame) => {
      const name = await connectionStep(services, prompts, frame, version.connection);
      if (name === BACK) {
        return BACK;
      }
      choice = await begin(await services.connections.get(name), version, answers);
      return undefined;
    });
  }
  if (answers.workspace === undefined && isReviewed) {
    asks.push((frame) => workspaceStep(prompts, frame, choice));
  }
  if (answers.artifact === undefined && isReviewed) {
    asks.push((frame) => targetStep(prompts, frame, choice, version));
  }
  if (answers.version === undefined && isReviewed) {
    asks.push((frame) => numberStep(prompts, frame, choice, version, (signal) => look(original, { ...choice, version: version.version }, signal)));
  }
  if (isReviewed) {
    asks.push((frame) => copyReview(prompts, frame, choice, original, seen));
  }
  await walk(asks.map((ask, index) => (canGoBack) => ask({ title, step: index + 1, totalSteps: asks.length, canGoBack })));
  return choice;
}

async function anotherNumber({ prompts }: Invocation, title: string, choice: CopyChoice, { version }: Original): Promise<CopyChoice> {
  const another = { ...choice };
  const chosen = await numberStep(prompts, { title }, another, version, async () => ({ taken: version, same: false, moves: [] }));
  if (chosen === BACK) {
    throw cancelled();
  }
  return another;
}

/** On its own connection a copy stays in its workspace unless told; elsewhere it goes where new artifacts go. */
async function begin(provider: Provider, { connection, workspace, artifact, version }: ArtifactVersion, answers: CopyAnswers): Promise<CopyChoice> {
  return {
    provider,
    workspace: answers.workspace ?? (provider.connection === connection ? workspace : (await provider.whoAmI()).defaultWorkspace),
    artifact: answers.artifact ?? artifact,
    version: answers.version ?? version,
    aliases: answers.aliases ?? true,
  };
}

const look = (original: Original, choice: CopyChoice, signal?: AbortSignal): Promise<CopyPlace> =>
  lookAtPlace(original, choice.provider, placeOf(choice), choice.version, { signal });

const placeOf = ({ provider, workspace, artifact }: CopyChoice): ArtifactRef => ({ connection: provider.connection, workspace, artifact });

async function write(services: Services, from: Provider, original: Original, choice: CopyChoice): Promise<ArtifactVersion> {
  const { provider: to, version, aliases } = choice;
  const producer = await activeRun(services, to, choice.workspace);
  const title = vscode.l10n.t('Copying {0} to {1}', formatReference(original.version), to.connection);
  try {
    return await services.transfers.run(title, (call) => copy(from, to, { original, place: placeOf(choice), version, aliases, producer }, call));
  } catch (error) {
    if (isAbort(error)) {
      vscode.window.setStatusBarMessage(vscode.l10n.t('Cancelled. Nothing was copied.'), FLASH_MS);
    }
    throw error;
  }
}

/** The run that this window records under, unless it is gone meanwhile. None is made for a copy. */
async function activeRun({ runs }: Services, provider: Provider, workspace: string): Promise<RunRef | undefined> {
  const active = runs.current(provider.connection, provider.runsApart === true ? workspace : undefined);
  if (active === undefined) {
    return undefined;
  }
  return provider.run === undefined || await unlessMissing(provider.run(active)) !== undefined ? active : undefined;
}

function told({ log }: Services, version: ArtifactVersion, sentence: string): CopyResult {
  log.info(sentence);
  vscode.window.setStatusBarMessage(`$(check) ${escapeIcons(sentence)}`, FLASH_MS);
  return { ...logResult(version), connection: version.connection };
}
