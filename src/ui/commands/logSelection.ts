import * as vscode from 'vscode';
import { invalid } from '../../model/errors';
import { pathProblem } from '../../model/safePath';
import { BACK } from '../prompts';
import type { Services } from '../services';
import { readAnswers, SelectionAnswers } from './answers';
import { textCargo } from './cargo';
import type { Invocation } from './invocation';
import { type LogResult, logCargo } from './logFlow';

/** `artifacts.logSelection`: the selected text, or a whole document, as a file of its own. */
export async function logSelection(services: Services, invocation: Invocation): Promise<LogResult> {
  const { path, text: given, ...answers } = readAnswers(SelectionAnswers, invocation.answers);
  const text = given ?? selectedText();
  const title = vscode.l10n.t('Log Selection as Artifact');
  const file = path ?? await askFileName(invocation, title, suggestedName());
  return logCargo(services, invocation, { title, cargo: textCargo(file, text), answers });
}

function selectedText(): string {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    throw invalid(vscode.l10n.t('Open an editor and select text first.'));
  }
  const selected = editor.selections.filter((selection) => !selection.isEmpty).map((selection) => editor.document.getText(selection));
  const text = selected.length > 0 ? selected.join(editor.document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n') : editor.document.getText();
  if (text === '') {
    throw invalid(vscode.l10n.t('There is no text to log.'));
  }
  return text;
}

async function askFileName({ prompts }: Invocation, title: string, value: string): Promise<string> {
  const name = await prompts.input({
    title,
    prompt: vscode.l10n.t('Name of the file in the artifact; folders are allowed, such as reports/summary.txt'),
    value,
    problem: (typed) => {
      const problem = pathProblem(typed.trim());
      return problem === undefined ? undefined : vscode.l10n.t('This cannot be a file name: {0}.', problem);
    },
  });
  return name === BACK ? value : name.trim();
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  csv: 'csv', json: 'json', jsonc: 'json', jsonl: 'jsonl', markdown: 'md', python: 'py', yaml: 'yaml', toml: 'toml', sql: 'sql', html: 'html', xml: 'xml',
  shellscript: 'sh', r: 'r', julia: 'jl', javascript: 'js', typescript: 'ts',
};

/** What the text is, as a file name: its first words where it is prose, and the extension of its language. */
function suggestedName(): string {
  const document = vscode.window.activeTextEditor?.document;
  const extension = EXTENSIONS[document?.languageId ?? ''] ?? 'txt';
  if (document?.isUntitled !== true) {
    return `selection.${extension}`;
  }
  const words = /[\p{L}\p{N}]+(?:[ _-]+[\p{L}\p{N}]+){0,3}/u.exec(document.lineAt(0).text)?.[0] ?? 'text';
  return `${words.slice(0, 40).trim().replaceAll(/\s+/gu, '-').toLowerCase()}.${extension}`;
}
