/** Rows of a table that are selected, by the ids of their runs, so that they stay selected in any order. Plain data, to be kept. */
export interface Selection {
  readonly runs: readonly string[];
  /** The run of the active row, which keys move from. */
  readonly active?: string | undefined;
  /** Where a range begins. */
  readonly anchor?: string | undefined;
}

export const NOTHING_SELECTED: Selection = { runs: [] };

/** How a row is chosen: alone, added or taken away, with all up to it, or only made the active one. */
export type Choosing = 'only' | 'toggle' | 'range' | 'move';

/** As lists of VS Code do it: by the mouse and by keys that lead to a row. */
export const choosingBy = ({ ctrlKey, metaKey, shiftKey }: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>, by: 'mouse' | 'key'): Choosing =>
  (shiftKey ? 'range' : !ctrlKey && !metaKey ? 'only' : by === 'mouse' ? 'toggle' : 'move');

/** What is selected after a row was chosen. */
export function chosen(selection: Selection, order: readonly string[], run: string, how: Choosing): Selection {
  switch (how) {
    case 'only':
      return { runs: [run], active: run, anchor: run };
    case 'toggle':
      return { runs: selection.runs.includes(run) ? selection.runs.filter((each) => each !== run) : [...selection.runs, run], active: run, anchor: run };
    case 'move':
      return { ...selection, active: run };
    case 'range': {
      const anchor = selection.anchor ?? selection.active ?? run;
      const [from, to] = [order.indexOf(anchor), order.indexOf(run)].sort((a, b) => a - b);
      return from === undefined || to === undefined || from < 0 ? { runs: [run], active: run, anchor: run } : { runs: order.slice(from, to + 1), active: run, anchor };
    }
  }
}

export const allChosen = (selection: Selection, order: readonly string[]): Selection => ({ ...selection, runs: order });

/** The same without the rows that are not there any more. */
export function stillThere(selection: Selection, there: ReadonlyMap<string, number>): Selection {
  const kept = (run: string | undefined): string | undefined => (run !== undefined && there.has(run) ? run : undefined);
  return { runs: selection.runs.filter((run) => there.has(run)), active: kept(selection.active), anchor: kept(selection.anchor) };
}
