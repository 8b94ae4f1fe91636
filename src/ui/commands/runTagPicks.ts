import * as vscode from 'vscode';
import type { RunDetails } from '../../model/artifact';
import type { RunChange, RunEditing } from '../../providers/runEditing';
import { escapeIcons } from '../foreignText';
import { BACK, type Back, type Prompts } from '../prompts';

const ADD = Symbol('add');

/** One tag that is added, gets another value, or goes; leaving the list ends the command. */
export async function askTagChange(prompts: Prompts, { name, tags }: RunDetails, editing: RunEditing): Promise<RunChange> {
  const title = vscode.l10n.t('Edit Tags: {0}', name);
  for (;;) {
    const chosen = await prompts.pick<string | typeof ADD>({ title, placeholder: vscode.l10n.t('Select a tag to change or remove, or add one') }, (pick) => pick.show([
      { label: `$(add) ${vscode.l10n.t('Add Tag…')}`, value: ADD },
      ...Object.entries(tags).map(([key, value]) => ({ label: escapeIcons(key), description: escapeIcons(value), value: key })),
    ]));
    const change = chosen === BACK ? BACK : chosen === ADD ? await added(prompts, title, tags, editing) : await changed(prompts, title, chosen, tags[chosen] ?? '', editing);
    if (change !== BACK) {
      return change;
    }
  }
}

async function added(prompts: Prompts, title: string, tags: RunDetails['tags'], editing: RunEditing): Promise<RunChange | Back> {
  const key = await prompts.input({ title, prompt: vscode.l10n.t('Key of the new tag'), canGoBack: true, problem: (text) => editing.problem({ untagged: [text.trim()] }) });
  return key === BACK ? BACK : await valued(prompts, title, key.trim(), tags[key.trim()] ?? '', editing);
}

async function changed(prompts: Prompts, title: string, key: string, value: string, editing: RunEditing): Promise<RunChange | Back> {
  const verb = await prompts.pick<'change' | 'remove'>({ title, placeholder: key, canGoBack: true }, (pick) => pick.show([
    { label: `$(edit) ${vscode.l10n.t('Change Value…')}`, value: 'change' },
    { label: `$(trash) ${vscode.l10n.t('Remove Tag')}`, value: 'remove' },
  ]));
  return verb === BACK ? BACK : verb === 'remove' ? { untagged: [key] } : await valued(prompts, title, key, value, editing);
}

async function valued(prompts: Prompts, title: string, key: string, value: string, editing: RunEditing): Promise<RunChange | Back> {
  const text = await prompts.input({ title, prompt: vscode.l10n.t('Value of {0}', key), value, canGoBack: true, problem: (typed) => editing.problem({ tags: { [key]: typed } }) });
  return text === BACK ? BACK : { tags: { [key]: text } };
}
