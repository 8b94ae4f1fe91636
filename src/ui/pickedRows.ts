import type * as vscode from 'vscode';
import type { OpenPick } from './openPick';
import type { Choice } from './prompts';

/**
 * Draws the rows of a list in which several are picked: what is picked stays so. What is not among the rows any more stands before them,
 * below what the text itself is, and in sight whatever is typed.
 */
export function keepingPicked<T>(pick: vscode.QuickPick<Choice<T>>): OpenPick<T>['show'] {
  const offered = new Set<unknown>();
  return (rows) => {
    const active = pick.activeItems[0];
    const isPickedAtFirst = (row: Choice<T>): boolean => row.picked === true && !offered.has(identity(row));
    const picked = new Map([...pick.selectedItems, ...rows.filter(isPickedAtFirst)].map((row) => [identity(row), row]));
    const shown = new Set(rows.map(identity));
    shown.forEach((each) => offered.add(each));
    const kept = [...picked.values()].filter((row) => row.value !== undefined && !shown.has(identity(row)));
    pick.items = [...rows.filter(isText), ...kept.map(inSight), ...rows.filter((row) => !isText(row))];
    pick.selectedItems = pick.items.filter((row) => picked.has(identity(row)));
    // Where the text itself is a row, Enter at once after typing must not mean another one.
    if (active !== undefined && !rows.some(isText)) {
      pick.activeItems = pick.items.filter((row) => identity(row) === identity(active));
    }
  };
}

const identity = <T>(row: Choice<T>): unknown => row.id ?? row;

const isText = <T>({ alwaysShow }: Choice<T>): boolean => alwaysShow === true;

const inSight = <T>(row: Choice<T>): Choice<T> => (isText(row) ? row : { ...row, alwaysShow: true });
