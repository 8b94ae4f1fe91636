import * as vscode from 'vscode';
import { ARTIFACT_TYPES, artifactIcon } from '../../model/assetType';
import { formatBytes, formatCount } from '../../model/format';
import type { JsonObject } from '../../model/json';
import { nameProblem } from '../../model/reference';
import { isBump } from '../../model/version';
import { escapeIcons, shortened } from '../foreignText';
import { sentenceOf } from '../messages';
import { BACK, type Back, type Choice, type Frame, type Prompts, separator } from '../prompts';
import type { Services } from '../services';
import { isJsonObject } from './answers';
import type { Preview } from './cargo';
import { editAliases, editTags } from './labelPicks';
import { artifactRef, type LogChoice, workspaceRef } from './logChoice';
import type { Previews } from './previews';
import { comparison } from './versionStep';

type Row = 'log' | 'type' | 'workspace' | 'connection' | 'aliases' | 'tags' | 'metadata' | 'exclude' | 'skipped';

/** What will be written, in one line; Enter writes. Everything else that can be said about it stands below. */
export async function reviewStep(services: Services, prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews): Promise<Back | undefined> {
  let last: Row = 'log';
  for (;;) {
    const chosen = await showReview(services, prompts, frame, choice, previews, last);
    if (chosen === BACK) {
      return BACK;
    }
    if (chosen === 'log') {
      return undefined;
    }
    last = chosen;
    await change(services, prompts, { ...frame, canGoBack: true }, choice, previews, chosen);
  }
}

async function showReview(services: Services, prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews, last: Row): Promise<Row | Back> {
  const placeholder = choice.inPlace ? vscode.l10n.t('Enter registers; choose a row to change it') : vscode.l10n.t('Enter logs; choose a row to change it');
  return prompts.pick<Row>({ ...frame, placeholder }, async (pick) => {
    let failure: unknown;
    const show = (): void => {
      const rows = rowsOf(services, choice, previews.ready, failure);
      pick.show(rows, rows.find((row) => row.value === last));
      pick.busy = previews.ready === undefined && failure === undefined;
    };
    show();
    previews.current().catch((error: unknown) => {
      failure = error;
    }).finally(() => {
      if (!pick.signal.aborted) {
        show();
      }
    });
    const [name, number] = [choice.artifact ?? '', await numberOf(choice)];
    pick.title = choice.inPlace ? vscode.l10n.t('Register {0} {1}', name, number) : vscode.l10n.t('Log {0} {1}', name, number);
  });
}

async function numberOf(choice: LogChoice): Promise<string> {
  const artifact = artifactRef(choice);
  const { version = 'major' } = choice;
  return artifact !== undefined && isBump(version) ? (await choice.provider.nextVersions(artifact))[version] : version;
}

function rowsOf(services: Services, choice: LogChoice, preview: Preview | undefined, failure: unknown): readonly Choice<Row>[] {
  const none = vscode.l10n.t('none');
  const row = (value: Row, icon: string, name: string, present: string): Choice<Row> =>
    ({ label: `$(${icon}) ${name}`, description: escapeIcons(shortened(present, 100)), value });
  const type = choice.type ?? preview?.type ?? '…';
  return [
    logRow(choice, preview, failure),
    separator(vscode.l10n.t('Change')),
    row('type', artifactIcon(type), vscode.l10n.t('Type'), type),
    row('aliases', 'tag', vscode.l10n.t('Aliases'), choice.aliases.join(', ') || none),
    row('tags', 'bookmark', vscode.l10n.t('Tags'), choice.tags.join(', ') || none),
    row('metadata', 'json', vscode.l10n.t('Metadata'), Object.keys(choice.metadata).length === 0 ? none : JSON.stringify(choice.metadata)),
    ...(choice.inPlace ? [] : [row('workspace', 'organization', vscode.l10n.t('Workspace'), choice.workspace)]),
    ...(!choice.inPlace && services.connections.all.length > 1 ? [row('connection', 'plug', vscode.l10n.t('Connection'), choice.provider.connection)] : []),
    ...(choice.inPlace ? [] : [row('exclude', 'exclude', vscode.l10n.t('Exclusions'), exclusions(choice, preview))]),
    ...(preview !== undefined && preview.skipped.length > 0
      ? [row('skipped', 'warning', vscode.l10n.t('Skipped'), vscode.l10n.t('{0}, not logged', countOf(preview.skipped.length)))]
      : []),
  ];
}

function exclusions({ exclude }: LogChoice, preview: Preview | undefined): string {
  const globs = exclude.length === 0 ? vscode.l10n.t('none') : exclude.join(', ');
  return preview === undefined || preview.excluded === 0 ? globs : `${vscode.l10n.t('{0} left out', preview.excluded)} · ${globs}`;
}

function logRow({ inPlace }: LogChoice, preview: Preview | undefined, failure: unknown): Choice<Row> {
  if (failure !== undefined) {
    return { label: `$(error) ${sentenceOf(failure)}` };
  }
  if (preview === undefined) {
    return { label: `$(cloud-upload) ${inPlace ? vscode.l10n.t('Register') : vscode.l10n.t('Log')}`, description: vscode.l10n.t('as soon as the files are counted'), value: 'log' };
  }
  if (preview.files === 0) {
    return { label: `$(info) ${vscode.l10n.t('There is nothing to log.')}`, description: vscode.l10n.t('No files were found, or all of them are excluded.') };
  }
  if (inPlace) {
    const label = vscode.l10n.t('Register {0}, {1}', countOf(preview.files), size(preview.bytes));
    return { label: `$(cloud-upload) ${label}`, description: vscode.l10n.t('nothing is copied'), value: 'log' };
  }
  const label = vscode.l10n.t('Log {0}, {1} ({2} new)', countOf(preview.files), size(preview.bytes), size(preview.newBytes));
  return { label: `$(cloud-upload) ${label}`, ...(preview.compared && { description: comparison(preview.compared) }), value: 'log' };
}

async function change(services: Services, prompts: Prompts, frame: Frame, choice: LogChoice, previews: Previews, row: Exclude<Row, 'log'>): Promise<void> {
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

async function showSkipped(prompts: Prompts, frame: Frame, preview: Preview | undefined): Promise<void> {
  const placeholder = vscode.l10n.t('These are not logged. Enter goes back.');
  await prompts.pick<'seen'>({ ...frame, placeholder }, (pick) => pick.show((preview?.skipped ?? []).map(({ path, reason, detail }) => ({
    label: escapeIcons(path),
    description: escapeIcons(detail === undefined ? skipReason(reason) : `${skipReason(reason)}: ${detail}`),
    value: 'seen' as const,
  }))));
}

function skipReason(reason: Preview['skipped'][number]['reason']): string {
  switch (reason) {
    case 'excluded':
      return vscode.l10n.t('excluded');
    case 'symlinkOutside':
      return vscode.l10n.t('a link that leads out of the folder');
    case 'symlinkLoop':
      return vscode.l10n.t('a link that leads back to a folder above');
    case 'special':
      return vscode.l10n.t('neither a file nor a folder');
    case 'unreadable':
      return vscode.l10n.t('cannot be read');
    case 'badName':
      return vscode.l10n.t('a name that cannot be kept');
  }
}

/** One of some words, or a new one; Enter keeps the present one. */
export async function chooseWord(
  prompts: Prompts, frame: Frame, placeholder: string, words: readonly { readonly label: string; readonly icon: string }[], present: string | undefined,
): Promise<string | Back> {
  return prompts.pick<string>({ ...frame, placeholder }, (pick) => {
    const rows = words.map(({ label, icon }): Choice<string> => ({ label: `$(${icon}) ${escapeIcons(label)}`, value: label }));
    const show = (): void => {
      const typed = pick.typed.trim();
      const problem = nameProblem(typed);
      const isKnown = typed === '' || words.some(({ label }) => label === typed);
      const fresh: Choice<string> = problem === undefined
        ? { label: `$(add) ${escapeIcons(typed)}`, value: typed, alwaysShow: true }
        : { label: `$(error) ${problem}`, alwaysShow: true };
      pick.show(isKnown ? rows : [...rows, fresh], typed === '' ? rows.find((row) => row.value === present) : undefined);
    };
    pick.onType(show);
    show();
  });
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

const size = (bytes: number): string => formatBytes(bytes, vscode.env.language);

export const countOf = (files: number): string =>
  (files === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', formatCount(files, vscode.env.language)));
