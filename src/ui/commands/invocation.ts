import * as vscode from 'vscode';
import { isNode } from '../tree/nodes';
import { Prompts } from '../prompts';

/** One call of a command, whoever made it: a menu, a key binding, the palette, or code with answers. */
export interface Invocation {
  /** What the verb is about: a file, a row of the tree, a ref, a reference; nothing from the palette. */
  readonly subject: unknown;
  /** All that were selected, `subject` among them. */
  readonly subjects: readonly unknown[];
  /** What prompts would ask for. Absent: a person is there to be asked. */
  readonly answers: unknown;
  readonly prompts: Prompts;
  /** Whether it was called by code that reads results and failures. */
  readonly byCode: boolean;
}

/** For verbs that are about nothing that can be selected, the answers come first. */
export type Shape = 'subject' | 'answers';

export function invocationOf(given: readonly unknown[], shape: Shape): Invocation {
  const prompts = new Prompts();
  const args = unpacked(given);
  const [first, second] = args;
  if (shape === 'answers' && isAnswers(first)) {
    return { subject: undefined, subjects: [], answers: first, prompts, byCode: true };
  }
  const answers = isAnswers(second) ? second : undefined;
  // The clicked row first, then what else is selected.
  const several = Array.isArray(second) && second.length > 0 ? [first, ...(second as readonly unknown[]).filter((each) => each !== first)] : undefined;
  const subjects = several ?? (Array.isArray(first) ? (first as readonly unknown[]) : first === undefined ? [] : [first]);
  return { subject: first, subjects, answers, prompts, byCode: answers !== undefined || typeof first === 'string' };
}

/**
 * Whether a menu or button of a row called whose row VS Code does not know any more: the rows were read again while it was open. Without a
 * row a verb asks what it is about, or takes the page that is in view, which is not what was clicked.
 */
export function isOfLostRow(args: readonly unknown[]): boolean {
  const [first, second] = args;
  // The palette passes nothing at all, code that means no subject passes answers.
  return args.length > 1 && (Array.isArray(second) ? [first, ...(second as readonly unknown[])].includes(undefined) : first === undefined && second === undefined);
}

/** A key binding passes its `args` as one argument: `[subject, answers]` stands for both. */
function unpacked(args: readonly unknown[]): readonly unknown[] {
  const [only] = args;
  return args.length === 1 && Array.isArray(only) && only.length === 2 && isAnswers(only[1]) ? (only as readonly unknown[]) : args;
}

/** Menus pass a second argument too: the selection, or where in the editor area they were opened. Of two refs of runs neither is an answer. */
function isAnswers(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof vscode.Uri)
    && !isNode(value) && !('groupId' in value) && !('$mid' in value) && !('run' in value);
}
