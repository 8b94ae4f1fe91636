import type * as vscode from 'vscode';
import { oneLine } from '../model/line';
import type { Choice } from './prompts';

/** A list that is open and may still be filled. */
export interface OpenPick<T> {
  /** Shows these rows. `preferred` is selected until the user has moved or typed. */
  show(rows: readonly Choice<T>[], preferred?: Choice<T>): void;
  title: string;
  placeholder: string;
  busy: boolean;
  /** Busy until this has ended, in whatever way, and so has all else that it is busy with. */
  busyWith<R>(work: Promise<R>): Promise<R>;
  /** What was typed so far. */
  readonly typed: string;
  onType(listener: () => void): void;
  /** Aborted when the list closes, for whatever fills it. */
  readonly signal: AbortSignal;
}

/** A list as what fills it sees it, until `signal` is aborted. */
export function openPick<T>(pick: vscode.QuickPick<Choice<T>>, signal: AbortSignal, show: OpenPick<T>['show'] = keepingActive(pick)): OpenPick<T> {
  let works = 0;
  return {
    show,
    async busyWith(work) {
      works++;
      pick.busy = true;
      try {
        return await work;
      } finally {
        works--;
        pick.busy = works > 0;
      }
    },
    get title() { return pick.title ?? ''; },
    set title(text) { pick.title = oneLine(text); },
    get placeholder() { return pick.placeholder ?? ''; },
    set placeholder(text) { pick.placeholder = oneLine(text); },
    get busy() { return pick.busy; },
    set busy(busy) { pick.busy = busy; },
    get typed() { return pick.value; },
    onType: (listener) => void pick.onDidChangeValue(listener),
    signal,
  };
}

/** Draws rows so that Enter means what it meant before them. */
function keepingActive<T>(pick: vscode.QuickPick<Choice<T>>): OpenPick<T>['show'] {
  let placed: string | undefined;
  return (rows, preferred) => {
    const active = pick.activeItems[0]?.label;
    const hasMoved = pick.value !== '' || (placed !== undefined && active !== undefined && active !== placed);
    // Where the text itself is a row, Enter at once after typing must not mean one that the text has just hidden.
    const typed = pick.value.trim().toLowerCase();
    const meant = typed === '' ? undefined : rows.find((row) => row.alwaysShow === true);
    const fits = (row: Choice<T>): boolean => meant === undefined || row === meant || `${row.label} ${row.description ?? ''}`.toLowerCase().includes(typed);
    const current = (hasMoved ? rows.find((row) => row.label === active && fits(row)) : undefined)
      ?? preferred ?? rows.find((row) => row.value !== undefined && row !== meant && fits(row)) ?? meant;
    placed = hasMoved ? placed : current?.label;
    pick.items = rows;
    if (current !== undefined) {
      pick.activeItems = [current];
    }
  };
}

/** Enter after typing means what was typed, unless the typing only narrowed the list. */
export function meantRow<T>(text: string, rows: readonly Choice<T>[], active: Choice<T> | undefined): readonly Choice<T>[] {
  const exact = rows.find((row) => row.label === text);
  const narrows = rows.some((row) => row !== exact && row.label.toLowerCase().includes(text.toLowerCase()));
  return text !== '' && exact !== undefined && (!narrows || active === exact) ? [exact] : [];
}
