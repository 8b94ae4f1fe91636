import * as vscode from 'vscode';
import { LATEST } from '../../model/artifact';
import { invalid, isArtifactError, unsupported } from '../../model/errors';
import type { Provider } from '../../providers/provider';
import { escapeIcons } from '../foreignText';
import { BACK, cancelled, type Choice } from '../prompts';
import type { Services } from '../services';
import { readAnswers, SnippetAnswers } from './answers';
import { chooseVersion } from './chooseVersion';
import type { Invocation } from './invocation';
import { type Subject, subjectOf } from './subject';

type What = 'load' | 'log';
type Subjects = Parameters<NonNullable<Provider['snippet']>>[0];

const FLASH_MS = 3000;

/** `artifacts.copyPythonSnippet(reference, {what?, insert?})`: lines that load it, or log the next one, on the clipboard or at the cursor. */
export async function copyPythonSnippet(services: Services, invocation: Invocation): Promise<string> {
  const { connection, what, insert } = readAnswers(SnippetAnswers, invocation.answers);
  return offer(services, invocation, insert === true, connection, what);
}

/** The same from the palette, for an editor that has Python in it. */
export async function insertPythonSnippet(services: Services, invocation: Invocation): Promise<string> {
  const { connection, what } = readAnswers(SnippetAnswers, invocation.answers);
  return offer(services, invocation, true, connection, what);
}

async function offer(services: Services, invocation: Invocation, insert: boolean, connection: string | undefined, what: What | undefined): Promise<string> {
  const title = insert ? vscode.l10n.t('Insert Python Snippet') : vscode.l10n.t('Copy Python Snippet');
  // Before anything is asked: the lists of the prompts would take the focus.
  const place = insert ? pythonPlace() : undefined;
  const subject = await subjectOf(services, invocation, connection) ?? { kind: 'version', ref: await chooseVersion(services, invocation, { title, connection, ofArtifact: 'latest' }) };
  const provider = await services.connections.get(subject.ref.connection);
  const text = await snippetOf(provider, invocation, title, meant(subject), what);
  if (place !== undefined) {
    await place(text);
  } else {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`$(copy) ${vscode.l10n.t('Copied {0} lines of Python', text.trimEnd().split('\n').length)}`, FLASH_MS);
  }
  return text;
}

function meant(subject: Subject): Subjects {
  switch (subject.kind) {
    case 'version':
    case 'entry':
    case 'run':
      return subject.ref;
    case 'artifact':
      return { ...subject.ref, version: LATEST };
    case 'connection':
    case 'workspace':
      throw invalid(vscode.l10n.t('An artifact, a version, a file or a run is expected here.'));
  }
}

/** What a person is asked is which of the two; where the back end has lines for one alone, nothing. */
async function snippetOf(provider: Provider, { prompts, byCode }: Invocation, title: string, of: Subjects, what: What | undefined): Promise<string> {
  const write = (wanted: What): Promise<string> => {
    if (provider.snippet === undefined) {
      throw unsupported(vscode.l10n.t('There are no lines of Python for {0}.', provider.connection));
    }
    return provider.snippet(of, wanted);
  };
  if (what !== undefined || byCode) {
    return write(what ?? 'load');
  }
  const load = await write('load');
  const log = await write('log').catch((error: unknown) => {
    if (isArtifactError(error, 'unsupported')) {
      return undefined;
    }
    throw error;
  });
  if (log === undefined) {
    return load;
  }
  const rows: readonly Choice<string>[] = [
    { label: `$(cloud-download) ${vscode.l10n.t('Load It')}`, detail: lastCall(load), value: load },
    { label: `$(cloud-upload) ${vscode.l10n.t('Log to It')}`, detail: lastCall(log), value: log },
  ];
  const chosen = await prompts.pick<string>({ title, placeholder: vscode.l10n.t('What is the Python to do?') }, (pick) => pick.show(rows));
  if (chosen === BACK) {
    throw cancelled();
  }
  return chosen;
}

/** The line that says most. */
const lastCall = (text: string): string => escapeIcons(text.split('\n').findLast((line) => /mlflow\.|artifact(?:\(|\.(?:add|download))/u.test(line)) ?? '').trim();

/** Where the lines go: the cursor of the editor, or a new cell where a notebook is open and none of its cells is being edited. */
function pythonPlace(): (text: string) => Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId === 'python') {
    return async (text) => {
      const written = await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, text)));
      if (!written) {
        throw invalid(vscode.l10n.t('The editor could not be changed. Is the file read-only?'));
      }
      // A cell is no editor of its own, and keeps the focus in its notebook.
      if (editor.document.uri.scheme !== 'vscode-notebook-cell') {
        await vscode.window.showTextDocument(editor.document, editor.viewColumn);
      }
    };
  }
  const notebook = vscode.window.activeNotebookEditor;
  if (notebook !== undefined) {
    return async (text) => {
      const edit = new vscode.WorkspaceEdit();
      const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text.trimEnd(), 'python');
      edit.set(notebook.notebook.uri, [vscode.NotebookEdit.insertCells(notebook.selection.end, [cell])]);
      await vscode.workspace.applyEdit(edit);
    };
  }
  throw invalid(vscode.l10n.t('Open a Python file or a notebook, and put the cursor where the lines are to go.'));
}
