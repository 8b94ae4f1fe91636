import * as vscode from 'vscode';
import type { Artifact, ArtifactRef } from '../../model/artifact';
import { artifactIcon } from '../../model/assetType';
import { isAbort } from '../../model/errors';
import { escapeIcons } from '../foreignText';
import { sentenceOf } from '../messages';
import { type Back, type Choice, type Frame, type OpenPick, separator } from '../prompts';
import type { Connections, Services } from '../services';
import type { Invocation } from './invocation';
import { resolveReference, type Subject } from './subject';

/** More are found by typing their reference. */
const MOST_ROWS = 1000;

export interface ArtifactQuestion extends Frame {
  readonly placeholder: string;
  /** Only this connection; all of them otherwise. */
  readonly connection?: string | undefined;
}

/** An artifact out of a list, or whatever a reference that is typed or pasted names. */
export async function chooseArtifact(services: Services, { prompts }: Pick<Invocation, 'prompts'>, question: ArtifactQuestion): Promise<Subject | Back> {
  return prompts.pick<Subject>(question, async (pick) => {
    const { connections } = services;
    const names = question.connection === undefined ? connections.all.map((each) => each.name) : [question.connection];
    const sections = new Map<string, readonly Choice<Subject>[]>();
    const show = async (): Promise<void> => {
      const typed = await typedReference(connections, pick.typed, question.connection);
      pick.show([...(typed === undefined ? [] : [typed]), ...names.flatMap((name) => sections.get(name) ?? [])], typed);
    };
    pick.onType(() => void show());
    pick.busy = true;
    await Promise.all(names.map(async (name) => {
      sections.set(name, await section(connections, name, names.length > 1, pick));
      await show();
    }));
    pick.busy = false;
    if ([...sections.values()].every((rows) => rows.length === 0)) {
      pick.placeholder = vscode.l10n.t('Nothing is logged yet. Type a reference, or log a file or folder first.');
    }
  });
}

async function section(connections: Connections, name: string, isOneOfMany: boolean, pick: OpenPick<Subject>): Promise<readonly Choice<Subject>[]> {
  const rows: Choice<Subject>[] = [];
  try {
    const provider = await connections.get(name);
    for await (const { workspace } of provider.workspaces({ signal: pick.signal })) {
      const before = rows.length;
      for await (const artifact of provider.artifacts({ connection: name, workspace }, { signal: pick.signal })) {
        if (rows.length === before) {
          rows.push(separator(isOneOfMany ? `${name} · ${workspace}` : workspace));
        }
        rows.push(artifactRow(artifact));
        if (rows.length >= MOST_ROWS) {
          return rows;
        }
      }
    }
  } catch (error) {
    if (!isAbort(error)) {
      rows.push({ label: `$(warning) ${escapeIcons(name)}`, description: escapeIcons(sentenceOf(error)), alwaysShow: true });
    }
  }
  return rows;
}

export function artifactRow(artifact: Artifact): Choice<Subject> {
  const { connection, workspace, artifact: name } = artifact;
  const latest = artifact.latest === undefined ? [] : [artifact.latest];
  return {
    label: `$(${artifactIcon(artifact.type)}) ${escapeIcons(name)}`,
    description: escapeIcons([artifact.type, ...latest].join(' · ')),
    value: { kind: 'artifact', ref: { connection, workspace, artifact: name } satisfies ArtifactRef },
  };
}

/** Only what could not be the beginning of a name that is searched for: it has a `/` or a `:`. */
async function typedReference(connections: Connections, typed: string, connection: string | undefined): Promise<Choice<Subject> | undefined> {
  const text = typed.trim();
  if (!/[/:]/u.test(text)) {
    return undefined;
  }
  try {
    const subject = await resolveReference(connections, text, connection);
    return { label: `$(arrow-right) ${escapeIcons(text)}`, description: vscode.l10n.t('reference'), value: subject, alwaysShow: true };
  } catch {
    // It is not finished yet.
    return undefined;
  }
}
