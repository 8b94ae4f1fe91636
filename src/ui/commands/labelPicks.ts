import * as vscode from 'vscode';
import type { ArtifactRef } from '../../model/artifact';
import { unlessMissing } from '../../model/errors';
import { aliasProblem, tagProblem } from '../../model/reference';
import { type PlacedAlias, placedAliases } from '../../operations/labelVersion';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { type Back, type Choice, type Frame, type Prompts } from '../prompts';

/** Which aliases stand on a version: those of the artifact, each with where it stands now, and new ones. */
export async function editAliases(
  prompts: Prompts,
  frame: Frame,
  provider: Provider,
  artifact: ArtifactRef,
  present: readonly string[],
  version: string | undefined,
): Promise<readonly string[] | Back> {
  const placed = await knownAliases(provider, artifact);
  const known = [...new Set([...present, ...placed.map(({ alias }) => alias)])].sort();
  const rows = known.map((alias) => {
    const at = placed.find((each) => each.alias === alias)?.version;
    const moves = at !== undefined && at !== version;
    return { ...row(alias), ...(moves && { description: vscode.l10n.t('on {0}; moves here', at) }), picked: present.includes(alias) };
  });
  const placeholder = vscode.l10n.t('Select the aliases of this version, or type a new one');
  return prompts.pickMany<string>({ ...frame, placeholder }, rows, (text) => typedRow(text, aliasProblem));
}

export async function editTags(prompts: Prompts, frame: Frame, present: readonly string[], others: readonly string[]): Promise<readonly string[] | Back> {
  const rows = [...new Set([...present, ...others])].sort().map((tag) => ({ ...row(tag), picked: present.includes(tag) }));
  const placeholder = vscode.l10n.t('Select the tags of this version, or type a new one');
  return prompts.pickMany<string>({ ...frame, placeholder }, rows, (text) => typedRow(text, tagProblem));
}

async function knownAliases(provider: Provider, artifact: ArtifactRef): Promise<readonly PlacedAlias[]> {
  // A new artifact has none.
  return artifact.artifact === '' ? [] : await unlessMissing(placedAliases(provider, artifact)) ?? [];
}

const row = (label: string): Choice<string> => ({ label: escapeIcons(label), value: label });

function typedRow(text: string, problemOf: (text: string) => string | undefined): Choice<string> | undefined {
  if (text === '') {
    return undefined;
  }
  const problem = problemOf(text);
  return problem === undefined ? { ...row(text), description: vscode.l10n.t('new') } : { label: `$(error) ${problem}` };
}
