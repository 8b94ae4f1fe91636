import * as vscode from 'vscode';
import type { Asset, VersionRef } from '../../model/artifact';
import { formatReference } from '../../model/reference';
import { compareVersions as compare, type Comparison } from '../../operations/compareVersions';
import { isTextLike } from '../../model/textLike';
import { BACK, cancelled } from '../prompts';
import type { Services } from '../services';
import { assetUri } from '../documents/uris';
import { CompareAnswers, readAnswers } from './answers';
import { onlyVersion, pickVersion, versionOfCall } from './chooseVersion';
import type { Invocation } from './invocation';
import { subjectsOf } from './subject';

/** A multi-diff editor with more files is of no help to anybody. */
const MOST_FILES = 200;

export interface CompareResult {
  readonly before: string;
  readonly after: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly same: number;
}

/** `artifacts.compareVersions(reference, {with})`: what changed from `with` to the version, side by side. */
export async function compareVersions(services: Services, invocation: Invocation): Promise<CompareResult> {
  const answers = readAnswers(CompareAnswers, invocation.answers);
  const [before, after] = await bothVersions(services, invocation, answers);
  const provider = await services.connections.get(after.connection);
  const comparison = await services.transfers.run(
    vscode.l10n.t('Comparing {0} with {1}', formatReference(after), before.version),
    (call) => compare(provider, before, after, { signal: call.signal }),
  );
  await showChanges(comparison);
  const paths = (assets: readonly Asset[]): string[] => assets.map(({ path }) => path);
  return {
    before: formatReference(before),
    after: formatReference(after),
    added: paths(comparison.added),
    removed: paths(comparison.removed),
    changed: comparison.changed.map((pair) => pair.after.path),
    same: comparison.same.length,
  };
}

async function bothVersions(services: Services, invocation: Invocation, answers: { readonly connection?: string | undefined; readonly with?: string | undefined }): Promise<readonly [VersionRef, VersionRef]> {
  const title = vscode.l10n.t('Compare Versions');
  const ref = await versionOfCall(services, invocation, { title, connection: answers.connection, ofArtifact: 'ask' });
  const provider = await services.connections.get(ref.connection);
  const after = onlyVersion(await provider.version(ref));
  const selected = answers.with ?? await secondSelected(services, invocation, after);
  const other = selected ?? await askOther(services, invocation, title, after);
  return [onlyVersion(await provider.version({ ...after, version: other })), after];
}

/** Two selected rows are compared with each other. */
async function secondSelected(services: Services, invocation: Invocation, after: VersionRef): Promise<string | undefined> {
  const subjects = await subjectsOf(services, invocation);
  const second = subjects.find((subject) => subject.kind === 'version' && subject.ref.artifact === after.artifact
    && subject.ref.workspace === after.workspace && subject.ref.connection === after.connection && subject.ref.version !== after.version);
  return second?.kind === 'version' ? second.ref.version : undefined;
}

async function askOther(services: Services, invocation: Invocation, title: string, after: VersionRef): Promise<string> {
  const placeholder = vscode.l10n.t('Compare {0} with', formatReference(after));
  const chosen = await pickVersion(services, invocation, { title, artifact: after, placeholder, except: after.version });
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen.version;
}

async function showChanges({ before, after, added, removed, changed }: Comparison): Promise<void> {
  const pairs: readonly { readonly before?: Asset; readonly after?: Asset }[] = [
    ...changed,
    ...added.map((asset) => ({ after: asset })),
    ...removed.map((asset) => ({ before: asset })),
  ];
  const shown = pairs.filter((pair) => [pair.before, pair.after].every((asset) => asset === undefined || isTextLike(asset)));
  const title = vscode.l10n.t('{0}: {1} ↔ {2}', after.artifact, before.version, after.version);
  const resources = shown.slice(0, MOST_FILES).map((pair) => {
    const left = pair.before && assetUri(pair.before);
    const right = pair.after && assetUri(pair.after);
    return [right ?? left, left, right] as const;
  });
  if (resources.length > 0) {
    await vscode.commands.executeCommand('vscode.changes', title, resources);
  }
  const note = noteOf(pairs.length, shown.length);
  if (note !== undefined) {
    void vscode.window.showInformationMessage(note);
  }
}

function noteOf(differ: number, textLike: number): string | undefined {
  if (differ === 0) {
    return vscode.l10n.t('Both versions hold the same files.');
  }
  if (textLike === 0) {
    return vscode.l10n.t('{0} files differ; none of them can be shown as text.', differ);
  }
  if (textLike > MOST_FILES) {
    return vscode.l10n.t('The first {0} of {1} files that differ are shown.', MOST_FILES, differ);
  }
  return textLike < differ ? vscode.l10n.t('{0} of {1} files that differ are shown; the others are not text.', textLike, differ) : undefined;
}
