import * as vscode from 'vscode';
import type { Artifact, ArtifactVersion } from '../../model/artifact';
import { formatBytes } from '../../model/format';
import { type Bump, isVersionNumber, type VersionChoice } from '../../model/version';
import type { CopyPlace, Original } from '../../operations/copyVersion';
import { findArtifact } from '../../operations/findVersion';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import { BACK, type Back, type Choice, type Frame, type Prompts, separator } from '../prompts';
import type { Services } from '../services';
import { rowsOf } from './artifactStep';
import { chooseWord } from './chooseWord';
import { countOf } from './fileCount';

/** What the steps of *Copy Version To…* fill in. */
export interface CopyChoice {
  provider: Provider;
  workspace: string;
  artifact: string;
  version: VersionChoice;
  aliases: boolean;
}

const MOST_ROWS = 1000;

/** Which connection; the one that the version is on counts too: a copy may go to another workspace or artifact of it. */
export async function connectionStep({ connections }: Services, prompts: Prompts, frame: Frame, here: string): Promise<string | Back> {
  const rows = connections.all.map((each): Choice<string> => ({
    label: `$(plug) ${escapeIcons(each.name)}`,
    ...(each.name === here && { description: vscode.l10n.t('where the version is now') }),
    value: each.name,
  }));
  const placeholder = vscode.l10n.t('Choose the connection that the copy goes to');
  return prompts.pick<string>({ ...frame, placeholder }, (pick) => pick.show(rows, rows.find(({ value }) => value !== here)));
}

export async function workspaceStep(prompts: Prompts, frame: Frame, choice: CopyChoice): Promise<Back | undefined> {
  const names: string[] = [];
  for await (const { workspace } of choice.provider.workspaces()) {
    names.push(workspace);
  }
  const placeholder = vscode.l10n.t('Choose a workspace, or type the name of a new one');
  const words = Array.from(new Set([choice.workspace, ...names]), (label) => ({ label, icon: 'organization' }));
  const chosen = await chooseWord(prompts, frame, placeholder, words, choice.workspace);
  choice.workspace = chosen === BACK ? choice.workspace : chosen;
  return chosen === BACK ? BACK : undefined;
}

/** The artifact of the same name, or a new one with it, is Enter away. */
export async function targetStep(prompts: Prompts, frame: Frame, choice: CopyChoice, original: ArtifactVersion): Promise<Back | undefined> {
  const { provider, workspace } = choice;
  const { connection } = provider;
  const placeholder = vscode.l10n.t('Choose an artifact in {0}, or type the name of a new one', workspace);
  const chosen = await prompts.pick<{ readonly artifact: string }>({ ...frame, placeholder }, async (pick) => {
    const artifacts: Artifact[] = [];
    const show = (): void => {
      const { rows, preferred } = rowsOf(artifacts, choice.artifact, pick.typed.trim(), undefined, original.type);
      pick.show(rows, preferred);
    };
    pick.onType(show);
    pick.busy = true;
    const namesake = await findArtifact(provider, { connection, workspace, artifact: choice.artifact }, { signal: pick.signal });
    artifacts.push(...(namesake === undefined ? [] : [namesake]));
    show();
    for await (const artifact of provider.artifacts({ connection, workspace }, { signal: pick.signal })) {
      if (artifact.artifact !== namesake?.artifact) {
        artifacts.push(artifact);
      }
      if (artifacts.length >= MOST_ROWS) {
        break;
      }
    }
    show();
    pick.busy = false;
  });
  choice.artifact = chosen === BACK ? choice.artifact : chosen.artifact;
  return chosen === BACK ? BACK : undefined;
}

/** The number that the version has, where it is free; else the next ones, and the reason why. */
export async function numberStep(prompts: Prompts, frame: Frame, choice: CopyChoice, original: ArtifactVersion, look: (signal: AbortSignal) => Promise<CopyPlace>): Promise<Back | undefined> {
  const artifact = { connection: choice.provider.connection, workspace: choice.workspace, artifact: choice.artifact };
  const placeholder = vscode.l10n.t('Choose the version of {0}', choice.artifact);
  const chosen = await prompts.pick<VersionChoice>({ ...frame, placeholder }, async (pick) => {
    pick.busy = true;
    const [place, next] = await Promise.all([look(pick.signal), choice.provider.nextVersions(artifact, { signal: pick.signal })]);
    const show = (): void => {
      const typed = pick.typed.trim();
      pick.show(isVersionNumber(typed) ? [{ label: typed, description: vscode.l10n.t('exactly'), value: typed, alwaysShow: true }] : numberRows(original, place, next));
    };
    pick.onType(show);
    show();
    pick.busy = false;
  });
  choice.version = chosen === BACK ? choice.version : chosen;
  return chosen === BACK ? BACK : undefined;
}

function numberRows({ version }: ArtifactVersion, { taken, same }: CopyPlace, next: Readonly<Record<Bump, string>>): readonly Choice<VersionChoice>[] {
  const bumps: readonly (readonly [Bump, string])[] = [
    ['major', vscode.l10n.t('next major')], ['minor', vscode.l10n.t('minor')], ['patch', vscode.l10n.t('patch')],
  ];
  const others = bumps
    .filter(([bump], index) => next[bump] !== version && bumps.findIndex(([each]) => next[each] === next[bump]) === index)
    .map(([bump, description]): Choice<VersionChoice> => ({ label: next[bump], description, value: bump }));
  if (same) {
    return [{ label: version, description: vscode.l10n.t('there already, with the same content'), value: version }, ...others];
  }
  return taken === undefined
    ? [{ label: version, description: vscode.l10n.t('the same number'), value: version }, ...others]
    : [separator(vscode.l10n.t('Version {0} is taken', version)), ...others];
}

/** What will be copied, in one line; Enter copies. */
export async function copyReview(prompts: Prompts, frame: Frame, choice: CopyChoice, original: Original, look: (signal: AbortSignal) => Promise<CopyPlace>): Promise<Back | undefined> {
  for (;;) {
    const placeholder = vscode.l10n.t('Enter copies; choose a row to change it');
    const chosen = await prompts.pick<'copy' | 'aliases'>({ ...frame, placeholder }, async (pick) => {
      pick.busy = true;
      try {
        pick.show(reviewRows(choice, original, await look(pick.signal)));
      } catch (error) {
        pick.show([{ label: `$(error) ${escapeIcons(sentenceOf(error))}` }]);
      }
      pick.busy = false;
    });
    if (chosen !== 'aliases') {
      return chosen === BACK ? BACK : undefined;
    }
    choice.aliases = !choice.aliases;
  }
}

/** What is said before anything is copied, and above all what would change there. */
export function reviewRows(choice: CopyChoice, { version, assets, bytes }: Original, { taken, same, moves }: CopyPlace): readonly Choice<'copy' | 'aliases'>[] {
  if (same) {
    const label = vscode.l10n.t('{0} {1} is there already with the same content', escapeIcons(choice.artifact), version.version);
    return [{ label: `$(check) ${label}`, description: vscode.l10n.t('nothing is copied'), value: 'copy' }];
  }
  if (taken?.version === choice.version) {
    return [{ label: `$(error) ${vscode.l10n.t('{0} {1} is there already with other content.', escapeIcons(choice.artifact), taken.version)}` }];
  }
  const size = formatBytes(bytes, vscode.env.language);
  const copy: Choice<'copy'> = {
    label: `$(copy) ${vscode.l10n.t('Copy {0}, {1} to {2}', countOf(assets.size), size, escapeIcons(choice.provider.connection))}`,
    description: escapeIcons(`${choice.workspace}/${choice.artifact}`),
    value: 'copy',
  };
  return version.aliases.length === 0 ? [copy] : [copy, separator(vscode.l10n.t('Change')), aliasRow(choice, version, moves)];
}

function aliasRow({ aliases }: CopyChoice, version: ArtifactVersion, moves: CopyPlace['moves']): Choice<'aliases'> {
  const moving = moves.map(({ alias, version: from }) => vscode.l10n.t('{0} moves here from {1}', alias, from));
  const staying = version.aliases.filter((alias) => !moves.some((each) => each.alias === alias));
  return {
    label: `$(tag) ${vscode.l10n.t('Aliases')}`,
    description: escapeIcons(aliases ? [...moving, ...staying].join(', ') : vscode.l10n.t('none')),
    value: 'aliases',
  };
}
