import * as path from 'node:path';
import * as vscode from 'vscode';
import { BACK, cancelled, type Back, type Choice, type Frame, type InputRequest, type OpenPick, Prompts } from '../../src/ui/prompts';

/** Leaves a prompt by Escape. */
export const LEAVE = Symbol('leave');

/** What a person does at one prompt: the label of a row or a text, where `enter` takes what is proposed; going back; or leaving. */
export type Answer = string | { readonly typed: string } | Back | typeof LEAVE;

/** Prompts that are answered by a script, which says where it does not fit. */
export class ScriptedPrompts extends Prompts {
  /** What was asked, in order: the placeholder of a list or the question of an input. */
  readonly questions: string[] = [];
  /** Rows of each list, in order. */
  readonly lists: (readonly string[])[] = [];
  /** Everything that rows of lists say, as VS Code gets it. */
  readonly said: string[] = [];
  /** Sentences above lists. */
  readonly sentences: string[] = [];
  private readonly script: Answer[];

  constructor(...script: readonly Answer[]) {
    super();
    this.script = [...script];
  }

  override get asked(): boolean {
    return this.questions.length > 0;
  }

  get isDone(): boolean {
    return this.script.length === 0;
  }

  override async pick<T>(frame: Frame & { readonly placeholder: string; readonly prompt?: string | undefined; readonly value?: string | undefined }, fill: (pick: OpenPick<T>) => void | Promise<void>): Promise<T | Back> {
    const answer = this.next(frame.placeholder);
    const rows = await this.filled(frame, fill, typeof answer === 'object' ? answer.typed : '');
    this.lists.push(rows.map(({ label }) => label.replace(/^\$\([\w~-]+\) /u, '')));
    this.sentences.push(frame.prompt ?? '');
    if (answer === BACK) {
      return BACK;
    }
    const chosen = typeof answer === 'object' ? rows[0] : rows.find(({ label }) => label.endsWith(answer));
    if (chosen?.value === undefined) {
      throw new Error(`“${JSON.stringify(answer)}” cannot be chosen among: ${rows.map(({ label }) => label).join(', ')}`);
    }
    return chosen.value;
  }

  override async pickMany<T>(frame: Frame & { readonly placeholder: string }, rows: readonly (Choice<T> & { readonly picked?: boolean })[]): Promise<readonly T[] | Back> {
    this.said.push(...rows.flatMap(({ label, description = '', detail = '' }) => [label, description, detail]));
    const answer = this.next(frame.placeholder);
    return answer === BACK ? BACK : pickedOf(rows);
  }

  override async pickManyAsFilled<T>(frame: Frame & { readonly placeholder: string }, fill: (pick: OpenPick<T>) => void | Promise<void>): Promise<readonly T[] | Back> {
    const answer = this.next(frame.placeholder);
    return answer === BACK ? BACK : pickedOf(await this.filled(frame, fill, ''));
  }

  override async input(request: InputRequest): Promise<string | Back> {
    const answer = this.next(request.prompt);
    if (answer === BACK) {
      return BACK;
    }
    const text = typeof answer === 'object' ? answer.typed : answer === 'enter' ? request.value ?? '' : answer;
    const problem = request.problem?.(text);
    if (problem !== undefined) {
      throw new Error(`“${text}” is refused: ${problem}`);
    }
    return text;
  }

  override async confirm(message: string, detail: string | readonly string[] = ''): Promise<void> {
    this.said.push(...[detail].flat());
    this.next(message);
  }

  /** The answer is a path. */
  override async openDialog(options: vscode.OpenDialogOptions): Promise<readonly vscode.Uri[]> {
    return [await this.dialog(options.title)];
  }

  override async saveDialog(options: vscode.SaveDialogOptions): Promise<vscode.Uri> {
    this.said.push(path.basename(options.defaultUri?.fsPath ?? ''));
    return this.dialog(options.title);
  }

  /** The rows of a list, once it is filled and something is typed. */
  private async filled<T>(frame: Frame & { readonly placeholder: string }, fill: (pick: OpenPick<T>) => void | Promise<void>, typed: string): Promise<readonly Choice<T>[]> {
    let rows: readonly Choice<T>[] = [];
    const listeners: (() => void)[] = [];
    const { signal } = new AbortController();
    await fill({
      title: frame.title, placeholder: frame.placeholder, busy: false, signal, typed,
      show(shown) { rows = shown; },
      busyWith: (work) => work,
      onType: (listener) => void listeners.push(listener),
    });
    listeners.forEach((listener) => listener());
    this.said.push(...rows.flatMap(({ label, description = '', detail = '' }) => [label, description, detail]));
    return rows;
  }

  private async dialog(title = ''): Promise<vscode.Uri> {
    const answer = this.next(title);
    return vscode.Uri.file(typeof answer === 'string' ? answer : '');
  }

  private next(question: string): Exclude<Answer, typeof LEAVE> {
    this.questions.push(question);
    const answer = this.script.shift();
    if (answer === undefined) {
      throw new Error(`Nobody expected the question “${question}”.`);
    }
    if (answer === LEAVE) {
      throw cancelled();
    }
    return answer;
  }
}

const pickedOf = <T>(rows: readonly Choice<T>[]): readonly T[] => rows.flatMap(({ picked, value }) => (picked === true && value !== undefined ? [value] : []));
