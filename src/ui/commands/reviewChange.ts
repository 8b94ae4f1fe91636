import * as vscode from 'vscode';
import { ARTIFACT_TYPES, artifactIcon } from '../../model/assetType';
import type { JsonObject } from '../../model/json';
import { escapeIcons } from '../foreignText';
import { BACK, type Frame, type Prompts } from '../prompts';
import type { Services } from '../services';
import { isJsonObject } from './answers';
import { chooseWord } from './chooseWord';
import { editAliases, editTags } from './labelPicks';
import { artifactRef, type LogChoice, workspaceRef } from './logChoice';
import type { Previews } from './previews';
import type { ReviewRow } from './reviewRows';
import { showSkipped } from './skippedFiles';

/** Asks for what a row shows; going back leaves it as it is. */
export async function changeRow(services: Services, prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews, row: Exclude<ReviewRow, 'log'>): Promise<void> {
  switch (row) {
    case 'type': {
      const present = choice.type ?? previews.ready?.type;
      const types = [...new Set([...ARTIFACT_TYPES, ...(present === undefined ? [] : [present])])].map((each) => ({ label: each, icon: artifactIcon(each) }));
      const type = await chooseWord(prompts, frame, vscode.l10n.t('Choose a type, or type another word'), types, present);
      choice.type = type === BACK ? choice.type : type;
      return;
    }
    case 'workspace': {
      const names: string[] = [];
      for await (const { workspace } of choice.provider.workspaces()) {
        names.push(workspace);
      }
      const workspace = await chooseWord(prompts, frame, vscode.l10n.t('Choose a workspace, or type the name of a new one'), names.map((label) => ({ label, icon: 'organization' })), choice.workspace);
      choice.workspace = workspace === BACK ? choice.workspace : workspace;
      return;
    }
    case 'connection': {
      const name = await prompts.pick<string>({ ...frame, placeholder: vscode.l10n.t('Choose a connection') }, (pick) => {
        const rows = services.connections.all.map((each) => ({ label: `$(plug) ${escapeIcons(each.name)}`, value: each.name }));
        pick.show(rows, rows.find((row) => row.value === choice.provider.connection));
      });
      if (name !== BACK) {
        choice.provider = await services.connections.get(name);
        choice.workspace = (await choice.provider.whoAmI()).defaultWorkspace;
      }
      return;
    }
    case 'aliases': {
      const aliases = await editAliases(prompts, frame, choice.provider, artifactRef(choice) ?? { ...workspaceRef(choice), artifact: '' }, choice.aliases, undefined);
      choice.aliases = aliases === BACK ? choice.aliases : aliases;
      return;
    }
    case 'tags': {
      const tags = await editTags(prompts, frame, choice.tags, []);
      choice.tags = tags === BACK ? choice.tags : tags;
      return;
    }
    case 'metadata': {
      const text = await prompts.input({
        ...frame,
        prompt: vscode.l10n.t('Metadata as a JSON object in one line'),
        placeholder: '{"rows": 120431}',
        value: Object.keys(choice.metadata).length === 0 ? '' : JSON.stringify(choice.metadata),
        problem: (typed) => (parsedMetadata(typed) === undefined ? vscode.l10n.t('A JSON object is expected, for example {0}', '{"rows": 120431}') : undefined),
      });
      choice.metadata = text === BACK ? choice.metadata : parsedMetadata(text) ?? choice.metadata;
      return;
    }
    case 'exclude': {
      const text = await prompts.input({
        ...frame,
        prompt: vscode.l10n.t('Glob patterns of files and folders that are not logged, with commas between'),
        value: choice.exclude.join(', '),
      });
      choice.exclude = text === BACK ? choice.exclude : patterns(text);
      return;
    }
    case 'skipped':
      await showSkipped(prompts, frame, previews.ready);
  }
}

/** Nothing for what is not a JSON object; an empty line is an empty one. */
export function parsedMetadata(text: string): JsonObject | undefined {
  if (text.trim() === '') {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A comma inside braces belongs to the pattern. */
function patterns(text: string): string[] {
  return (text.match(/(?:\{[^}]*\}|[^,{])+/gu) ?? []).map((each) => each.trim()).filter((each) => each !== '');
}
