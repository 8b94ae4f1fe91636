import * as vscode from 'vscode';
import { type Artifact, type ArtifactRef } from '../../model/artifact';
import { artifactIcon } from '../../model/assetType';
import { nameProblem } from '../../model/reference';
import { findArtifact } from '../../operations/findVersion';
import { escapeIcons } from '../foreignText';
import { BACK, type Back, type Choice, type Frame, type OpenPick, type Prompts, separator } from '../prompts';
import type { Cargo } from './cargo';
import { type LogChoice, workspaceRef } from './logChoice';
import type { Memory } from './memory';
import type { Previews } from './previews';

const MOST_ROWS = 1000;

interface Chosen {
  readonly artifact: string;
  /** The type it has, where it exists. */
  readonly type?: string | undefined;
}

/** Which artifact: one that looks like these files, any other, or a new one. */
export async function artifactStep(prompts: Prompts, frame: Frame, choice: LogChoice, cargo: Cargo, previews: Previews, memory: Memory): Promise<Back | undefined> {
  const placeholder = vscode.l10n.t('Choose an artifact in {0}, or type the name of a new one', choice.workspace);
  const chosen = await prompts.pick<Chosen>({ ...frame, placeholder }, (pick) => fill(pick, choice, cargo, previews, memory));
  if (chosen === BACK) {
    return BACK;
  }
  choice.artifact = chosen.artifact;
  choice.type = chosen.type;
  return undefined;
}

async function fill(pick: OpenPick<Chosen>, choice: LogChoice, cargo: Cargo, previews: Previews, memory: Memory): Promise<void> {
  const remembered = rememberedHere(choice, choice.origin?.artifact ?? memory.artifactOf(cargo.places));
  const artifacts: Artifact[] = [];
  const show = (): void => {
    const { rows, preferred } = rowsOf(artifacts, cargo.name, pick.typed.trim(), remembered, previews.ready?.type);
    pick.show(rows, preferred);
  };
  pick.onType(show);
  pick.busy = true;
  // Found first, so that Enter at once already means them.
  const likely = await Promise.all(Array.from(new Set([remembered ?? cargo.name, cargo.name]), (artifact) => findArtifact(choice.provider, { ...workspaceRef(choice), artifact })));
  artifacts.push(...likely.filter((artifact) => artifact !== undefined));
  show();
  previews.whenReady(() => {
    if (!pick.signal.aborted) {
      show();
    }
  });
  for await (const artifact of choice.provider.artifacts(workspaceRef(choice), { signal: pick.signal })) {
    if (!artifacts.some((each) => each.artifact === artifact.artifact)) {
      artifacts.push(artifact);
    }
    if (artifacts.length % 200 === 0) {
      show();
    }
    if (artifacts.length >= MOST_ROWS) {
      break;
    }
  }
  show();
  pick.busy = false;
}

function rememberedHere(choice: LogChoice, ref: ArtifactRef | undefined): string | undefined {
  return ref?.connection === choice.provider.connection && ref.workspace === choice.workspace ? ref.artifact : undefined;
}

/** The one they were logged to before, those that look like them, the new one, all others. */
export function rowsOf(
  artifacts: readonly Artifact[],
  name: string,
  typed: string,
  remembered: string | undefined,
  type: string | undefined,
): { rows: readonly Choice<Chosen>[]; preferred: Choice<Chosen> | undefined } {
  const rank = ({ artifact, type: its }: Artifact): number =>
    artifact === remembered ? 0 : artifact === name ? 1 : alike(artifact, name) ? 2 : its === type ? 3 : 4;
  const ranked = [...artifacts].sort((a, b) => rank(a) - rank(b)).map((artifact) => ({ row: existingRow(artifact), near: rank(artifact) < 3, best: rank(artifact) < 2 }));
  const newName = typed === '' ? name : typed;
  const isTaken = artifacts.some((each) => each.artifact === newName);
  const fresh = isTaken ? [] : [newRow(newName, typed !== '')];
  const near = ranked.filter((each) => each.near).map((each) => each.row);
  const others = ranked.filter((each) => !each.near).map((each) => each.row);
  const rows = [...near, ...fresh, ...(others.length > 0 ? [separator(vscode.l10n.t('Other Artifacts')), ...others] : [])];
  const best = ranked.find((each) => each.best)?.row;
  return { rows, preferred: typed === '' ? best ?? fresh[0] : undefined };
}

const alike = (artifact: string, name: string): boolean => {
  const [a, b] = [artifact.toLowerCase(), name.toLowerCase()];
  return a.length > 2 && b.length > 2 && (a.includes(b) || b.includes(a));
};

function existingRow({ artifact, type, latest }: Artifact): Choice<Chosen> {
  const facts = [type, ...(latest === undefined ? [] : [latest])];
  return { label: `$(${artifactIcon(type)}) ${escapeIcons(artifact)}`, description: escapeIcons(facts.join(' · ')), value: { artifact, type } };
}

function newRow(name: string, isTyped: boolean): Choice<Chosen> {
  const problem = nameProblem(name);
  const label = `$(add) ${vscode.l10n.t('New artifact “{0}”', escapeIcons(name))}`;
  return problem === undefined
    ? { label, value: { artifact: name }, alwaysShow: isTyped }
    : { label: `$(error) ${problem}`, alwaysShow: true };
}
