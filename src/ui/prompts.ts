import * as vscode from 'vscode';
import { oneLine } from '../model/line';
import { escapeIcons } from './foreignText';
import { withoutLinks } from './messages';
import { meantRow, type OpenPick, openPick } from './openPick';
import { keepingPicked } from './pickedRows';

export type { OpenPick } from './openPick';

/** The user went one step back. */
export const BACK = Symbol('back');
export type Back = typeof BACK;

/** A step that had nothing to ask: going back passes it by. */
export const SKIPPED = Symbol('skipped');

/** What all inputs of one flow share, so that it reads as one window with steps. */
export interface Frame {
  readonly title: string;
  readonly step?: number | undefined;
  readonly totalSteps?: number | undefined;
  readonly canGoBack?: boolean | undefined;
  readonly placeholder?: string | undefined;
  readonly prompt?: string | undefined;
}

/** A row that can be chosen has a value; one without is for reading. */
export interface Choice<T> extends vscode.QuickPickItem {
  /** What it is of, where rows are made anew: a picked one is known by it. */
  readonly id?: string | undefined;
  readonly value?: T | undefined;
}

export interface InputRequest extends Frame {
  readonly prompt: string;
  readonly value?: string | undefined;
  /** Shows dots for what is typed. */
  readonly password?: boolean | undefined;
  /** The sentence that says what is wrong, asked at every key press. */
  readonly problem?: ((value: string) => string | undefined) | undefined;
  /** Hears every key press. */
  readonly onType?: ((value: string) => void) | undefined;
}

/** VS Code's own inputs for one command. Leaving one rejects with an AbortError: the command ends quietly. */
export class Prompts {
  private hasAsked = false;

  /** Whether a person has been asked anything: then failures are told to that person. */
  get asked(): boolean {
    return this.hasAsked;
  }

  /** One of a list. `fill` shows rows at once and may go on doing so while the list is open. */
  async pick<T>(frame: Frame & { readonly placeholder: string; readonly value?: string | undefined }, fill: (pick: OpenPick<T>) => void | Promise<void>): Promise<T | Back> {
    const pick = vscode.window.createQuickPick<Choice<T>>();
    pick.value = frame.value ?? '';
    pick.matchOnDescription = true;
    return this.ask<T>(pick, frame, (settle, signal) => {
      pick.onDidAccept(() => {
        const chosen = pick.activeItems[0];
        if (chosen?.value !== undefined) {
          settle.done(chosen.value);
        }
      });
      settle.follow(fill(openPick(pick, signal)));
    });
  }

  /** Any number of a list, and of what is typed where `typed` makes a row of it. */
  async pickMany<T>(
    frame: Frame & { readonly placeholder: string },
    rows: readonly (Choice<T> & { readonly picked?: boolean })[],
    typed?: (text: string) => Choice<T> | undefined,
  ): Promise<readonly T[] | Back> {
    return this.pickManyAsFilled<T>(frame, (pick) => {
      const show = (): void => {
        const made = typed?.(pick.typed.trim());
        const isNew = made !== undefined && !rows.some((row) => row.label === made.label);
        // What was typed and picked stays, what was only typed goes with the next key.
        pick.show(isNew ? [{ ...made, id: `typed ${made.label}`, alwaysShow: true }, ...rows] : rows);
      };
      show();
      pick.onType(show);
    });
  }

  /** Any number of a list that `fill` shows at once and may go on filling while it is open: what is picked stays, whatever rows come. */
  async pickManyAsFilled<T>(frame: Frame & { readonly placeholder: string }, fill: (pick: OpenPick<T>) => void | Promise<void>): Promise<readonly T[] | Back> {
    const pick = vscode.window.createQuickPick<Choice<T>>();
    pick.canSelectMany = true;
    return this.ask<readonly T[]>(pick, frame, (settle, signal) => {
      pick.onDidAccept(() => {
        const fresh = meantRow(pick.value.trim(), pick.items, pick.activeItems[0]);
        settle.done([...new Set([...pick.selectedItems, ...fresh])].flatMap((row) => (row.value === undefined ? [] : [row.value])));
      });
      settle.follow(fill(openPick(pick, signal, keepingPicked(pick))));
    });
  }

  /** One line of text, checked while it is typed. */
  async input(request: InputRequest): Promise<string | Back> {
    const input = vscode.window.createInputBox();
    input.value = request.value ?? '';
    input.password = request.password === true;
    const check = (): boolean => {
      const problem = request.problem?.(input.value);
      input.validationMessage = problem && withoutLinks(problem);
      return problem === undefined;
    };
    return this.ask<string>(input, request, (settle) => {
      input.onDidChangeValue((value) => {
        check();
        request.onType?.(value);
      });
      input.onDidAccept(() => {
        if (check()) {
          settle.done(input.value);
        }
      });
    });
  }

  /** Before something is destroyed. `detail`: one sentence, or one a line, whatever names they hold. */
  async confirm(message: string, detail: string | readonly string[], action: string): Promise<void> {
    this.hasAsked = true;
    if (await vscode.window.showWarningMessage(oneLine(message), { modal: true, detail: [detail].flat().map(oneLine).join('\n') }, action) !== action) {
      throw cancelled();
    }
  }

  async openDialog(options: vscode.OpenDialogOptions): Promise<readonly vscode.Uri[]> {
    this.hasAsked = true;
    const chosen = await vscode.window.showOpenDialog(options);
    if (chosen === undefined || chosen.length === 0) {
      throw cancelled();
    }
    return chosen;
  }

  /** A file to write, which VS Code asks about where it is there already. */
  async saveDialog(options: vscode.SaveDialogOptions): Promise<vscode.Uri> {
    this.hasAsked = true;
    const chosen = await vscode.window.showSaveDialog(options);
    if (chosen === undefined) {
      throw cancelled();
    }
    return chosen;
  }

  private async ask<T>(input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox, frame: Frame, wire: (settle: Settle<T>, signal: AbortSignal) => void): Promise<T | Back> {
    this.hasAsked = true;
    input.title = oneLine(frame.title);
    input.placeholder = frame.placeholder && oneLine(frame.placeholder);
    input.prompt = frame.prompt && withoutLinks(frame.prompt);
    input.step = frame.step;
    input.totalSteps = frame.totalSteps;
    // Looking something up in another part of the window does not throw away what was chosen.
    input.ignoreFocusOut = true;
    input.buttons = frame.canGoBack === true ? [vscode.QuickInputButtons.Back] : [];
    const open = new AbortController();
    try {
      return await new Promise<T | Back>((resolve, reject) => {
        input.onDidHide(() => reject(cancelled()));
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) {
            resolve(BACK);
          }
        });
        wire({
          done: resolve,
          follow: (filling) => {
            filling?.catch((error: unknown) => {
              if (!open.signal.aborted) {
                reject(error instanceof Error ? error : new Error(String(error)));
              }
            });
          },
        }, open.signal);
        input.show();
      });
    } finally {
      open.abort();
      input.dispose();
    }
  }
}

interface Settle<T> {
  done(value: T | Back): void;
  /** A filling that fails closes the input. */
  follow(filling: void | Promise<void>): void;
}

export const cancelled = (): Error => new DOMException('Cancelled', 'AbortError');

export const separator = (label: string): Choice<never> => ({ label: escapeIcons(label), kind: vscode.QuickPickItemKind.Separator });
